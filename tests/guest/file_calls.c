/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files as Linux has them, by what their descriptors were opened for: which calls fail how, in
 * which order of errors; appending; copying between files and within one; holes and room.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define KERNEL_LARGEFILE 0100000 /* the kernel sets it; glibc's O_LARGEFILE is 0 */

#ifndef FOLDER
#define FOLDER "/tmp"
#endif
#define PAGE 4096

static char text[16] = "0123456789abcdef", back[2 * PAGE];

static int
fill(const char *path, int flags, size_t size)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_RDWR, 0644);

	for (size_t i = 0; i < size; i++)
		CHECK_EQ(write(fd, &text[i % 16], 1), 1);
	close(fd);
	return open(path, flags);
}

static long
size_of(int fd)
{
	struct stat stat_;

	return fstat(fd, &stat_) ? -1 : (long)stat_.st_size;
}

static void
opened_by_path(void)
{
	int fd = fill("file", O_PATH | O_RDWR | O_TRUNC | O_APPEND, 10), folder, copy;
	struct stat stat_;
	struct statfs room;

	CHECK_EQ(size_of(fd), 10);
	CHECK_EQ(fcntl(fd, F_GETFL), O_PATH);
	CHECK_FAILS(fcntl(fd, F_SETFL, 0), EBADF);
	CHECK_FAILS(read(fd, back, 1), EBADF);
	CHECK_FAILS(write(fd, back, 1), EBADF);
	CHECK_FAILS(pread(fd, back, 1, 0), EBADF);
	CHECK_FAILS(lseek(fd, 0, SEEK_SET), EBADF);
	CHECK_FAILS(ftruncate(fd, 0), EBADF);
	CHECK_FAILS(flock(fd, LOCK_SH), EBADF);
	CHECK_FAILS(fsync(fd), EBADF);
	CHECK_EQ(fstatfs(fd, &room), 0);
	copy = dup(fd);
	CHECK(copy >= 0 && fcntl(copy, F_GETFL) == O_PATH);
	CHECK_EQ(close(copy) | close(fd), 0);
	CHECK_FAILS(open("none", O_PATH | O_CREAT, 0600), ENOENT);
	CHECK_EQ(symlink("file", "link"), 0);
	fd = open("link", O_PATH | O_NOFOLLOW);
	CHECK_EQ(fstat(fd, &stat_), 0);
	CHECK(S_ISLNK(stat_.st_mode));
	CHECK_EQ(readlinkat(fd, "", back, sizeof(back)), 4);
	close(fd);
	folder = open(".", O_PATH);
	fd = openat(folder, "file", O_RDONLY);
	CHECK_EQ(read(fd, back, 1), 1);
	CHECK_EQ(close(fd) | fchdir(folder) | close(folder) | unlink("link"), 0);
}

static void
access_modes(void)
{
	int fd = fill("file", O_RDWR | O_WRONLY, 10);

	CHECK_EQ(fcntl(fd, F_GETFL) & (O_RDWR | O_WRONLY), O_RDWR | O_WRONLY);
	CHECK_FAILS(read(fd, back, 1), EBADF);
	CHECK_FAILS(write(fd, text, 1), EBADF);
	CHECK_FAILS(ftruncate(fd, 0), EINVAL);
	CHECK_FAILS(flock(fd, LOCK_SH | LOCK_NB), EBADF);
	CHECK_FAILS(fallocate(fd, 0, 0, 1), EBADF);
	close(fd);
	fd = open("file", O_RDONLY | O_NOCTTY | O_NOATIME);
	CHECK_EQ(fcntl(fd, F_GETFL), O_RDONLY | O_NOATIME | KERNEL_LARGEFILE);
	CHECK_EQ(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_RDWR), 0);
	CHECK_EQ(fcntl(fd, F_GETFL), O_RDONLY | O_APPEND | O_NONBLOCK | KERNEL_LARGEFILE);
	CHECK_FAILS(ftruncate(fd, 0), EINVAL);
	close(fd);
	fd = open("file", O_RDONLY | O_TRUNC);
	CHECK_EQ(size_of(fd), 0);
	close(fd);
	CHECK_FAILS(open(".", O_RDONLY | O_TRUNC), EISDIR);
	CHECK_FAILS(open("file", O_DIRECTORY), ENOTDIR);
}

static void
order_of_errors(void)
{
	struct iovec piece = {back, 0};
	int fd = fill("file", O_RDONLY, 10), folder = open(".", O_RDONLY), ends[2];

	CHECK_EQ(pipe(ends), 0);
	CHECK_FAILS(pread(-1, back, 1, -1), EINVAL);
	CHECK_FAILS(pwrite(-1, back, 1, -1), EINVAL);
	CHECK_FAILS(pwrite(fd, back, 1, 0), EBADF);
	CHECK_FAILS(pread(ends[1], back, 1, 0), ESPIPE);
	CHECK_FAILS(preadv(-1, &piece, 1, -2), EINVAL);
	CHECK_FAILS(ftruncate(-1, -1), EINVAL);
	CHECK_FAILS(truncate("none", -1), EINVAL);
	CHECK_FAILS(truncate(".", 0), EISDIR);
	CHECK_FAILS(flock(-1, 0), EINVAL);
	CHECK_FAILS(lseek(ends[0], 0, 99), EINVAL);
	CHECK_FAILS(lseek(folder, 0, SEEK_DATA), EINVAL);
	CHECK_FAILS(read(folder, back, 1), EISDIR);
	CHECK_EQ(preadv(folder, &piece, 1, 0), 0);
	CHECK_EQ(posix_fadvise(fd, 0, 0, 99), EINVAL);
	CHECK_EQ(posix_fadvise(ends[0], 0, 0, 0), ESPIPE);
	CHECK_EQ(posix_fadvise(-1, 0, 0, 99), EBADF);
	close(ends[0]);
	close(ends[1]);
	close(folder);
	close(fd);
}

static void
appending(void)
{
	struct iovec pieces[2] = {{text, 3}, {text, 2}};
	int fd = fill("file", O_RDWR | O_APPEND, 10);

	CHECK_EQ(pwrite(fd, "xy", 2, 3), 2); /* at the end all the same */
	CHECK_EQ(pwritev(fd, pieces, 2, 0), 5);
	CHECK_EQ(size_of(fd), 17);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(write(fd, text, 0), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(pread(fd, back, 17, 0), 17);
	CHECK(!memcmp(back, "0123456789xy01201", 17));
	close(fd);
}

static void
duplicating(void)
{
	int fd = fill("file", O_RDWR | O_CLOEXEC, 1);

	CHECK_EQ(dup2(fd, fd), fd);
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	CHECK_FAILS(dup2(fd, fd), EBADF);
}

static void
copying(void)
{
	int a = fill("a", O_RDWR, 100), b = fill("b", O_RDWR | O_APPEND, 100);
	loff_t from = 0, to = 50, before = -4;

	CHECK_FAILS(copy_file_range(a, &from, b, &to, 10, 0), EBADF); /* it appends */
	CHECK_FAILS(sendfile(b, a, NULL, 10), EINVAL);
	CHECK_FAILS(copy_file_range(a, &from, a, &to, 60, 0), EINVAL); /* onto itself */
	CHECK_FAILS(copy_file_range(a, &from, -1, &to, 60, 1), EBADF);
	CHECK_FAILS(copy_file_range(a, &from, a, &to, 10, 1), EINVAL);
	CHECK_FAILS(copy_file_range(a, &from, a, &before, 100, 0), EOVERFLOW);
	CHECK_EQ(copy_file_range(a, &from, a, &to, 50, 0), 50);
	CHECK_EQ(from, 50);
	CHECK_EQ(to, 100);
	CHECK_EQ(lseek(a, 100, SEEK_SET), 100);
	CHECK_EQ(sendfile(a, a, NULL, 10), 0); /* at the end */
	from = 0;
	CHECK_EQ(sendfile(a, a, &from, 30), 30);
	CHECK_EQ(from, 30);
	CHECK_EQ(lseek(a, 0, SEEK_CUR), 130);
	CHECK_EQ(lseek(a, 0, SEEK_SET), 0);
	CHECK_EQ(sendfile(a, a, NULL, 40), 40);
	CHECK_EQ(lseek(a, 0, SEEK_CUR), 40); /* moved once */
	from = -1;
	CHECK_FAILS(sendfile(b, a, &from, 10), EINVAL);
	close(a);
	close(b);
}

static void
room_and_holes(void)
{
	int fd = fill("file", O_RDWR, 20);
	struct stat stat_;

	CHECK_EQ(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 3 * PAGE), 0);
	CHECK_EQ(fstat(fd, &stat_), 0);
	CHECK(stat_.st_size == 20 && stat_.st_blocks == 3 * PAGE / 512);
	CHECK_EQ(ftruncate(fd, 3 * PAGE), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_HOLE), PAGE); /* room alone is no data */
	CHECK_EQ(pwrite(fd, "x", 1, 2 * PAGE), 1);
	CHECK_EQ(lseek(fd, 20 + PAGE, SEEK_DATA), 2 * PAGE);
	CHECK_EQ(fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 5, 2 * PAGE), 0);
	CHECK_EQ(pread(fd, back, 2 * PAGE, 1), 2 * PAGE);
	CHECK(!memcmp(back, "1234\0\0", 6));
	CHECK_EQ(fstat(fd, &stat_), 0);
	CHECK(stat_.st_size == 3 * PAGE && stat_.st_blocks == 2 * PAGE / 512);
	/* A hole goes on behind the end, where there are pages, too. */
	CHECK_EQ(fallocate(fd, FALLOC_FL_KEEP_SIZE, 4 * PAGE, PAGE), 0);
	CHECK_EQ(ftruncate(fd, 2 * PAGE + 5), 0);
	CHECK_EQ(fallocate(fd, FALLOC_FL_KEEP_SIZE, 4 * PAGE, PAGE), 0);
	CHECK_EQ(fallocate(fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 100, 9 * PAGE), 0);
	CHECK_EQ(fstat(fd, &stat_), 0);
	CHECK(stat_.st_size == 2 * PAGE + 5 && stat_.st_blocks == PAGE / 512);
	CHECK_EQ(lseek(fd, 0, SEEK_HOLE), PAGE);
	CHECK_EQ(fallocate(fd, 0, 4 * PAGE, 10), 0);
	CHECK_EQ(size_of(fd), 4 * PAGE + 10);
	CHECK_FAILS(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 1), EOPNOTSUPP);
	CHECK_FAILS(fallocate(fd, 0, -1, 1), EINVAL);
	CHECK_FAILS(fallocate(fd, 0, 0, 0), EINVAL);
	CHECK_FAILS(fallocate(-1, 0x40, 0, 0), EBADF);
	close(fd);
}

int
main(void)
{
	CHECK_EQ(chdir(FOLDER), 0);
	opened_by_path();
	access_modes();
	order_of_errors();
	appending();
	duplicating();
	copying();
	room_and_holes();
	CHECK_EQ(unlink("file") | unlink("a") | unlink("b"), 0);
	return check_end();
}
