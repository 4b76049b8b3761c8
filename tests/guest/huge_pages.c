/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory in pages of 2 MB: MAP_HUGETLB, and files in /dev/hugepages, which are as those of Linux's
 * hugetlbfs.
 */
/* QEMU: -smp 2 -m 256 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "tests/guest/free_memory.h"
#include "tests/unit/check.h"

#define KB (1UL << 10)
#define MB (1UL << 20)
#define TB (1UL << 40)
#define HUGE (2 * MB)
#define RW (PROT_READ | PROT_WRITE)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define SIZE_2M (21 << 26)
#define SIZE_1G (30 << 26)
#define HUGETLBFS_MAGIC 0x958458f6

static char *
map(char *base, size_t length, int protection, int flags)
{
	void *mapped = mmap(base, length, protection, ANONYMOUS | flags, -1, 0);

	return mapped == MAP_FAILED ? NULL : mapped;
}

static bool
is_zero(const char *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* All of it is there at once, zeroed, in a piece of what was reserved; and goes. */
static void
anonymous(void)
{
	char *space = map(NULL, TB, PROT_NONE, MAP_NORESERVE), *piece;
	unsigned long before = free_memory();

	if (!CHECK(space != NULL))
		return;
	piece = (char *)(((uintptr_t)space + HUGE - 1) & -HUGE) + 100 * HUGE;
	CHECK(map(piece, 4 * HUGE, RW, MAP_FIXED | MAP_HUGETLB | SIZE_2M) == piece);
	CHECK(before - free_memory() >= 4 * HUGE);
	CHECK(is_zero(piece, 4 * HUGE));
	memset(piece, 1, 4 * HUGE);
	CHECK_EQ(munmap(piece, 4 * HUGE), 0);
	piece = map(NULL, 3 * MB, RW, MAP_HUGETLB); /* takes 4 */
	CHECK(piece != NULL && (uintptr_t)piece % HUGE == 0);
	CHECK_EQ(piece[4 * MB - 1], 0);
	CHECK_EQ(munmap(piece, 4 * MB), 0);
	CHECK_EQ(munmap(space, TB), 0);
	CHECK(before - free_memory() < MB || free_memory() >= before);
}

static void
refusals(void)
{
	unsigned long before = free_memory();
	char *piece = map(NULL, 4 * HUGE, RW, 0);

	CHECK(map(piece + 4 * KB, HUGE, RW, MAP_FIXED | MAP_HUGETLB) == NULL);
	CHECK_EQ(errno, EINVAL);
	CHECK(map(NULL, HUGE, RW, MAP_HUGETLB | SIZE_1G) == NULL);
	CHECK_EQ(errno, EINVAL);
	CHECK(map(NULL, before - MB, RW, MAP_HUGETLB) == NULL);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(munmap(piece, 4 * HUGE), 0);
	CHECK(free_memory() + MB >= before);
}

/* As Seastar takes memory: a file without a name that grows, mapped piece behind piece. */
static void
file(void)
{
	char name[] = "/dev/hugepages/XXXXXX";
	int file = mkstemp(name);
	char *base = map(NULL, 16 * HUGE, PROT_NONE, MAP_NORESERVE), *again;
	unsigned long before = free_memory();
	struct statfs kind;
	struct stat stat;

	if (!CHECK(file >= 0))
		return;
	CHECK_EQ(unlink(name), 0);
	CHECK_EQ(fstatfs(file, &kind), 0);
	CHECK_EQ(kind.f_type, HUGETLBFS_MAGIC);
	CHECK_EQ(kind.f_bsize, HUGE);
	CHECK(ftruncate(file, 3 * MB) == -1 && errno == EINVAL);
	CHECK(write(file, "x", 1) == -1 && errno == EINVAL);
	for (size_t at = 0; at < 8 * HUGE; at += 2 * HUGE) {
		CHECK_EQ(ftruncate(file, (off_t)(at + 2 * HUGE)), 0);
		CHECK(mmap(base + at, 2 * HUGE, RW, MAP_SHARED | MAP_POPULATE | MAP_FIXED, file,
			   (off_t)at) == base + at);
		CHECK(is_zero(base + at, 2 * HUGE));
		memset(base + at, (int)(at / HUGE) + 1, 2 * HUGE);
	}
	CHECK(before - free_memory() >= 8 * HUGE && before - free_memory() < 9 * HUGE);
	CHECK_EQ(fstat(file, &stat), 0);
	CHECK(stat.st_size == (off_t)(8 * HUGE) && stat.st_blksize == (blksize_t)HUGE);
	again = mmap(NULL, HUGE, PROT_READ, MAP_SHARED, file, (off_t)(6 * HUGE));
	CHECK(again != MAP_FAILED && again[5] == 7 && base[6 * HUGE] == 7);
	CHECK(mmap(NULL, HUGE, RW, MAP_SHARED, file, 4096) == MAP_FAILED && errno == EINVAL);
	CHECK(mmap(NULL, 200 * HUGE, RW, MAP_SHARED, file, 0) == MAP_FAILED && errno == ENOMEM);
	CHECK(fstat(file, &stat) == 0 && stat.st_size == (off_t)(8 * HUGE));
	CHECK(before - free_memory() < 9 * HUGE);
	munmap(again, HUGE);
	close(file);
	CHECK_EQ(base[0], 1);
	munmap(base, 16 * HUGE);
	CHECK(free_memory() + MB >= before);
}

int
main(void)
{
	anonymous();
	refusals();
	file();
	return check_end();
}
