/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * splice() and tee() between threads: what waits, what is never lost or given twice, and files in
 * memory without a name, whose seals hold.
 */
/* QEMU: -smp 3 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define TOTAL (3 * 1024 * 1024)
#define STEP 1000
#define ROUNDS 400

static uint8_t
byte_at(size_t at)
{
	return (uint8_t)(at * 31 + at / 4096);
}

static void *
feed(void *argument)
{
	int fd = (int)(intptr_t)argument;
	uint8_t bytes[STEP];

	for (size_t at = 0; at < TOTAL;) {
		size_t size = TOTAL - at < STEP ? TOTAL - at : STEP;

		for (size_t i = 0; i < size; i++)
			bytes[i] = byte_at(at + i);
		if (!CHECK_EQ(write(fd, bytes, size), size))
			break;
		at += size;
	}
	close(fd);
	return NULL;
}

static void *
drain(void *argument)
{
	int fd = (int)(intptr_t)argument;
	static uint8_t bytes[5000];
	size_t at = 0;
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < got; i++, at++)
			if (!CHECK(bytes[i] == byte_at(at)))
				return NULL;
	CHECK_EQ(got, 0);
	CHECK_EQ(at, TOTAL);
	close(fd);
	return NULL;
}

/* A pipe into a pipe into a socket: all arrives, in order, to the end. */
static void
chain(void)
{
	int first[2], second[2], pair[2];
	pthread_t threads[2];
	ssize_t moved;
	size_t sum = 0;

	CHECK_EQ(pipe(first), 0);
	CHECK_EQ(pipe(second), 0);
	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(pthread_create(&threads[0], NULL, feed, (void *)(intptr_t)first[1]), 0);
	CHECK_EQ(pthread_create(&threads[1], NULL, drain, (void *)(intptr_t)pair[1]), 0);
	while ((moved = splice(first[0], NULL, second[1], NULL, 100000, 0)) > 0)
		while (moved > 0) {
			ssize_t part = splice(second[0], NULL, pair[0], NULL, (size_t)moved, 0);

			if (!CHECK(part > 0))
				return;
			sum += (size_t)part;
			moved -= part;
		}
	CHECK_EQ(moved, 0);
	CHECK_EQ(sum, TOTAL);
	close(pair[0]);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	close(first[0]);
	close(second[0]);
	close(second[1]);
}

static unsigned long taken;

static void *
read_on(void *argument)
{
	int fd = (int)(intptr_t)argument;
	uint8_t bytes[64];
	ssize_t got;

	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		__atomic_add_fetch(&taken, (unsigned long)got, __ATOMIC_RELAXED);
	CHECK_EQ(got, 0);
	return NULL;
}

/* A reader beside a splice() to a file: each byte goes to one of them. */
static void
beside(void)
{
	int fds[2], file = memfd_create("beside", 0);
	uint8_t bytes[STEP] = {0};
	pthread_t thread;
	ssize_t moved, sum = 0;

	CHECK_EQ(pipe(fds), 0);
	taken = 0;
	CHECK_EQ(pthread_create(&thread, NULL, read_on, (void *)(intptr_t)fds[0]), 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		CHECK_EQ(write(fds[1], bytes, STEP), STEP);
		moved = splice(fds[0], NULL, file, NULL, STEP, SPLICE_F_NONBLOCK);
		CHECK(moved > 0 || errno == EAGAIN);
		sum += moved > 0 ? moved : 0;
	}
	close(fds[1]);
	pthread_join(thread, NULL);
	CHECK_EQ((unsigned long)sum + taken, ROUNDS * STEP);
	CHECK_EQ(lseek(file, 0, SEEK_END), sum);
	close(fds[0]);
	close(file);
}

static void *
empty_later(void *argument)
{
	char bytes[4096];

	usleep(20000);
	CHECK_EQ(read((int)(intptr_t)argument, bytes, sizeof(bytes)), sizeof(bytes));
	return NULL;
}

/* What has no room waits for it. */
static void
waits(void)
{
	int fds[2], file = memfd_create("waits", 0);
	pthread_t thread;
	off_t at = 0;

	CHECK_EQ(ftruncate(file, 20 * 4096), 0);
	CHECK_EQ(pipe(fds), 0);
	CHECK_EQ(sendfile(fds[1], file, &at, 20 * 4096), 16 * 4096);
	CHECK_EQ(at, 16 * 4096);
	CHECK_EQ(splice(file, &at, fds[1], NULL, 4096, SPLICE_F_NONBLOCK), -1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(pthread_create(&thread, NULL, empty_later, (void *)(intptr_t)fds[0]), 0);
	CHECK_EQ(splice(file, &at, fds[1], NULL, 4096, 0), 4096);
	pthread_join(thread, NULL);
	close(fds[0]);
	CHECK_EQ(splice(file, &at, fds[1], NULL, 4096, 0), -1);
	CHECK_EQ(errno, EPIPE);
	close(fds[1]);
	close(file);
}

static void
seals(void)
{
	int file = memfd_create("seals", MFD_ALLOW_SEALING);
	char *page;

	CHECK_EQ(write(file, "sealed", 6), 6);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	CHECK_FAILS(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), EBUSY);
	page[0] = 'S';
	CHECK_EQ(munmap(page, 4096), 0);
	CHECK_EQ(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW), 0);
	CHECK_FAILS(write(file, "x", 1), EPERM);
	CHECK_FAILS(ftruncate(file, 0), EPERM);
	CHECK_FAILS(ftruncate(file, 100), EPERM);
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED);
	CHECK_EQ(fcntl(file, F_ADD_SEALS, F_SEAL_SEAL), 0);
	CHECK_FAILS(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), EPERM);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
	CHECK(!memcmp(page, "Sealed", 6));
	close(file);
}

/* How much may be written is looked at for all pieces at once: here the page has no room. */
static void
sealed_pieces(void)
{
	int file = memfd_create("pieces", MFD_ALLOW_SEALING);
	char bytes[48] = "";
	struct iovec pieces[] = {{bytes, 36}, {bytes, 12}};

	CHECK_EQ(pwrite(file, "1234567", 7, 30), 7);
	CHECK_EQ(fcntl(file, F_ADD_SEALS, F_SEAL_GROW), 0);
	CHECK_FAILS(pwritev(file, pieces, 2, 0), EPERM);
	CHECK_EQ(pwritev(file, pieces, 1, 0), 36);
	CHECK_EQ(ftruncate(file, 37), 0);
	close(file);
}

/* An eventfd takes each piece as a call: an empty one is passed over unless it is the first. */
static void
pieces_of_events(void)
{
	uint64_t one = 1;
	struct iovec pieces[] = {{&one, 0}, {&one, 8}, {&one, 0}, {&one, 8}};
	int event = eventfd(0, EFD_NONBLOCK);

	CHECK_FAILS(writev(event, pieces, 4), EINVAL);
	CHECK_EQ(writev(event, pieces + 1, 3), 16);
	CHECK_EQ(read(event, &one, 8), 8);
	CHECK_EQ(one, 2);
	close(event);
}

/* A file that is sent to itself: what is overwritten before it is sent is sent as it is then. */
static void
sent_over_itself(void)
{
	enum { TO = 2548, SIZE = 4093, PAGE_END = 4096 - TO };
	int file = open("/over", O_RDWR | O_CREAT | O_TRUNC, 0600), again = open("/over", O_RDWR);
	char before[8192], after[8192];

	for (unsigned i = 0; i < sizeof(before); i++)
		before[i] = (char)(i % 251);
	CHECK_EQ(write(file, before, sizeof(before)), sizeof(before));
	CHECK_EQ(lseek(file, TO, SEEK_SET), TO);
	CHECK_EQ(sendfile(file, again, NULL, SIZE), SIZE);
	CHECK_EQ(pread(file, after, sizeof(after), 0), sizeof(after));
	memcpy(before + TO, before, PAGE_END);
	memcpy(before + 4096, before + PAGE_END, SIZE - PAGE_END);
	CHECK(!memcmp(before, after, sizeof(before)));
	close(file);
	close(again);
	unlink("/over");
}

/* Linux asks only whether it could be told to seek, if nothing is to be sent. */
static void
nothing_sent(void)
{
	int event = eventfd(3, EFD_NONBLOCK), pair[2];

	CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	CHECK_EQ(sendfile(event, event, NULL, 0), 0);
	CHECK_FAILS(sendfile(event, event, NULL, 8), EINVAL);
	CHECK_FAILS(sendfile(event, pair[0], NULL, 0), EINVAL);
	close(event);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	chain();
	sealed_pieces();
	nothing_sent();
	sent_over_itself();
	pieces_of_events();
	beside();
	waits();
	seals();
	return check_end();
}
