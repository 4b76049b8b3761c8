/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is in files: opened with all flags, read, written, cut, copied, through descriptors that
 * share an offset or do not.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/conformance/files_sealed.h"
#include "tests/conformance/kinds.h"
#include "tests/conformance/slots.h"
#include "tests/conformance/words.h"

#define BUFFER_SIZE 20001

struct files_state {
	struct slots slots;
	char buffer[BUFFER_SIZE];
};

static const char *const names[] = {"a", "b", "c", "d", "link", "loop", "a/x", "d/e", "no/e", ""};
static const struct words whences[] = {
	WORDS(SEEK_SET),  WORDS(SEEK_CUR),  WORDS(SEEK_END),
	WORDS(SEEK_DATA), WORDS(SEEK_HOLE), {0, 0},
};

static char *
buffer_of(struct episode *episode)
{
	return ((struct files_state *)episode->state)->buffer;
}

static void
begin(struct episode *episode)
{
	slots_begin(episode);
	mkdirat(episode->folder_fd, "d", 0755);
	symlinkat("b", episode->folder_fd, "link");
	symlinkat("loop", episode->folder_fd, "loop");
}

static const char *
name_of(struct episode *episode)
{
	return episode_chance(episode, 75) ? names[episode_below(episode, 3)]
					   : episode_one_of(episode, names);
}

/* An offset: small, about a page's end, rarely below 0. */
static long
offset_of(struct episode *episode)
{
	if (episode_chance(episode, 5))
		return -1 - (long)episode_below(episode, 30);
	if (episode_chance(episode, 25))
		return 4080 + episode_below(episode, 32);
	if (episode_chance(episode, 10))
		return episode_below(episode, 40000);
	return episode_below(episode, 50);
}

static int
flags_of(struct episode *episode)
{
	static const int flags[] = {O_EXCL,	O_TRUNC,  O_APPEND,  O_NONBLOCK, O_DIRECTORY,
				    O_NOFOLLOW, O_PATH,	  O_CLOEXEC, O_SYNC,	 O_DSYNC,
				    O_NOATIME,	O_NOCTTY, O_APPEND,  O_TRUNC,	 O_LARGEFILE};
	int all = episode_chance(episode, 70) ? O_RDWR : (int)episode_below(episode, 4);

	if (episode_chance(episode, 60))
		all |= O_CREAT;
	while (episode_chance(episode, 35))
		all |= episode_one_of(episode, flags);
	/* (Linux's answer to both has changed with its releases.) */
	return all & O_DIRECTORY ? all & ~O_CREAT : all;
}

static void
step_open(struct episode *episode)
{
	unsigned slot = slots_free_one(episode);
	const char *name = name_of(episode);
	int flags = flags_of(episode);

	if (episode_call(episode, "openat", "\"%s\", %s", name,
			 words_flags(words_open, flags).text))
		slots_set(episode, slot, openat(episode->folder_fd, name, flags, 0640));
}

static void
step_read(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	size_t size = episode_size(episode, BUFFER_SIZE);
	long offset = offset_of(episode), result;
	int fd = slots_of(episode)->fd[slot];
	char *buffer = buffer_of(episode);

	if (episode_chance(episode, 50)) {
		if (!episode_call(episode, "read", "f%u, %zu", slot, size))
			return;
		result = episode_answer(episode, read(fd, buffer, size));
	} else {
		if (!episode_call(episode, "pread", "f%u, %zu, %ld", slot, size, offset))
			return;
		result = episode_answer(episode, pread(fd, buffer, size, offset));
	}
	if (result > 0)
		episode_say_bytes(episode, buffer, (size_t)result);
}

static void
step_write(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	size_t size = episode_size(episode, BUFFER_SIZE);
	long offset = offset_of(episode);
	int fd = slots_of(episode)->fd[slot];
	char *buffer = buffer_of(episode);

	episode_letters(episode, buffer, size);
	if (episode_chance(episode, 50)) {
		if (episode_call(episode, "write", "f%u, %zu", slot, size))
			episode_answer(episode, write(fd, buffer, size));
	} else if (episode_call(episode, "pwrite", "f%u, %zu, %ld", slot, size, offset)) {
		episode_answer(episode, pwrite(fd, buffer, size, offset));
	}
}

static void
step_vector(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	char *buffer = buffer_of(episode);
	int count = (int)episode_below(episode, 5), fd = slots_of(episode)->fd[slot];
	struct iovec vector[4] = {{0}};
	long result, offset = episode_chance(episode, 50) ? -1 : offset_of(episode);

	for (int i = 0; i < 4; i++)
		vector[i] = (struct iovec){buffer + i * 50, episode_below(episode, 40)};
	count = count == 4 && episode_chance(episode, 80) ? 3 : count == 4 ? -1 : count;
	if (episode_chance(episode, 50)) {
		episode_letters(episode, buffer, 200);
		if (episode_call(episode, "pwritev2", "f%u, %d, %ld", slot, count, offset))
			episode_answer(episode, offset == -1 ? writev(fd, vector, count)
							     : pwritev(fd, vector, count, offset));
		return;
	}
	memset(buffer, '-', 200);
	if (!episode_call(episode, "preadv2", "f%u, %d, %ld", slot, count, offset))
		return;
	result = episode_answer(episode, offset == -1 ? readv(fd, vector, count)
						      : preadv(fd, vector, count, offset));
	if (result > 0)
		episode_say_bytes(episode, buffer, 200);
}

static void
step_lseek(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	int whence = episode_chance(episode, 5) ? 9 : (int)episode_below(episode, 5);
	long offset = offset_of(episode);

	if (episode_call(episode, "lseek", "f%u, %ld, %s", slot, offset,
			 words_value(whences, whence).text))
		episode_answer(episode, lseek(slots_of(episode)->fd[slot], offset, whence));
}

static void
step_size(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	long size = offset_of(episode);
	const char *name = name_of(episode);
	char path[EPISODE_PATH_MAX + 16];

	if (episode_chance(episode, 70)) {
		if (episode_call(episode, "ftruncate", "f%u, %ld", slot, size))
			episode_answer(episode, ftruncate(slots_of(episode)->fd[slot], size));
		return;
	}
	snprintf(path, sizeof(path), "%s/%s", episode->folder, name);
	if (episode_call(episode, "truncate", "\"%s\", %ld", name, size))
		episode_answer(episode, truncate(path, size));
}

static void
step_fallocate(struct episode *episode)
{
	static const int modes[] = {0,
				    0,
				    FALLOC_FL_KEEP_SIZE,
				    FALLOC_FL_PUNCH_HOLE,
				    FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE,
				    FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE,
				    0x80};
	unsigned slot = slots_pick(episode);
	int mode = episode_one_of(episode, modes);
	long offset = offset_of(episode), length = offset_of(episode);

	if (episode_call(episode, "fallocate", "f%u, %#x, %ld, %ld", slot, mode, offset, length))
		episode_answer(episode,
			       fallocate(slots_of(episode)->fd[slot], mode, offset, length));
}

static void
step_fstat(struct episode *episode)
{
	unsigned slot = slots_pick(episode);
	struct stat stat;

	if (!episode_call(episode, "fstat", "f%u", slot))
		return;
	if (!episode_answer(episode, fstat(slots_of(episode)->fd[slot], &stat)) &&
	    !S_ISDIR(stat.st_mode))
		episode_say(episode, " mode %o links %u size %ld", stat.st_mode,
			    (unsigned)stat.st_nlink, (long)stat.st_size);
}

static void
step_flags(struct episode *episode)
{
	static const int settable[] = {0,      O_APPEND,  O_NONBLOCK,	    O_APPEND | O_NONBLOCK,
				       O_RDWR, O_NOATIME, O_TRUNC | O_CREAT};
	unsigned slot = slots_pick(episode);
	int fd = slots_of(episode)->fd[slot], flags = episode_one_of(episode, settable);

	if (episode_chance(episode, 40) && episode_call(episode, "fcntl_setfl", "f%u, %s", slot,
							words_flags(words_open, flags).text))
		episode_answer(episode, fcntl(fd, F_SETFL, flags));
	if (!episode_call(episode, "fcntl_getfl", "f%u", slot))
		return;
	flags = fcntl(fd, F_GETFL);
	if (flags < 0)
		episode_answer(episode, -1);
	else
		episode_say(episode, " = %s", words_flags(words_open, flags).text);
	if (episode_call(episode, "fcntl_getfd", "f%u", slot))
		episode_answer(episode, fcntl(fd, F_GETFD));
}

/*
 * Whether sendfile() would copy a file onto a part of itself that is less than a page away: what
 * becomes of that on Linux depends on how the processor copies.
 */
static bool
is_tangled(int from, int to, const off_t *in)
{
	struct stat source, target;
	long apart = lseek(to, 0, SEEK_CUR) - (in ? *in : lseek(from, 0, SEEK_CUR));

	return !fstat(from, &source) && !fstat(to, &target) && source.st_ino == target.st_ino &&
	       apart && labs(apart) < 4096;
}

/* sendfile or copy_file_range between two descriptors, with the offsets given or the files' own. */
static void
step_copy(struct episode *episode)
{
	struct slots *slots = slots_of(episode);
	unsigned from = slots_pick(episode), to = slots_pick(episode);
	size_t size = episode_size(episode, BUFFER_SIZE);
	off_t in = offset_of(episode), out = offset_of(episode);
	bool has_in = episode_chance(episode, 50), has_out = episode_chance(episode, 50);
	unsigned flags = episode_chance(episode, 5);

	if (episode_chance(episode, 50)) {
		if (!episode_call(episode, "sendfile", "f%u, f%u, %ld, %zu", to, from,
				  has_in ? (long)in : 0, size) ||
		    is_tangled(slots->fd[from], slots->fd[to], has_in ? &in : NULL))
			return;
		episode_answer(episode,
			       sendfile(slots->fd[to], slots->fd[from], has_in ? &in : NULL, size));
	} else {
		if (!episode_call(episode, "copy_file_range", "f%u, %s %ld, f%u, %s %ld, %zu, %u",
				  from, has_in ? "at" : "own", (long)in, to, has_out ? "at" : "own",
				  (long)out, size, flags))
			return;
		episode_answer(episode,
			       copy_file_range(slots->fd[from], has_in ? &in : NULL, slots->fd[to],
					       has_out ? &out : NULL, size, flags));
	}
	episode_say(episode, " offsets %ld %ld", (long)in, (long)out);
}

static void
step_sync(struct episode *episode)
{
	unsigned slot = slots_pick(episode), which = episode_below(episode, 4);
	int fd = slots_of(episode)->fd[slot], operations[] = {LOCK_SH, LOCK_EX, LOCK_UN, 0};
	int operation = episode_one_of(episode, operations), left = 0;
	long offset = offset_of(episode);

	if (which == 0 && episode_call(episode, "fsync", "f%u", slot))
		episode_answer(episode, fsync(fd));
	else if (which == 1 && episode_call(episode, "fdatasync", "f%u", slot))
		episode_answer(episode, fdatasync(fd));
	else if (which == 2 && episode_call(episode, "flock", "f%u, %d", slot, operation))
		episode_answer(episode, flock(fd, operation | LOCK_NB));
	else if (which == 3 && episode_call(episode, "fadvise", "f%u, %ld", slot, offset))
		episode_answer_error(episode, posix_fadvise(fd, offset, 10, operation));
	else if (episode_call(episode, "ioctl_fionread", "f%u", slot) &&
		 !episode_answer(episode, ioctl(fd, FIONREAD, &left)))
		episode_say(episode, " %d", left);
}

static const struct episode_step steps[] = {
	{20, step_open}, {16, step_read},     {18, step_write}, {4, step_vector}, {10, step_lseek},
	{8, step_size},	 {4, step_fallocate}, {4, step_fstat},	{6, step_flags},  {4, slots_dup},
	{6, step_copy},	 {3, step_sync},      {3, slots_close},
	{4, files_sealed_make}, {6, files_sealed_seal}, {4, files_sealed_map},
	{6, files_sealed_vector}, {0, NULL},
};

const struct episode_kind files_kind = {
	.name = "files",
	.has_folder = true,
	.state_size = sizeof(struct files_state),
	.most = 60,
	.begin = begin,
	.end = slots_end,
	.steps = steps,
};
