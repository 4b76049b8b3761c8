/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Bad pointers in what a pointer leads to, and those that lead to too little: beside
 * bad_pointers.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define P(pointer) ((uint64_t)(pointer))

static char room[4096];
static uint64_t zero[8];
static void *untouchable;

/* What is named within what is named. */
static void
try_within(int file, int pipe_in, int stream)
{
	struct iovec good_bad[2] = {{room, 8}, {untouchable, 8}};
	struct iovec bad = {untouchable, 8};
	struct msghdr bad_vector = {.msg_iov = untouchable, .msg_iovlen = 1};
	struct msghdr bad_piece = {.msg_iov = &bad, .msg_iovlen = 1};
	uint64_t mask[2] = {P(untouchable), 8};
	char *edge = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				  -1, 0);

	CHECK_EQ(readv(pipe_in, &bad, 1) == -1 ? errno : 0, EFAULT);
	CHECK_EQ(writev(file, good_bad, 2), 8);
	CHECK_EQ(sendmsg(stream, &bad_vector, 0) == -1 ? errno : 0, EFAULT);
	CHECK_EQ(recvmsg(stream, &bad_piece, 0) == -1 ? errno : 0, EFAULT);
	CHECK_EQ(syscall(SYS_pselect6, 0, 0, 0, 0, zero, mask) == -1 ? errno : 0, EFAULT);

	/* The descriptor is looked at before the pointer, and of what is there all is used. */
	CHECK_EQ(write(-1, untouchable, 8) == -1 ? errno : 0, EBADF);
	mprotect(edge + 4096, 4096, PROT_NONE);
	CHECK_EQ(pread(file, edge + 4096 - 10, 100, 0), 10);
	CHECK_EQ(pwrite(file, edge + 4096 - 10, 100, 0), 10);
	memset(edge, 'x', 4096);
	CHECK_EQ(open(edge, O_RDONLY) == -1 ? errno : 0, ENAMETOOLONG);
	CHECK_EQ(open(edge + 1, O_RDONLY) == -1 ? errno : 0, EFAULT);
	CHECK_EQ(getcwd(edge + 4096 - 10, 4096) == edge + 4096 - 10, true);
}

int
main(void)
{
	int file = open("/tmp/within", O_RDWR | O_CREAT, 0600), ends[2], sockets[2];

	CHECK_EQ(write(file, room, sizeof(room)), sizeof(room));
	CHECK_EQ(lseek(file, 0, SEEK_SET), 0);
	CHECK_EQ(pipe(ends) | socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	CHECK_EQ(write(ends[1], room, 8) + write(sockets[1], room, 8), 16);
	CHECK_EQ(chdir("/tmp"), 0);
	untouchable = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	try_within(file, ends[0], sockets[0]);
	return check_end();
}
