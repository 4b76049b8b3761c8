/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings below 2 GB, as just-in-time compilers ask for with MAP_32BIT, where addresses are RAM's
 * own: they are as mappings elsewhere are. What is fixed over RAM itself is refused. All but the
 * latter is so on Linux too.
 */
/* QEMU: -smp 2 -m 512 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/guest/free_memory.h"
#include "tests/unit/check.h"

#define PAGE 4096UL
#define MB (1UL << 20)
#define GB (1UL << 30)
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define ROUNDS 200

static char *
low(size_t length)
{
	char *base = mmap(NULL, length, RW, ANONYMOUS | MAP_32BIT, -1, 0);

	if (!CHECK(base != MAP_FAILED))
		return NULL;
	CHECK((uintptr_t)base + length <= 2 * GB);
	return base;
}

static bool
is_zero(const char *bytes, size_t size)
{
	return !bytes[0] && !memcmp(bytes, bytes + 1, size - 1);
}

/* Of all sizes, none over another, and zero whatever was there before. */
static void
mappings(void)
{
	static const size_t sizes[] = {PAGE, 5 * PAGE, MB, 2 * MB, 7 * MB, 20 * MB};
	char *bases[6];

	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 6; i++) {
			bases[i] = low(sizes[i]);
			CHECK(is_zero(bases[i], sizes[i]));
			memset(bases[i], (int)i + 1, sizes[i]);
		}
		for (unsigned i = 0; i < 6; i++) {
			CHECK_EQ(bases[i][0], i + 1);
			CHECK_EQ(bases[i][sizes[i] - 1], i + 1);
			CHECK_EQ(munmap(bases[i], sizes[i]), 0);
		}
	}
}

/* What is unmapped is had again: nothing of RAM gets lost. */
static void
again_and_again(void)
{
	unsigned long before = free_memory();

	for (unsigned i = 0; i < ROUNDS; i++) {
		char *base = low(4 * MB);

		memset(base, 1, 4 * MB);
		CHECK_EQ(munmap(base, 4 * MB), 0);
	}
	CHECK(before - free_memory() < 24 * MB || free_memory() > before);
}

/* Code is written, made executable, run, written again. */
static void
code(void)
{
	static const unsigned char give_42[] = {0xb8, 42, 0, 0, 0, 0xc3};
	char *base = low(2 * PAGE);
	int (*function)(void) = (int (*)(void))(uintptr_t)(base + PAGE);

	memcpy(base + PAGE, give_42, sizeof(give_42));
	CHECK_EQ(mprotect(base + PAGE, PAGE, PROT_READ | PROT_EXEC), 0);
	CHECK_EQ(function(), 42);
	CHECK_EQ(mprotect(base + PAGE, PAGE, RW), 0);
	base[PAGE + 1] = 43;
	CHECK_EQ(mprotect(base + PAGE, PAGE, PROT_READ | PROT_EXEC), 0);
	CHECK_EQ(function(), 43);
	CHECK_EQ(munmap(base, 2 * PAGE), 0);
}

/* Reserved, and mapped piece by piece at fixed addresses; given back and moved. */
static void
pieces(void)
{
	char *base = mmap(NULL, 16 * MB, PROT_NONE, ANONYMOUS | MAP_32BIT | MAP_NORESERVE, -1, 0);
	char *piece = base + 3 * MB, *moved;

	CHECK(base != MAP_FAILED && (uintptr_t)base < 2 * GB);
	CHECK(mmap(piece, MB, RW, ANONYMOUS | MAP_FIXED, -1, 0) == piece);
	memset(piece, 7, MB);
	CHECK(mmap(piece, MB, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, EEXIST);
	CHECK_EQ(madvise(piece, PAGE, MADV_DONTNEED), 0);
	CHECK(piece[0] == 0 && piece[PAGE] == 7);
	moved = mremap(piece, MB, 4 * MB, MREMAP_MAYMOVE);
	CHECK(moved != MAP_FAILED && moved[PAGE] == 7 && moved[4 * MB - 1] == 0);
	CHECK_EQ(munmap(moved, 4 * MB), 0);
	CHECK_EQ(munmap(base, 16 * MB), 0);
}

static volatile char *shown;

static void *
look(void *sum)
{
	for (unsigned i = 0; i < 2 * MB / PAGE; i++)
		*(long *)sum += shown[i * PAGE];
	return NULL;
}

/* Another CPU, which has seen the RAM at those addresses, finds what is mapped. */
static void
other_cpu(void)
{
	for (unsigned round = 1; round < 20; round++) {
		pthread_t thread;
		long sum = 0;

		shown = low(2 * MB);
		memset((char *)shown, (int)round, 2 * MB);
		CHECK_EQ(pthread_create(&thread, NULL, look, &sum), 0);
		pthread_join(thread, NULL);
		CHECK_EQ(sum, round * (2 * MB / PAGE));
		CHECK_EQ(munmap((char *)shown, 2 * MB), 0);
	}
}

static void
refused(void)
{
	static char own[2 * PAGE] __attribute__((aligned(4096)));

	CHECK(mmap(NULL, 3 * GB, RW, ANONYMOUS | MAP_32BIT | MAP_NORESERVE, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, ENOMEM);
	CHECK(mmap(own, PAGE, RW, ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, EEXIST);
	own[0] = 1;
	/* (Linux would, and the program would lose a variable.) */
	CHECK(mmap(own, PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(own[0], 1);
}

int
main(void)
{
	mappings();
	again_and_again();
	code();
	pieces();
	other_cpu();
	refused();
	return check_end();
}
