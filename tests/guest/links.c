/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Symbolic links: those that a program makes, and those of its descriptors in /proc/self/fd.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/check.h"

static void
put(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);

	CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static const char *
get(const char *path)
{
	static char text[64];
	int fd = open(path, O_RDONLY);
	ssize_t size = read(fd, text, sizeof(text) - 1);

	text[size > 0 ? size : 0] = '\0';
	close(fd);
	return text;
}

static const char *
target_of(const char *path)
{
	static char text[256];
	ssize_t size = readlink(path, text, sizeof(text) - 1);

	text[size > 0 ? size : 0] = '\0';
	return text;
}

static void
making(void)
{
	struct stat stat_;
	char text[4] = "####";

	CHECK_EQ(mkdir("/tmp/links", 0755), 0);
	CHECK_EQ(chdir("/tmp/links"), 0);
	CHECK_EQ(mkdir("dir", 0755), 0);
	put("dir/file", "content");
	CHECK_EQ(symlink("dir/file", "link"), 0);
	CHECK_EQ(symlink("dir/file", "link"), -1);
	CHECK_EQ(errno, EEXIST);
	CHECK_EQ(symlink("", "empty"), -1);
	CHECK_EQ(errno, ENOENT);
	CHECK_STRING(target_of("link"), "dir/file");
	CHECK_EQ(readlink("link", text, 3), 3); /* cut, without a NUL */
	CHECK(!memcmp(text, "dir#", 4));
	CHECK_EQ(readlink("dir/file", text, 3), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_STRING(get("link"), "content");
	CHECK_EQ(stat("link", &stat_), 0);
	CHECK(S_ISREG(stat_.st_mode) && stat_.st_size == 7);
	CHECK_EQ(lstat("link", &stat_), 0);
	CHECK(S_ISLNK(stat_.st_mode) && stat_.st_size == 8);
	CHECK_EQ(open("link", O_RDONLY | O_NOFOLLOW), -1);
	CHECK_EQ(errno, ELOOP);
}

static void
walking(void)
{
	CHECK_EQ(symlink("dir", "to-dir"), 0);
	CHECK_EQ(symlink("../to-dir", "dir/again"), 0);
	CHECK_STRING(get("to-dir/file"), "content");
	CHECK_STRING(get("to-dir/again/again/file"), "content");
	CHECK_STRING(get("to-dir/../link"), "content");
	CHECK_EQ(symlink("/tmp/links/dir/new", "dangling"), 0);
	CHECK_EQ(access("dangling", F_OK), -1);
	CHECK_EQ(errno, ENOENT);
	put("dangling", "made"); /* where the link leads */
	CHECK_STRING(get("dir/new"), "made");
	CHECK_EQ(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0644), -1);
	CHECK_EQ(errno, EEXIST);
	CHECK_EQ(symlink("loop2", "loop1"), 0);
	CHECK_EQ(symlink("loop1", "loop2"), 0);
	CHECK_EQ(open("loop1", O_RDONLY), -1);
	CHECK_EQ(errno, ELOOP);
	CHECK_EQ(open("loop1/x", O_RDONLY), -1);
	CHECK_EQ(errno, ELOOP);
	CHECK_EQ(rename("link", "renamed"), 0); /* the link itself */
	CHECK_STRING(target_of("renamed"), "dir/file");
	CHECK_EQ(unlink("renamed"), 0);
	CHECK_STRING(get("dir/file"), "content");
}

/* Whether /proc/self/fd lists a descriptor. */
static bool
is_listed(int fd)
{
	DIR *directory = opendir("/proc/self/fd");
	const struct dirent *entry;
	bool found = false;

	while (directory && (entry = readdir(directory)))
		found |= entry->d_name[0] != '.' && atoi(entry->d_name) == fd &&
			 entry->d_type == DT_LNK;
	closedir(directory);
	return found;
}

static void
descriptors(void)
{
	char name[] = "/tmp/XXXXXX", path[32];
	int fd = mkstemp(name), event = eventfd(0, 0), again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK_STRING(target_of(path), name);
	CHECK(is_listed(fd) && is_listed(0) && is_listed(event));
	CHECK_EQ(write(fd, "through", 7), 7);
	again = open(path, O_RDONLY); /* anew: at its start */
	CHECK(again >= 0);
	close(again);
	CHECK_STRING(get(path), "through");
	close(fd);
	CHECK_EQ(access(path, F_OK), -1);
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(dup2(1, fd), fd); /* another file at the same place */
	CHECK_STRING(target_of(path), "/dev/console");
	CHECK_EQ(unlink(name), 0);
	close(fd);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", event);
	CHECK(!strncmp(target_of(path), "anon_inode:[", 12));
	CHECK_EQ(open(path, O_RDONLY), -1);
	CHECK_EQ(errno, ENXIO);
	close(event);
}

int
main(void)
{
	making();
	walking();
	descriptors();
	return check_end();
}
