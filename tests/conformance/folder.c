/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Walks the episode's directory by descriptors, names in the order of their bytes.
 */
#include "tests/conformance/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMES_MAX 64
#define CONTENT_MAX 65536
#define DEPTH_MAX 12
#define OUTER_FOLDERS 3 /* around it, for a path that leads out of it by ".." */

static void
must(struct episode *episode, bool holds, const char *what)
{
	if (holds)
		return;
	printf("! %s %u: %s: %m\n", episode->kind->name, episode->number, what);
	fflush(stdout);
	_exit(4);
}

void
folder_make(struct episode *episode)
{
	char *path = episode->folder;
	int length = snprintf(path, EPISODE_PATH_MAX, "%s/cf-%d-%s-%u", episode->run->folder,
			      getpid(), episode->kind->name, episode->number);

	must(episode, !mkdir(path, 0755), "mkdir");
	for (unsigned i = 0; i < OUTER_FOLDERS; i++) {
		length += snprintf(path + length, EPISODE_PATH_MAX - (size_t)length, "/in");
		must(episode, !mkdir(path, 0755), "mkdir");
	}
	episode->folder_fd = open(episode->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(episode, episode->folder_fd >= 0, "open");
}

static int
compare(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* The names in a directory, sorted. */
static unsigned
read_names(int parent, const char *name, char names[NAMES_MAX][32])
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	unsigned count = 0;

	for (struct dirent *entry; dir && count < NAMES_MAX && (entry = readdir(dir));)
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			snprintf(names[count++], sizeof(names[0]), "%.31s", entry->d_name);
	if (dir)
		closedir(dir);
	qsort(names, count, sizeof(names[0]), compare);
	return count;
}

static void
say_content(struct episode *episode, int parent, const char *name)
{
	static _Thread_local char content[CONTENT_MAX];
	int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t size = fd < 0 ? -1 : read(fd, content, sizeof(content));

	if (size < 0)
		episode_say(episode, " unreadable");
	else
		episode_say_bytes(episode, content, (size_t)size);
	close(fd);
}

static void
say_one(struct episode *episode, int parent, const char *name, unsigned depth)
{
	char target[64];
	struct stat stat;

	if (!episode_call(episode, "end", "%*s\"%s\"", (int)depth * 2, "", name))
		return;
	if (fstatat(parent, name, &stat, AT_SYMLINK_NOFOLLOW)) {
		episode_answer(episode, -1);
		return;
	}
	/* (A directory's links and size are the file system's affair, on Linux too.) */
	episode_say(episode, " = mode %o", stat.st_mode);
	if (!S_ISDIR(stat.st_mode))
		episode_say(episode, " links %u", (unsigned)stat.st_nlink);
	if (S_ISREG(stat.st_mode)) {
		episode_say(episode, " size %ld", (long)stat.st_size);
		say_content(episode, parent, name);
	} else if (S_ISLNK(stat.st_mode)) {
		ssize_t length = readlinkat(parent, name, target, sizeof(target));

		episode_say(episode, " to %.*s", (int)length, target);
	}
}

static void
say_all(struct episode *episode, int parent, const char *name, unsigned depth)
{
	char names[NAMES_MAX][32];
	unsigned count = depth < DEPTH_MAX ? read_names(parent, name, names) : 0;
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	for (unsigned i = 0; fd >= 0 && i < count; i++) {
		say_one(episode, fd, names[i], depth);
		say_all(episode, fd, names[i], depth + 1);
	}
	close(fd);
}

void
folder_say(struct episode *episode)
{
	say_all(episode, episode->folder_fd, ".", 0);
}

static void
remove_all(int parent, const char *name, unsigned depth)
{
	char names[NAMES_MAX][32];
	unsigned count = depth < DEPTH_MAX ? read_names(parent, name, names) : 0;
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	for (unsigned i = 0; fd >= 0 && i < count; i++)
		if (unlinkat(fd, names[i], 0)) {
			remove_all(fd, names[i], depth + 1);
			unlinkat(fd, names[i], AT_REMOVEDIR);
		}
	close(fd);
}

void
folder_remove(struct episode *episode)
{
	close(episode->folder_fd);
	for (unsigned i = 0; i < OUTER_FOLDERS; i++)
		*strrchr(episode->folder, '/') = 0;
	remove_all(AT_FDCWD, episode->folder, 0);
	must(episode, !rmdir(episode->folder), "rmdir");
}
