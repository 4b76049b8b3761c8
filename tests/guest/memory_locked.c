/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mlockall() and munlockall(): what is mapped then is locked, also what can have no memory, and it
 * is unlocked again. The same on Linux as root (musl-gcc -static -D_GNU_SOURCE -I.).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define PAGE 4096UL
#define PAGES 4

static char *
map(int protection)
{
	char *base = mmap(NULL, PAGES * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return CHECK(base != MAP_FAILED) ? base : NULL;
}

static bool
is_locked(char *base)
{
	int result = msync(base, PAGES * PAGE, MS_SYNC | MS_INVALIDATE);

	if (result)
		CHECK_EQ(errno, EBUSY);
	return result;
}

static unsigned
in_memory(char *base)
{
	unsigned char pages[PAGES];
	unsigned count = 0;

	CHECK_EQ(mincore(base, PAGES * PAGE, pages), 0);
	for (unsigned i = 0; i < PAGES; i++)
		count += pages[i] & 1;
	return count;
}

static void
current(void)
{
	char *base = map(PROT_READ | PROT_WRITE), *closed = map(PROT_NONE), *later;

	CHECK_EQ(mlockall(MCL_CURRENT), 0);
	CHECK_EQ(in_memory(base), PAGES);
	CHECK(is_locked(base));
	CHECK(is_locked(closed));
	later = map(PROT_READ | PROT_WRITE);
	CHECK(!is_locked(later));
	CHECK_EQ(madvise(base, PAGE, MADV_DONTNEED), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(munlockall(), 0);
	CHECK(!is_locked(base));
	CHECK(!is_locked(closed));
	base[0] = 'x';
	CHECK_EQ(madvise(base, PAGE, MADV_DONTNEED), 0);
	CHECK_EQ(base[0], 0);
}

/* What is behind a file's end has no memory: mlock() says so, mlockall() does not mind. */
static void
file_end(void)
{
	int file = open("/tmp/locked", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char *base = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, file, 0);

	CHECK(base != MAP_FAILED);
	CHECK_EQ(mlock(base, PAGES * PAGE), -1);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(munlock(base, PAGES * PAGE), 0);
	CHECK(!is_locked(base));
	CHECK_EQ(mlockall(MCL_CURRENT), 0);
	CHECK(is_locked(base));
	CHECK_EQ(munlockall(), 0);
	CHECK(!is_locked(base));
	CHECK_EQ(munmap(base, PAGES * PAGE), 0);
	close(file);
	unlink("/tmp/locked");
}

int
main(void)
{
	char *base = map(PROT_READ | PROT_WRITE);

	CHECK_EQ(mlockall(MCL_CURRENT | MCL_ONFAULT), 0);
	CHECK(is_locked(base));
	CHECK_EQ(munlockall(), 0);
	current();
	file_end();
	CHECK_EQ(mlockall(MCL_CURRENT), 0);
	CHECK_EQ(mlockall(MCL_FUTURE), 0);
	CHECK(is_locked(map(PROT_READ | PROT_WRITE)));
	return check_end();
}
