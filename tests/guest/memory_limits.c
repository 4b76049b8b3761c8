/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Limits on memory: what may be mapped, what of it written, how far main's stack may go. The same
 * on Linux as root (musl-gcc -static -D_GNU_SOURCE -I.).
 */
/* QEMU: -m 512 */
#include <alloca.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "tests/unit/check.h"

#define MB (1UL << 20)

static struct rlimit before;

static void
set_limit(int resource, size_t bytes)
{
	struct rlimit limit, now;

	CHECK_EQ(getrlimit(resource, &before), 0);
	limit = (struct rlimit){bytes, before.rlim_max};
	CHECK_EQ(setrlimit(resource, &limit), 0);
	CHECK_EQ(getrlimit(resource, &now), 0);
	CHECK_EQ(now.rlim_cur, bytes);
}

static void
set_back(int resource)
{
	CHECK_EQ(setrlimit(resource, &before), 0);
}

static char *
map(size_t length, int protection)
{
	char *base = mmap(NULL, length, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base != MAP_FAILED)
		return base;
	CHECK_EQ(errno, ENOMEM);
	return NULL;
}

static void
address_space(void)
{
	char *base, *moved;

	set_limit(RLIMIT_AS, 64 * MB);
	CHECK(map(65 * MB, PROT_NONE) == NULL);
	base = map(30 * MB, PROT_NONE);
	CHECK(base != NULL);
	CHECK(map(40 * MB, PROT_READ) == NULL);
	CHECK(mremap(base, 30 * MB, 70 * MB, MREMAP_MAYMOVE) == MAP_FAILED);
	CHECK_EQ(errno, ENOMEM);
	moved = mremap(base, 30 * MB, 50 * MB, MREMAP_MAYMOVE);
	if (!CHECK(moved != MAP_FAILED))
		return;
	CHECK_EQ(munmap(moved, 50 * MB), 0);
	base = map(40 * MB, PROT_READ);
	CHECK(base != NULL);
	CHECK_EQ(munmap(base, 40 * MB), 0);
	set_back(RLIMIT_AS);
	base = map(65 * MB, PROT_NONE);
	CHECK(base != NULL);
	CHECK_EQ(munmap(base, 65 * MB), 0);
}

static void
data(void)
{
	char *base;

	set_limit(RLIMIT_DATA, 16 * MB);
	CHECK(map(17 * MB, PROT_READ | PROT_WRITE) == NULL);
	base = map(17 * MB, PROT_READ);
	CHECK(base != NULL);
	CHECK_EQ(mprotect(base, 17 * MB, PROT_READ | PROT_WRITE), -1);
	CHECK_EQ(errno, ENOMEM);
	CHECK_EQ(mprotect(base, 8 * MB, PROT_READ | PROT_WRITE), 0);
	CHECK(map(10 * MB, PROT_READ | PROT_WRITE) == NULL);
	CHECK_EQ(munmap(base, 17 * MB), 0);
	CHECK(malloc(17 * MB) == NULL);
	CHECK_EQ(errno, ENOMEM);
	base = malloc(10 * MB);
	CHECK(base != NULL);
	free(base);
	set_back(RLIMIT_DATA);
	base = map(17 * MB, PROT_READ | PROT_WRITE);
	CHECK(base != NULL);
	CHECK_EQ(munmap(base, 17 * MB), 0);
}

static sigjmp_buf back;

static void
no_more(int signal)
{
	siglongjmp(back, signal);
}

/* Whether so much of the stack can be had. */
static bool
has_stack(size_t bytes)
{
	volatile char *room;

	if (sigsetjmp(back, 1))
		return false;
	room = alloca(bytes);
	for (size_t at = bytes; at >= 4096; at -= 4096)
		room[at - 1] = 1;
	return true;
}

static void
stack(void)
{
	static char other[64 * 1024] __attribute__((aligned(4096)));
	stack_t handlers = {.ss_sp = other, .ss_size = sizeof(other)};
	struct sigaction action = {.sa_handler = no_more, .sa_flags = SA_ONSTACK};

	CHECK_EQ(sigaltstack(&handlers, NULL), 0);
	CHECK_EQ(sigaction(SIGSEGV, &action, NULL), 0);
	CHECK(has_stack(MB));
	set_limit(RLIMIT_STACK, 2 * MB);
	CHECK(has_stack(MB + MB / 2));
	CHECK(!has_stack(3 * MB));
	set_back(RLIMIT_STACK);
	CHECK(has_stack(3 * MB));
	set_limit(RLIMIT_STACK, MB); /* what is there may stay */
	CHECK(has_stack(2 * MB));
	set_back(RLIMIT_STACK);
}

/* A limit of 0 leaves the hard limit; what is shared is not counted. */
static void
no_data(void)
{
	const struct rlimit none = {0, 0};

	set_limit(RLIMIT_DATA, 0);
	CHECK(map(4096, PROT_READ | PROT_WRITE) != NULL);
	CHECK_EQ(setrlimit(RLIMIT_DATA, &none), 0);
	CHECK(map(4096, PROT_READ | PROT_WRITE) == NULL);
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) !=
	      MAP_FAILED);
}

int
main(void)
{
	address_space();
	data();
	stack();
	no_data();
	return check_end();
}
