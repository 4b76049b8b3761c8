/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names: directories, links, renaming and removing, through paths and through descriptors of
 * directories that may be gone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/words.h"

#define NAMES_MAX 64

struct names_state {
	struct slots slots;
};

/* A place that a call names: a descriptor of a directory (d-: the episode's), and a path there. */
struct place {
	int fd;
	char directory[4];
	char path[64];
};

static const char *const parts[] = {"a", "b", "c", "d", "e"};
static const struct words at_flags[] = {
	WORDS(AT_SYMLINK_NOFOLLOW),
	WORDS(AT_REMOVEDIR),
	WORDS(AT_SYMLINK_FOLLOW),
	WORDS(AT_EMPTY_PATH),
	{0, 0},
};

static void
add_part(struct episode *episode, char *path, size_t size)
{
	size_t length = strlen(path);
	const char *name = episode_one_of(episode, parts);

	if (episode_chance(episode, 6))
		name = length && !strchr(path, '.') && episode_chance(episode, 50) ? ".." : ".";
	snprintf(path + length, size - length, "%s%s", length ? "/" : "", name);
}

static struct place
place_of(struct episode *episode)
{
	struct place place = {.fd = episode->folder_fd, .directory = "d-"};

	if (episode_chance(episode, 30)) {
		unsigned slot = slots_pick(episode);

		place.fd = slots_of(episode)->fd[slot];
		snprintf(place.directory, sizeof(place.directory), "f%u", slot % SLOTS_COUNT);
	}
	add_part(episode, place.path, sizeof(place.path));
	while (episode_chance(episode, 40) && strlen(place.path) < 12)
		add_part(episode, place.path, sizeof(place.path));
	if (episode_chance(episode, 6))
		strcat(place.path, "/");
	if (episode_chance(episode, 3))
		place.path[0] = 0;
	return place;
}

static void
step_make(struct episode *episode)
{
	struct place place = place_of(episode);
	unsigned mode = episode_chance(episode, 70) ? 0755 : episode_below(episode, 010000);
	int fd;

	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "mkdirat", "%s, \"%s\", %o", place.directory, place.path,
				 mode))
			episode_answer(episode, mkdirat(place.fd, place.path, mode));
		return;
	}
	if (!episode_call(episode, "creat", "%s, \"%s\", %o", place.directory, place.path, mode))
		return;
	fd = openat(place.fd, place.path, O_CREAT | O_WRONLY | O_NONBLOCK, mode);
	if (episode_answer_ok(episode, fd) < 0)
		return;
	if (write(fd, place.path, strlen(place.path)) < 0)
		episode_answer(episode, -1);
	close(fd);
}

static void
step_open(struct episode *episode)
{
	static const int flags[] = {O_RDONLY,	O_DIRECTORY,
				    O_PATH,	O_PATH | O_NOFOLLOW,
				    O_NOFOLLOW, O_DIRECTORY | O_NOFOLLOW,
				    O_RDWR};
	unsigned slot = slots_free_one(episode);
	struct place place = place_of(episode);
	int flag = episode_one_of(episode, flags);

	if (!episode_call(episode, "openat", "%s, \"%s\", %s", place.directory, place.path,
			  words_flags(words_open, flag).text))
		return;
	slots_set(episode, slot, openat(place.fd, place.path, flag | O_NONBLOCK));
}

static void
step_link(struct episode *episode)
{
	struct place old = place_of(episode), new = place_of(episode);
	unsigned which = episode_below(episode, 3);
	int flags = episode_chance(episode, 80) ? 0 : (int)episode_below(episode, 3) << 10;
	/* (So that paths do not lead further out than the directories around the episode's.) */
	const char *target = strstr(old.path, "..") ? "a/b" : old.path;

	if (which == 0) {
		if (!episode_call(episode, "symlinkat", "\"%s\", %s, \"%s\"", target, new.directory,
				  new.path))
			return;
		episode_answer(episode, symlinkat(target, new.fd, new.path));
	} else if (which == 1) {
		if (!episode_call(episode, "linkat", "%s, \"%s\", %s, \"%s\", %s", old.directory,
				  old.path, new.directory, new.path,
				  words_flags(at_flags, flags).text))
			return;
		episode_answer(episode, linkat(old.fd, old.path, new.fd, new.path, flags));
	} else if (episode_call(episode, "readlinkat", "%s, \"%s\"", old.directory, old.path)) {
		char text[16];
		long size = 1 + (long)episode_below(episode, 15);
		long length =
			episode_answer(episode, readlinkat(old.fd, old.path, text, (size_t)size));

		if (length > 0)
			episode_say_bytes(episode, text, (size_t)length);
	}
}

static void
step_rename(struct episode *episode)
{
	struct place old = place_of(episode), new = place_of(episode);

	if (episode_call(episode, "renameat", "%s, \"%s\", %s, \"%s\"", old.directory, old.path,
			 new.directory, new.path))
		episode_answer(episode, renameat(old.fd, old.path, new.fd, new.path));
}

static void
step_remove(struct episode *episode)
{
	struct place place = place_of(episode);
	int flags = episode_chance(episode, 50) ? AT_REMOVEDIR : 0;

	if (episode_chance(episode, 4))
		flags |= 1;
	if (episode_call(episode, "unlinkat", "%s, \"%s\", %s", place.directory, place.path,
			 words_flags(at_flags, flags).text))
		episode_answer(episode, unlinkat(place.fd, place.path, flags));
}

static void
say_stat(struct episode *episode, const struct stat *stat)
{
	/* (A directory's links and size are the file system's affair, on Linux too.) */
	episode_say(episode, " mode %o", stat->st_mode);
	if (!S_ISDIR(stat->st_mode))
		episode_say(episode, " links %u size %ld", (unsigned)stat->st_nlink,
			    (long)stat->st_size);
}

static void
step_stat(struct episode *episode)
{
	static const int flags[] = {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 0x40000};
	struct place place = place_of(episode);
	int flag = episode_one_of(episode, flags);
	struct stat stat;

	if (flag == AT_EMPTY_PATH)
		place.path[0] = 0;
	if (episode_call(episode, "fstatat", "%s, \"%s\", %s", place.directory, place.path,
			 words_flags(at_flags, flag).text) &&
	    !episode_answer(episode, fstatat(place.fd, place.path, &stat, flag)))
		say_stat(episode, &stat);
}

/* Linux's struct statx, statx(2), which musl has not. */
struct statx {
	uint32_t stx_mask, stx_blksize;
	uint64_t stx_attributes;
	uint32_t stx_nlink, stx_uid, stx_gid;
	uint16_t stx_mode, padding;
	uint64_t stx_ino, stx_size, stx_blocks, stx_attributes_mask;
	struct {
		int64_t tv_sec;
		uint64_t tv_nsec;
	} stx_atime, stx_btime, stx_ctime, stx_mtime;
	uint64_t rest[16];
};
#define STATX_BASIC_STATS 0x7ff
#define STATX_BTIME 0x800

/* What statx() tells beside stat(): that all of it is there, and that the times are in order. */
static void
say_statx(struct episode *episode, const struct statx *stat)
{
	bool created = stat->stx_mask & STATX_BTIME;

	episode_say(episode, " mask %#x mode %o", stat->stx_mask & STATX_BASIC_STATS,
		    stat->stx_mode);
	if (!S_ISDIR(stat->stx_mode))
		episode_say(episode, " links %u size %llu", stat->stx_nlink,
			    (unsigned long long)stat->stx_size);
	if (created)
		episode_say(episode, " created %d",
			    stat->stx_btime.tv_sec > 0 &&
				    stat->stx_btime.tv_sec <= stat->stx_ctime.tv_sec);
}

static void
step_statx(struct episode *episode)
{
	static const int flags[] = {0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_NO_AUTOMOUNT, 0x2000,
				    0x4000, 0x6000, 0x40000};
	static const unsigned masks[] = {STATX_BASIC_STATS | STATX_BTIME,
					 STATX_BASIC_STATS | STATX_BTIME, 0x80000000};
	struct place place = place_of(episode);
	int flag = episode_one_of(episode, flags);
	unsigned mask = episode_one_of(episode, masks);
	struct statx stat;

	if (flag == AT_EMPTY_PATH)
		place.path[0] = 0;
	if (episode_call(episode, "statx", "%s, \"%s\", %#x, %#x", place.directory, place.path,
			 flag, mask) &&
	    !episode_answer(episode, syscall(SYS_statx, place.fd, place.path, flag, mask, &stat)))
		say_statx(episode, &stat);
}

static void
step_access(struct episode *episode)
{
	struct place place = place_of(episode);
	int mode = (int)episode_below(episode, 9);
	int flags = episode_chance(episode, 80) ? 0 : AT_EACCESS;

	if (episode_call(episode, "faccessat", "%s, \"%s\", %d, %#x", place.directory, place.path,
			 mode, flags))
		episode_answer(episode, faccessat(place.fd, place.path, mode, flags));
}

static void
step_mode(struct episode *episode)
{
	struct place place = place_of(episode);
	unsigned mode = episode_below(episode, 010000), slot;

	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "fchmodat", "%s, \"%s\", %o", place.directory, place.path,
				 mode))
			episode_answer(episode, fchmodat(place.fd, place.path, mode, 0));
		return;
	}
	slot = slots_pick(episode);
	if (episode_call(episode, "fchmod", "f%u, %o", slot, mode))
		episode_answer(episode, fchmod(slots_of(episode)->fd[slot], mode));
}

static void
step_times(struct episode *episode)
{
	struct place place = place_of(episode);
	struct timespec times[2] = {{1000, 5}, {2000, UTIME_OMIT}};
	int flags = episode_chance(episode, 50) ? AT_SYMLINK_NOFOLLOW : 0;
	struct stat stat;

	times[0].tv_nsec = episode_chance(episode, 10) ? 1000000000 : 5;
	times[1].tv_nsec = episode_chance(episode, 50) ? UTIME_OMIT : 77;
	if (!episode_call(episode, "utimensat", "%s, \"%s\", %ld, %ld, %s", place.directory,
			  place.path, times[0].tv_nsec, times[1].tv_nsec,
			  words_flags(at_flags, flags).text) ||
	    episode_answer(episode, utimensat(place.fd, place.path, times, flags)) ||
	    fstatat(place.fd, place.path, &stat, flags))
		return;
	if (times[1].tv_nsec == 77)
		episode_say(episode, " %ld.%ld", (long)stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec);
	episode_say(episode, " %ld.%ld", (long)stat.st_atim.tv_sec, stat.st_atim.tv_nsec);
}

static int
compare(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* A descriptor's entries, sorted, from its beginning. */
static void
step_list(struct episode *episode)
{
	unsigned slot = slots_pick(episode), count = 0;
	char names[NAMES_MAX][24];
	int fd;
	DIR *dir;

	if (!episode_call(episode, "getdents", "f%u", slot))
		return;
	fd = dup(slots_of(episode)->fd[slot]);
	dir = fdopendir(fd);
	if (!dir) {
		episode_answer(episode, -1);
		close(fd);
		return;
	}
	rewinddir(dir);
	errno = 0;
	for (struct dirent *entry; count < NAMES_MAX && (entry = readdir(dir));)
		snprintf(names[count++], sizeof(names[0]), "%.16s:%d", entry->d_name,
			 entry->d_type);
	episode_answer_error(episode, errno);
	qsort(names, count, sizeof(names[0]), compare);
	for (unsigned i = 0; i < count; i++)
		episode_say(episode, " %s", names[i]);
	closedir(dir);
}

static const struct episode_step steps[] = {
	{24, step_make},   {12, step_open}, {14, step_link},  {14, step_rename},
	{12, step_remove}, {6, step_statx}, {10, step_stat}, {5, step_access}, {4, step_mode},
	{3, step_times},   {6, step_list},  {2, slots_close}, {0, NULL},
};

const struct episode_kind names_kind = {
	.name = "names",
	.has_folder = true,
	.state_size = sizeof(struct names_state),
	.most = 70,
	.begin = slots_begin,
	.end = slots_end,
	.steps = steps,
};
