/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The same as interrupts_off.c for calls that move much between files, pipes and queues, and for
 * Linux's asynchronous ones.
 */
/* QEMU: -m 512 -icount shift=0,sleep=off */
/* SECONDS: 240 */
/* EXACT: instructions */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/conformance/aio_abi.h"
#include "tests/guest/interrupts_late.h"

#define BIG (32 * MB)
#define PIPE MB
#define PIECES 1024
#define MESSAGES 4000 /* of 16 bytes: what the limit of all queues leaves room for */
#define LARGE_MESSAGE (256 * KB)
#define REQUESTS 1000
#define MAPPINGS 1000

static char *data;

static void
queues(void)
{
	struct mq_attr attributes = {.mq_maxmsg = MESSAGES, .mq_msgsize = 16};
	mqd_t queue = mq_open("/q", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes), large;
	char bytes[16] = "";

	CHECK(queue >= 0);
	WITHIN("mq_send", for (unsigned i = 0; i < MESSAGES; i++)
		CHECK_EQ(mq_send(queue, bytes, sizeof(bytes), i % 100), 0));
	WITHIN("mq_receive", for (unsigned i = 0; i < MESSAGES / 2; i++)
		CHECK_EQ(mq_receive(queue, bytes, sizeof(bytes), NULL), sizeof(bytes)));
	CHECK_EQ(mq_unlink("/q"), 0);
	WITHIN("the end of a queue", CHECK_EQ(mq_close(queue), 0));
	attributes = (struct mq_attr){.mq_maxmsg = 2, .mq_msgsize = LARGE_MESSAGE};
	large = mq_open("/large", O_RDWR | O_CREAT, 0600, &attributes);
	CHECK(large >= 0);
	WITHIN("mq_send of much", CHECK_EQ(mq_send(large, data, LARGE_MESSAGE, 0), 0));
	WITHIN("mq_receive of much",
	       CHECK_EQ(mq_receive(large, data, LARGE_MESSAGE, NULL), LARGE_MESSAGE));
	mq_close(large);
	mq_unlink("/large");
}

static void
make_pipe(int *ends)
{
	CHECK_EQ(pipe2(ends, O_NONBLOCK), 0);
	CHECK_EQ(fcntl(ends[1], F_SETPIPE_SZ, PIPE), PIPE);
}

static void
splices(void)
{
	int one[2], two[2], file = memfd_create("spliced", 0), other = memfd_create("other", 0);
	off_t at = 0;

	make_pipe(one);
	make_pipe(two);
	CHECK_EQ(write(file, data, BIG), BIG);
	WITHIN("splice from a file", CHECK_EQ(splice(file, &at, one[1], NULL, PIPE, 0), PIPE));
	WITHIN("tee", CHECK_EQ(tee(one[0], two[1], PIPE, 0), PIPE));
	WITHIN("splice to a file", CHECK(splice(one[0], NULL, other, NULL, PIPE, 0) > 0));
	WITHIN("read", CHECK(read(one[0], data, PIPE) >= -1));
	WITHIN("splice of a pipe", CHECK(splice(two[0], NULL, one[1], NULL, PIPE, 0) > 0));
	WITHIN("read of what was shared", CHECK(read(one[0], data, PIPE) > 0));
	at = 0;
	WITHIN("sendfile to a pipe", CHECK(sendfile(one[1], file, &at, BIG) > 0));
	WITHIN("the end of a pipe", close(one[0]); close(one[1]));
	close(two[0]);
	close(two[1]);
	at = 0;
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, one), 0);
	WITHIN("sendfile to a socket", CHECK(sendfile(one[0], file, &at, BIG) > 0));
	at = 0;
	WITHIN("copy_file_range",
	       CHECK_EQ(copy_file_range(file, &at, other, NULL, BIG, 0), BIG));
	close(one[0]);
	close(one[1]);
	close(other);
	close(file);
}

/* preadv2() and pwritev2(), which musl does not have. */
static long
moved(long call, int file, const struct iovec *pieces)
{
	return syscall(call, file, pieces, PIECES, 0, 0, 0);
}

/* A file without a name: moved in pieces at offsets, sealed while much of it is mapped. */
static void
sealed(void)
{
	static struct iovec pieces[PIECES];
	static char *maps[MAPPINGS];
	int file = memfd_create("sealed", MFD_ALLOW_SEALING);
	struct stat stat_;
	char statx_[256];

	for (unsigned i = 0; i < PIECES; i++)
		pieces[i] = (struct iovec){data + i * (BIG / PIECES), BIG / PIECES};
	WITHIN("pwritev2", CHECK_EQ(moved(SYS_pwritev2, file, pieces), BIG));
	WITHIN("preadv2", CHECK_EQ(moved(SYS_preadv2, file, pieces), BIG));
	WITHIN("statx", CHECK_EQ(syscall(SYS_statx, file, "", 0x1000, 0xfff, statx_), 0));
	CHECK_EQ(fstat(file, &stat_), 0);
	for (unsigned i = 0; i < MAPPINGS; i++)
		maps[i] = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 8192 * (off_t)i);
	WITHIN("sealing", CHECK_EQ(fcntl(file, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK), 0));
	WITHIN("sealing what is mapped",
	       CHECK_FAILS(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), EBUSY));
	for (unsigned i = 0; i < MAPPINGS; i++)
		munmap(maps[i], 4096);
	WITHIN("the end of a file without a name", close(file));
}

static struct iocb requests[REQUESTS], *list[REQUESTS];
static struct io_event events[REQUESTS];

static void
fill(unsigned code, int fd, size_t size)
{
	for (unsigned i = 0; i < REQUESTS; i++) {
		requests[i] = (struct iocb){.aio_lio_opcode = (uint16_t)code,
					    .aio_fildes = (unsigned)fd,
					    .aio_buf = code == IOCB_CMD_POLL ? POLLIN
									     : (uintptr_t)data,
					    .aio_nbytes = size};
		list[i] = &requests[i];
	}
}

static void
asynchronous(void)
{
	int file = memfd_create("asynchronous", 0), event = eventfd(0, EFD_NONBLOCK);
	unsigned long context = 0;

	CHECK_EQ(write(file, data, BIG), BIG);
	CHECK_EQ(syscall(SYS_io_setup, REQUESTS, &context), 0);
	fill(IOCB_CMD_PREAD, file, BIG);
	WITHIN("io_submit of much", CHECK_EQ(syscall(SYS_io_submit, context, 1, list), 1));
	CHECK_EQ(syscall(SYS_io_getevents, context, 1, REQUESTS, events, NULL), 1);
	fill(IOCB_CMD_PREAD, file, 4096);
	WITHIN("io_submit of many",
	       CHECK_EQ(syscall(SYS_io_submit, context, REQUESTS, list), REQUESTS));
	WITHIN("io_getevents", CHECK_EQ(syscall(SYS_io_getevents, context, 1, REQUESTS, events,
						NULL), REQUESTS));
	fill(IOCB_CMD_POLL, event, 0);
	WITHIN("io_submit of polls",
	       CHECK_EQ(syscall(SYS_io_submit, context, REQUESTS, list), REQUESTS));
	WITHIN("an event of many polls", CHECK_EQ(eventfd_write(event, 1), 0));
	WITHIN("io_getevents of polls", CHECK_EQ(syscall(SYS_io_getevents, context, 1, REQUESTS,
							 events, NULL), REQUESTS));
	eventfd_read(event, &(eventfd_t){0});
	CHECK_EQ(syscall(SYS_io_submit, context, REQUESTS, list), REQUESTS);
	WITHIN("io_destroy", CHECK_EQ(syscall(SYS_io_destroy, context), 0));
	close(event);
	close(file);
}

int
main(void)
{
	data = mmap(NULL, BIG, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_NORESERVE, -1, 0);
	CHECK(data != MAP_FAILED);
	late_begin();
	queues();
	splices();
	sealed();
	asynchronous();
	late_end();
	return check_end();
}
