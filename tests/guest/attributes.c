/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files beside their contents: permissions, owners, times, room; bytes that go from one to another.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define SIZE 100000

static void
permissions(int fd)
{
	struct stat stat_;

	CHECK_EQ(chmod("file", 0600), 0);
	CHECK_EQ(stat("file", &stat_), 0);
	CHECK_EQ(stat_.st_mode, S_IFREG | 0600);
	CHECK_EQ(fchmod(fd, 0640), 0);
	CHECK_EQ(fstat(fd, &stat_), 0);
	CHECK_EQ(stat_.st_mode, S_IFREG | 0640);
	CHECK_EQ(chown("file", 0, (gid_t)-1), 0);
	CHECK_EQ(fchown(fd, (uid_t)-1, (gid_t)-1), 0);
	CHECK_EQ(chmod("none", 0600), -1);
	CHECK_EQ(errno, ENOENT);
	CHECK_EQ(chown("file", 1000, 0), -1);
	CHECK_EQ(errno, EPERM);
}

static void
times_and_room(int fd)
{
	struct timespec set[2] = {{0, 0}, {1000000000, 5}}, leave[2] = {{0, 0}, {0, UTIME_OMIT}};
	struct stat stat_;
	struct statfs room;
	struct tms ticks;

	CHECK_EQ(utimensat(AT_FDCWD, "file", set, 0), 0);
	CHECK_EQ(futimens(fd, leave), 0);
	CHECK_EQ(stat("file", &stat_), 0);
	CHECK_EQ(stat_.st_mtim.tv_sec, 1000000000);
	CHECK_EQ(stat_.st_mtim.tv_nsec, 5);
	CHECK_EQ(futimens(fd, NULL), 0);
	CHECK_EQ(fstat(fd, &stat_), 0);
	CHECK(stat_.st_mtim.tv_sec != 1000000000);
	CHECK_EQ(statfs("/tmp", &room), 0);
	CHECK(room.f_blocks >= room.f_bfree && room.f_bfree > 0 && room.f_namelen == 255);
	CHECK_EQ(fstatfs(fd, &room), 0);
	CHECK(times(&ticks) != (clock_t)-1);
}

static void
copying(int fd)
{
	static char text[SIZE], back[SIZE];
	struct iovec pieces[2] = {{text, 10}, {text + 10, SIZE - 10}};
	int to = open("copy", O_CREAT | O_RDWR | O_TRUNC, 0644), pair[2], on = 1;
	off_t offset = 5;
	loff_t from = 0, at = 0;

	for (unsigned i = 0; i < SIZE; i++)
		text[i] = (char)(i % 251);
	CHECK_EQ(pwritev(fd, pieces, 2, 3), SIZE);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	pieces[0].iov_base = back;
	pieces[1].iov_base = back + 10;
	CHECK_EQ(preadv(fd, pieces, 2, 3), SIZE);
	CHECK(!memcmp(text, back, SIZE));

	CHECK_EQ(sendfile(to, fd, &offset, SIZE), SIZE - 2); /* to the end of the file */
	CHECK_EQ(offset, SIZE + 3);
	CHECK_EQ(pread(to, back, SIZE, 0), SIZE - 2);
	CHECK(!memcmp(text + 2, back, SIZE - 2));
	CHECK_EQ(copy_file_range(to, &from, fd, &at, 7, 0), 7);
	CHECK_EQ(pread(fd, back, 7, 0), 7);
	CHECK(!memcmp(text + 2, back, 7));

	CHECK_EQ(pipe(pair), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(sendfile(pair[1], fd, NULL, 100), 100);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 100);
	CHECK_EQ(read(pair[0], back, SIZE), 100);
	CHECK_EQ(ioctl(pair[0], FIONBIO, &on), 0);
	CHECK_EQ(read(pair[0], back, 1), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(preadv(pair[0], pieces, 2, 0), -1);
	CHECK_EQ(errno, ESPIPE);
	close(pair[0]);
	close(pair[1]);

	CHECK_EQ(posix_fallocate(to, 0, 2 * SIZE), 0);
	CHECK_EQ(lseek(to, 0, SEEK_END), 2 * SIZE);
	CHECK_EQ(posix_fadvise(to, 0, 0, POSIX_FADV_DONTNEED), 0);
	close(to);
}

static void
directories(void)
{
	int root = open("/", O_RDONLY | O_DIRECTORY), here = open(".", O_RDONLY | O_DIRECTORY);
	char path[64];

	CHECK_EQ(fchdir(root), 0);
	CHECK_STRING(getcwd(path, sizeof(path)), "/");
	CHECK_EQ(fchdir(here), 0);
	CHECK_STRING(getcwd(path, sizeof(path)), "/tmp");
	close(root);
	close(here);
}

int
main(void)
{
	int fd;

	CHECK_EQ(chdir("/tmp"), 0);
	fd = open("file", O_CREAT | O_RDWR | O_TRUNC, 0644);
	permissions(fd);
	times_and_room(fd);
	copying(fd);
	directories();
	CHECK_EQ(getpgrp(), getpid());
	CHECK_EQ(getgroups(0, NULL), 0);
	close(fd);
	return check_end();
}
