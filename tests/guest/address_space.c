/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Addresses without memory: terabytes are reserved, pieces of them get rights, are mapped anew at
 * fixed addresses and given back; memory comes with the first touch, and goes. Everything but the
 * figures of free memory is so on Linux too.
 */
/* QEMU: -smp 4 -m 512 */
#include <alloca.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/guest/free_memory.h"
#include "tests/unit/check.h"

#define PAGE 4096UL
#define MB (1UL << 20)
#define TB (1UL << 40)
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)

static char *
map(size_t length, int protection, int flags)
{
	void *base = mmap(NULL, length, protection, ANONYMOUS | flags, -1, 0);

	return base == MAP_FAILED ? NULL : base;
}

/* A reservation costs nothing; what is touched of it is there, far apart. */
static void
reserving(void)
{
	unsigned long before = free_memory();
	char *base = map(16 * TB, PROT_NONE, MAP_NORESERVE), *piece;

	if (!CHECK(base != NULL))
		return;
	CHECK(before - free_memory() < MB);
	for (unsigned i = 0; i < 16; i++) {
		piece = base + i * TB + i * PAGE;
		CHECK_EQ(mprotect(piece, 2 * PAGE, RW), 0);
		CHECK_EQ(piece[PAGE], 0);
		piece[PAGE] = (char)i;
	}
	piece = base + 5 * TB + 4 * MB;
	CHECK(mmap(piece, 6 * MB, RW, ANONYMOUS | MAP_FIXED, -1, 0) == piece);
	memset(piece, 7, 6 * MB);
	CHECK(before - free_memory() >= 6 * MB);
	for (unsigned i = 0; i < 16; i++)
		CHECK_EQ(base[i * TB + (i + 1) * PAGE], i);
	CHECK(mmap(piece + MB, MB, PROT_NONE, ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) ==
	      piece + MB);
	CHECK_EQ(piece[MB - 1], 7);
	CHECK_EQ(piece[2 * MB], 7);
	CHECK_EQ(mprotect(piece + MB, MB, PROT_READ), 0);
	CHECK_EQ(piece[MB], 0);
	CHECK_EQ(munmap(base, 16 * TB), 0);
	CHECK(before - free_memory() < 2 * MB); /* page tables stay */
}

/* Zeros after MADV_DONTNEED, and the memory is there for others. */
static void
giving_back(void)
{
	char *base = map(64 * MB, RW, 0);
	unsigned long full, before;

	memset(base, 1, 64 * MB);
	full = free_memory();
	CHECK_EQ(madvise(base + 8 * MB, 32 * MB, MADV_DONTNEED), 0);
	CHECK(free_memory() >= full + 31 * MB);
	CHECK_EQ(base[8 * MB - 1], 1);
	CHECK_EQ(base[8 * MB], 0);
	CHECK_EQ(base[40 * MB - 1], 0);
	CHECK_EQ(base[40 * MB], 1);
	CHECK_EQ(madvise(base + PAGE, PAGE, MADV_DONTNEED), 0);
	CHECK_EQ(base[PAGE - 1] + base[2 * PAGE], 2);
	CHECK_EQ(base[PAGE], 0);
	CHECK_EQ(madvise(base, 64 * MB, MADV_FREE), 0);
	CHECK_EQ(madvise(base + 1, PAGE, MADV_DONTNEED), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(munmap(base + 16 * MB, MB), 0);
	base[20 * MB] = 1;
	CHECK_EQ(madvise(base + 15 * MB, 8 * MB, MADV_DONTNEED), -1);
	CHECK_EQ(errno, ENOMEM);
	before = free_memory();
	CHECK_EQ(munmap(base, 64 * MB), 0);
	CHECK(free_memory() >= before + 30 * MB);
}

/* Where it was unmapped another mapping has nothing of the old one's, on whatever CPU. */
static void *
reuse(void *argument)
{
	for (unsigned i = 0; i < 300; i++) {
		size_t length = (1 + i % 40) * PAGE;
		char *base = map(length, RW, 0);

		for (size_t at = 0; at < length; at += PAGE) {
			CHECK_EQ(base[at], 0);
			base[at] = 1;
		}
		if (i % 3 == 0)
			CHECK_EQ(mprotect(base, PAGE, PROT_NONE), 0);
		CHECK_EQ(munmap(base, length), 0);
	}
	return argument;
}

static void *
touch_stack(void *argument)
{
	volatile char room[64 * 1024];

	for (size_t i = 0; i < sizeof(room); i += PAGE)
		room[i] = 1;
	return argument;
}

/* Many threads with 8 MB each at once; afterwards memory is in one piece again. */
static void
stacks(void)
{
	enum { THREADS = 300 };
	static pthread_t threads[THREADS];
	unsigned long before = free_memory();
	char *base;

	for (unsigned i = 0; i < THREADS; i++)
		if (!CHECK_EQ(pthread_create(&threads[i], NULL, touch_stack, NULL), 0))
			return;
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	base = map(before - 32 * MB, RW, MAP_POPULATE);
	if (CHECK(base != NULL))
		CHECK_EQ(munmap(base, before - 32 * MB), 0);
}

static void *
default_size(void *size)
{
	pthread_attr_t attributes;
	volatile char *room;
	size_t half;

	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstacksize(&attributes, size);
	pthread_attr_destroy(&attributes);
	half = *(size_t *)size / 2;
	room = alloca(half);
	room[0] = room[half - 1] = 1;
	return NULL;
}

/* What an ordinary thread has without asking. */
static void
size_of_stack(void)
{
	pthread_t thread;
	size_t size = 0;

	CHECK_EQ(pthread_create(&thread, NULL, default_size, &size), 0);
	pthread_join(thread, NULL);
	CHECK(size >= 8 * MB - 64 * 1024 && size <= 8 * MB + 64 * 1024);
}

static void
resizing(void)
{
	char *base = map(64 * MB, RW, 0), *moved;

	base[0] = base[PAGE] = base[33 * MB] = 1;
	moved = mremap(base, 34 * MB, 100 * MB, MREMAP_MAYMOVE);
	if (!CHECK(moved != MAP_FAILED))
		return;
	CHECK_EQ(moved[0] + moved[PAGE] + moved[33 * MB], 3);
	CHECK_EQ(moved[2 * PAGE], 0);
	CHECK_EQ(moved[99 * MB], 0);
	CHECK(mremap(moved, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, moved + 50 * MB) ==
	      moved + 50 * MB);
	CHECK_EQ(moved[50 * MB], 1);
	CHECK(mremap(moved, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, EFAULT);
	CHECK_EQ(munmap(moved, 100 * MB), 0);
	CHECK_EQ(munmap(base, 64 * MB), 0);
}

static void
asking(void)
{
	unsigned char there[8];
	char *base = map(32 * PAGE, PROT_READ, 0);

	CHECK_EQ(mprotect(base, 32 * PAGE, PROT_NONE), 0);
	CHECK_EQ(munmap(base, 32 * PAGE), 0);
	base = map(1024 * PAGE, PROT_NONE, 0);
	CHECK_EQ(mprotect(base, 8 * PAGE, RW), 0);
	base[PAGE] = base[5 * PAGE] = 1;
	CHECK_EQ(mincore(base, 8 * PAGE, there), 0);
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(there[i] & 1, i == 1 || i == 5);
	CHECK_EQ(mlock(base, 8 * PAGE), 0);
	CHECK_EQ(mincore(base, 8 * PAGE, there), 0);
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(there[i] & 1, 1);
	CHECK_EQ(madvise(base, 9 * PAGE, MADV_DONTNEED), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(msync(base, 9 * PAGE, MS_INVALIDATE), -1);
	CHECK_EQ(errno, EBUSY);
	CHECK_EQ(mlock(base, 9 * PAGE), -1); /* the last may not be touched */
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(munlock(base, 9 * PAGE), 0);
	CHECK_EQ(msync(base, 9 * PAGE, MS_INVALIDATE), 0);
	CHECK(mmap(base, PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, EEXIST);
	CHECK_EQ(munmap(base, 1024 * PAGE), 0);
	CHECK_EQ(mincore(base, PAGE, there), -1);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(mlock(base, PAGE), -1);
	CHECK_EQ(errno, ENOMEM);
}

/* Shared memory without a file keeps what it has. */
static void
common(void)
{
	char *base = mmap(NULL, 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	base[0] = base[PAGE] = 1;
	CHECK_EQ(madvise(base, 2 * PAGE, MADV_DONTNEED), 0);
	CHECK_EQ(base[0] + base[PAGE], 2);
	CHECK_EQ(munmap(base, 2 * PAGE), 0);
}

/* The program's own image is a mapping too. */
static char own[3 * PAGE] __attribute__((aligned(4096)));

static void
image(void)
{
	unsigned char there[2];

	own[PAGE] = 1;
	CHECK_EQ(mlock(own + 5, 10), 0);
	CHECK_EQ(mincore(own, 2 * PAGE, there), 0);
	CHECK_EQ(there[1] & 1, 1);
	CHECK_EQ(mprotect(own + PAGE, PAGE, PROT_READ), 0);
	CHECK_EQ(own[PAGE], 1);
	CHECK_EQ(mprotect(own + PAGE, PAGE, PROT_NONE), 0);
	CHECK_EQ(mprotect(own + PAGE, PAGE, RW), 0);
	CHECK_EQ(own[PAGE]++, 1);
	CHECK_EQ(munlock(own, PAGE), 0);
}

/* One CPU reads on while another takes rights away and gives them back. */
static char *watched;
static volatile int stop;

static void *
spin(void *argument)
{
	while (!stop)
		;
	return argument;
}

/* What is unmapped is free at once, also while other CPUs spin and have not flushed their TLBs. */
static void
at_once(void)
{
	pthread_t threads[3];
	char *base;

	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, spin, NULL), 0);
	for (unsigned i = 0; i < 20; i++) {
		base = map(4 * PAGE, RW, 0);
		base[PAGE] = 1;
		CHECK_EQ(munmap(base, 4 * PAGE), 0);
		CHECK(mmap(base, 4 * PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == base);
		CHECK_EQ(base[PAGE], 0);
		CHECK_EQ(munmap(base, 4 * PAGE), 0);
	}
	stop = 1;
	for (unsigned i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	stop = 0;
}

static void *
watch(void *argument)
{
	unsigned long wrong = 0;

	while (!stop)
		for (size_t at = 0; at < 4 * MB; at += PAGE)
			wrong += watched[at] != 0 && watched[at] != 1;
	CHECK_EQ(wrong, 0);
	return argument;
}

static void
sharing(void)
{
	pthread_t threads[3];

	watched = map(4 * MB, RW, 0);
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, watch, NULL), 0);
	for (unsigned i = 0; i < 40; i++) {
		memset(watched, 1, 4 * MB);
		CHECK_EQ(mprotect(watched, 2 * MB, PROT_READ), 0);
		CHECK_EQ(madvise(watched, 4 * MB, MADV_DONTNEED), 0);
		CHECK_EQ(watched[i * PAGE], 0);
		CHECK_EQ(mprotect(watched, 2 * MB, RW), 0);
	}
	stop = 1;
	for (unsigned i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(munmap(watched, 4 * MB), 0);
}

int
main(void)
{
	pthread_t threads[4];

	reserving();
	giving_back();
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, reuse, NULL), 0);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	stacks();
	size_of_stack();
	resizing();
	asking();
	common();
	image();
	at_once();
	sharing();
	return check_end();
}
