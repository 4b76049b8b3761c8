/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory calls: mappings are zero, can be protected and given back in parts, grow by mremap, and
 * all of the memory comes back. malloc under load from several threads.
 */
/* QEMU: -smp 4 -m 256 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/guest/free_memory.h"
#include "tests/unit/check.h"

#define PAGE 4096UL
#define MB (1UL << 20)

static char *
map(size_t length, int protection)
{
	void *base = mmap(NULL, length, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return base == MAP_FAILED ? NULL : base;
}

static int
is_zero(const char *base, size_t length)
{
	for (size_t i = 0; i < length; i += 64)
		if (base[i])
			return 0;
	return 1;
}

static void
zeroed(void)
{
	const size_t sizes[] = {1, PAGE, 5 * PAGE + 1, 2 * MB, 7 * MB + PAGE};

	for (unsigned turn = 0; turn < 3; turn++) {
		for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			char *base = map(sizes[i], PROT_READ | PROT_WRITE);

			if (!CHECK(base != NULL))
				return;
			CHECK_EQ((uintptr_t)base % PAGE, 0);
			CHECK(is_zero(base, sizes[i]));
			memset(base, 0xff, sizes[i]);
			CHECK_EQ(munmap(base, sizes[i]), 0);
		}
	}
}

static void
protection(void)
{
	char *base = map(10 * PAGE, PROT_NONE);

	CHECK_EQ(mprotect(base + PAGE, 8 * PAGE, PROT_READ | PROT_WRITE), 0);
	CHECK(is_zero(base + PAGE, 8 * PAGE));
	memset(base + PAGE, 1, 8 * PAGE);
	CHECK_EQ(mprotect(base + 4 * PAGE, PAGE, PROT_READ), 0);
	CHECK_EQ(base[4 * PAGE], 1);
	CHECK_EQ(mprotect(base + 4 * PAGE, PAGE, PROT_NONE), 0);
	CHECK_EQ(mprotect(base + 4 * PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
	CHECK_EQ(base[4 * PAGE], 1);
	CHECK_EQ(munmap(base + 3 * PAGE, 2 * PAGE), 0);
	CHECK_EQ(mprotect(base, 10 * PAGE, PROT_READ), -1);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(munmap(base + 1, PAGE), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(mprotect(base + PAGE, PAGE, PROT_WRITE | PROT_EXEC), -1);
	CHECK_EQ(errno, EACCES);
	CHECK_EQ(munmap(base, 10 * PAGE), 0);
	CHECK_EQ(munmap(base, 10 * PAGE), 0);
	CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
}

/* Code that is written, then made executable. */
static void
executable(void)
{
	static const uint8_t code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov eax, 42; ret */
	char *base = map(PAGE, PROT_READ | PROT_WRITE);
	int (*function)(void);

	memcpy(base, code, sizeof(code));
	CHECK_EQ(mprotect(base, PAGE, PROT_READ | PROT_EXEC), 0);
	memcpy(&function, &base, sizeof(function));
	CHECK_EQ(function(), 42);
	CHECK_EQ(munmap(base, PAGE), 0);
}

static void
growing(void)
{
	char *base = map(3 * PAGE, PROT_READ | PROT_WRITE), *moved;

	base[2 * PAGE] = 'x';
	CHECK(mremap(base, 3 * PAGE, 100 * PAGE, 0) == MAP_FAILED);
	CHECK_EQ(errno, ENOMEM);
	moved = mremap(base, 3 * PAGE, 100 * PAGE, MREMAP_MAYMOVE);
	if (!CHECK(moved != MAP_FAILED))
		return;
	CHECK_EQ(moved[2 * PAGE], 'x');
	CHECK(is_zero(moved + 3 * PAGE, 97 * PAGE));
	CHECK(mremap(moved, 100 * PAGE, PAGE, 0) == moved);
	CHECK_EQ(munmap(moved, PAGE), 0);

	base = map(2 * PAGE, PROT_READ | PROT_WRITE);
	base[0] = base[PAGE] = 'y';
	CHECK_EQ(madvise(base + PAGE, PAGE, MADV_DONTNEED), 0);
	CHECK_EQ(base[0], 'y');
	CHECK_EQ(base[PAGE], 0);
	base[PAGE] = 'z';
	CHECK(mmap(base + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
	      base + PAGE);
	CHECK_EQ(base[PAGE], 0);
	CHECK_EQ(munmap(base, 2 * PAGE), 0);
	CHECK_EQ(mlockall(MCL_CURRENT | MCL_FUTURE), 0);
}

static unsigned long corrupt;

static void *
allocate(void *argument)
{
	enum { BLOCKS = 64 };
	unsigned seed = (unsigned)(uintptr_t)argument;
	unsigned char *blocks[BLOCKS] = {NULL};
	size_t sizes[BLOCKS] = {0};

	for (unsigned i = 0; i < 20000; i++) {
		unsigned at = (unsigned)rand_r(&seed) % BLOCKS;
		size_t size = (size_t)rand_r(&seed) % (i % 100 ? 2000 : 300000) + 1;

		if (blocks[at] && (blocks[at][0] != at || blocks[at][sizes[at] - 1] != at))
			__atomic_add_fetch(&corrupt, 1, __ATOMIC_RELAXED);
		if (i % 3)
			blocks[at] = realloc(blocks[at], size);
		else {
			free(blocks[at]);
			blocks[at] = malloc(size);
		}
		sizes[at] = size;
		blocks[at][0] = blocks[at][size - 1] = (unsigned char)at;
	}
	for (unsigned i = 0; i < BLOCKS; i++)
		free(blocks[i]);
	return NULL;
}

static void
heap(void)
{
	pthread_t threads[4];

	for (uintptr_t i = 0; i < 4; i++)
		CHECK_EQ(pthread_create(&threads[i], NULL, allocate, (void *)(i + 1)), 0);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	CHECK_EQ(corrupt, 0);
	CHECK(malloc(1UL << 40) == NULL);
	CHECK_EQ(errno, ENOMEM);
}

/* Maps a file that is then closed, and compares how it begins. Returns 0, or the error. */
static int
map_file(int file, int flags, const char *begin)
{
	char *base = mmap(NULL, PAGE, PROT_READ, flags, file, 0);
	int error = base == MAP_FAILED ? errno : 0;

	close(file);
	if (error)
		return error;
	CHECK_EQ(memcmp(base, begin, strlen(begin)), 0);
	CHECK_EQ(munmap(base, PAGE), 0);
	return 0;
}

/* Each kind of file says for itself whether it can be mapped. */
static void
kinds(void)
{
	int file = open("/tmp/kinds", O_RDWR | O_CREAT, 0600), ends[2];

	CHECK_EQ(write(file, "regular", 7), 7);
	CHECK_EQ(map_file(dup(file), MAP_SHARED, "regular"), 0);
	CHECK_EQ(map_file(file, MAP_PRIVATE, "regular"), 0);
	file = open("/proc/cpuinfo", O_RDONLY);
	CHECK(lseek(file, 0, SEEK_END) > 20);
	CHECK_EQ(map_file(file, MAP_PRIVATE, "processor"), 0);
	CHECK_EQ(map_file(open("/proc/self/task/1/comm", O_RDONLY), MAP_SHARED, "main\n"), 0);
	CHECK_EQ(map_file(open("/dev/zero", O_RDWR), MAP_PRIVATE, ""), 0);
	CHECK_EQ(map_file(open("/tmp", O_RDONLY), MAP_PRIVATE, ""), ENODEV);
	CHECK_EQ(map_file(open("/dev/console", O_RDWR), MAP_PRIVATE, ""), ENODEV);
	CHECK_EQ(map_file(eventfd(1, 0), MAP_PRIVATE, ""), ENODEV);
	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(write(ends[1], "pipe", 4), 4);
	CHECK_EQ(map_file(ends[0], MAP_PRIVATE, ""), ENODEV);
	close(ends[1]);
}

/* Half of what is free, again and again: it must come back each time. */
static void
comes_back(void)
{
	size_t half = free_memory() / 2 & ~(2 * MB - 1);
	unsigned long before = free_memory();

	for (unsigned i = 0; i < 10; i++) {
		char *base = map(half, PROT_READ | PROT_WRITE);

		if (!CHECK(base != NULL))
			return;
		CHECK_EQ(munmap(base, half), 0);
	}
	CHECK(free_memory() + 4 * MB >= before);
}

int
main(void)
{
	zeroed();
	protection();
	executable();
	growing();
	kinds();
	heap();
	comes_back();
	return check_end();
}
