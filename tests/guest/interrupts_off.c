/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For how long a system call keeps interrupts off: a timer of the kernel's goes off again and again
 * while long calls run on the same CPU, and notes how late it is. With -icount an instruction takes
 * a nanosecond, so lateness is in instructions, and the same on every host. docs/linux.md states
 * the bound.
 */
/* QEMU: -m 512 -icount shift=0,sleep=off */
/* SECONDS: 240 */
/* EXACT: instructions */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/guest/interrupts_late.h"

#define LARGE_BOUND 500000 /* of a 2 MB page that is touched first: 262,144 of them zero it */
#define BIG (32 * MB)
#define MANY 1000
#define NAMES 2000
#define PIECES 1024
#define RW (PROT_READ | PROT_WRITE)

static char *
map(size_t length)
{
	char *base = mmap(NULL, length, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(base != MAP_FAILED);
	return base;
}

static void
files(void)
{
	int file = open("/tmp/big", O_RDWR | O_CREAT, 0600), other;
	char *data = map(BIG);

	WITHIN("first touch", memset(data, 1, BIG));
	WITHIN("write", CHECK_EQ(write(file, data, BIG), BIG));
	WITHIN("read", CHECK_EQ(pread(file, data, BIG, 0), BIG));
	other = open("/tmp/other", O_RDWR | O_CREAT, 0600);
	WITHIN("sendfile", CHECK_EQ(sendfile(other, file, NULL, 0), 0));
	lseek(file, 0, SEEK_SET);
	WITHIN("sendfile", CHECK(sendfile(other, file, NULL, BIG) > 0));
	WITHIN("ftruncate", CHECK_EQ(ftruncate(other, 5), 0));
	WITHIN("ftruncate", CHECK_EQ(ftruncate(other, BIG), 0));
	WITHIN("fallocate", CHECK_EQ(fallocate(other, 0, 0, BIG), 0));
	close(other);
	WITHIN("unlink", CHECK_EQ(unlink("/tmp/other"), 0));
	WITHIN("open O_TRUNC", other = open("/tmp/big", O_RDWR | O_TRUNC));
	close(other);
	close(file);
	munmap(data, BIG);
}

static void
mappings(void)
{
	char *base = map(BIG), *moved, *large;
	int file;

	memset(base, 1, BIG);
	WITHIN("mprotect", CHECK_EQ(mprotect(base, BIG, PROT_READ), 0));
	WITHIN("mprotect", CHECK_EQ(mprotect(base, BIG, RW), 0));
	WITHIN("mremap", moved = mremap(base, BIG, 2 * BIG, MREMAP_MAYMOVE));
	WITHIN("MADV_DONTNEED", CHECK_EQ(madvise(moved, BIG, MADV_DONTNEED), 0));
	WITHIN("mlock", CHECK_EQ(mlock(moved, BIG), 0));
	WITHIN("munmap", CHECK_EQ(munmap(moved, 2 * BIG), 0));
	large = mmap(NULL, BIG, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	WITHIN_BOUND(LARGE_BOUND, "first touch of 2 MB pages", memset(large, 1, BIG));
	WITHIN("munmap of 2 MB pages", CHECK_EQ(munmap(large, BIG), 0));
	WITHIN("mmap of terabytes",
	       base = mmap(NULL, 16UL << 40, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			   -1, 0));
	WITHIN("mprotect of terabytes", CHECK_EQ(mprotect(base, 16UL << 40, RW), 0));
	WITHIN("munmap of terabytes", CHECK_EQ(munmap(base, 16UL << 40), 0));
	file = open("/tmp/mapped", O_RDWR | O_CREAT, 0600);
	CHECK_EQ(ftruncate(file, BIG), 0);
	base = mmap(NULL, BIG, RW, MAP_SHARED, file, 0);
	WITHIN("first touch of a file", memset(base, 1, BIG));
	WITHIN("ftruncate of a mapped file", CHECK_EQ(ftruncate(file, 0), 0));
	WITHIN("munmap of a file", CHECK_EQ(munmap(base, BIG), 0));
	close(file);
}

static void
descriptors(void)
{
	static struct pollfd polled[MANY];
	static struct epoll_event events[MANY];
	int epoll = epoll_create1(0), first;
	char path[64], text[64];

	for (int i = 0; i < MANY; i++) {
		polled[i] = (struct pollfd){.fd = eventfd(1, 0), .events = POLLIN};
		events[0] = (struct epoll_event){.events = EPOLLIN, .data.u32 = (uint32_t)i};
		epoll_ctl(epoll, EPOLL_CTL_ADD, polled[i].fd, &events[0]);
	}
	first = polled[0].fd;
	WITHIN("poll", CHECK_EQ(poll(polled, MANY, 0), MANY));
	WITHIN("epoll_wait", CHECK_EQ(epoll_wait(epoll, events, MANY, 0), MANY));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", first);
	WITHIN("readlink in /proc/self/fd", readlink(path, text, sizeof(text)));
	for (int i = 0; i < MANY; i++)
		close(polled[i].fd);
	close(epoll);
}

static void
names(void)
{
	struct dirent *entry;
	unsigned count = 0;
	char path[64];
	DIR *directory;

	mkdir("/tmp/many", 0700);
	WITHIN("creating names", for (int i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "/tmp/many/name-%d", i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	});
	directory = opendir("/tmp/many");
	WITHIN("listing names", while ((entry = readdir(directory)) != NULL) count++);
	CHECK_EQ(count, NAMES + 2);
	closedir(directory);
	WITHIN("removing names", for (int i = 0; i < NAMES; i++) {
		snprintf(path, sizeof(path), "/tmp/many/name-%d", i);
		unlink(path);
	});
}

static void
bytes(void)
{
	static char buffer[MB];
	static struct iovec pieces[PIECES];
	int ends[2], file = open("/tmp/pieces", O_RDWR | O_CREAT, 0600);

	for (unsigned i = 0; i < PIECES; i++)
		pieces[i] = (struct iovec){buffer + i, 1000};
	WITHIN("writev", CHECK(writev(file, pieces, PIECES) > 0));
	WITHIN("getrandom", CHECK_EQ(getrandom(buffer, sizeof(buffer), 0), sizeof(buffer)));
	CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
	WITHIN("write to a pipe", CHECK(write(ends[1], buffer, sizeof(buffer)) > 0));
	WITHIN("read from a pipe", CHECK(read(ends[0], buffer, sizeof(buffer)) > 0));
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	WITHIN("send", CHECK(send(ends[0], buffer, sizeof(buffer), 0) > 0));
	WITHIN("recv", CHECK(recv(ends[1], buffer, sizeof(buffer), 0) > 0));
	file = open("/proc/cpuinfo", O_RDONLY);
	WITHIN("reading /proc", CHECK(read(file, buffer, sizeof(buffer)) > 0));
	memset(buffer, '.', sizeof(buffer));
	WITHIN("writing to the console", write(STDOUT_FILENO, buffer, 8000));
	puts("");
}

int
main(void)
{
	late_begin();
	files();
	mappings();
	descriptors();
	names();
	bytes();
	late_end();
	return check_end();
}
