/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What Linux's exec does for a program: the first thread, and on its stack argc, argv, the
 * environment and the auxiliary vector, in one piece, as musl's start-up code reads them (System V
 * ABI §3.4.1). Then musl's own __libc_start_main calls main() and, when it returns, exit().
 */
#include "kernel/base/compiler.h"
#include "kernel/base/image.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/start/app.h"
#include "kernel/thread/thread.h"
#include "libc/base/abi.h"
#include "libc/base/random.h"
#include "libc/process/start.h"
#include "libc/process/vdso.h"
#include "libc/signals/signal.h"
#include "libc/tree/tree.h"

/* Programs for Linux may use 8 MB; a small machine has better use for its memory. */
#define STACK_SIZE (8 * MB)
#define STACK_SIZE_MEDIUM (1 * MB)
#define MEDIUM_MEMORY (256 * MB)
#define STACK_SIZE_SMALL (256 * KB)
#define SMALL_MEMORY (48 * MB)
#define CLOCK_TICKS 100 /* what sysconf(_SC_CLK_TCK) has always said */

#define AUXILIARY_WORDS 32
#define VECTOR_WORDS (ARGV_MAX + 1 + 8 + AUXILIARY_WORDS)

/* Offsets in the ELF header, which linker.ld puts at the image's start. */
#define ELF_PROGRAM_HEADERS 0x20
#define ELF_PROGRAM_HEADER_SIZE 0x36
#define ELF_PROGRAM_HEADER_COUNT 0x38


int main(int argc, char **argv, char **environment);
int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv,
		      void (*init)(void), void (*fini)(void), void (*linker_fini)(void));

static const char *const environment[] = {"HOME=/", "TERM=linux", "PATH=/"};
static uint64_t vdso;
static uint8_t random_bytes[16];

size_t
start_stack_size(void)
{
	struct memory_stats stats;
	uint64_t total = 0;

	for (unsigned node = 0; node < memory_node_count(); node++) {
		memory_stats(node, &stats);
		total += stats.total;
	}
	if (total < SMALL_MEMORY)
		return STACK_SIZE_SMALL;
	return total < MEDIUM_MEMORY ? STACK_SIZE_MEDIUM : STACK_SIZE;
}

static uint16_t
elf_half(unsigned offset)
{
	return *(const uint16_t *)(image_start + offset);
}

static void
put_auxiliary(uint64_t *to)
{
	uint64_t headers = (uint64_t)image_start +
			   *(const uint64_t *)(image_start + ELF_PROGRAM_HEADERS);
	const uint64_t pairs[] = {
		ABI_AT_PHDR, headers,
		ABI_AT_PHENT, elf_half(ELF_PROGRAM_HEADER_SIZE),
		ABI_AT_PHNUM, elf_half(ELF_PROGRAM_HEADER_COUNT),
		ABI_AT_PAGESZ, PAGE_4K,
		ABI_AT_UID, 0,
		ABI_AT_EUID, 0,
		ABI_AT_GID, 0,
		ABI_AT_EGID, 0,
		ABI_AT_SECURE, 0,
		ABI_AT_CLKTCK, CLOCK_TICKS,
		ABI_AT_HWCAP, cpuid(1, 0).edx,
		ABI_AT_RANDOM, (uint64_t)random_bytes,
		ABI_AT_EXECFN, (uint64_t)settings_argv[0],
		ABI_AT_SYSINFO_EHDR, vdso,
		ABI_AT_NULL, 0,
	};

	_Static_assert(ARRAY_SIZE(pairs) <= AUXILIARY_WORDS, "room for the auxiliary vector");
	memcpy(to, pairs, sizeof(pairs));
}

/* The first thread begins here, on its application stack, with interrupts on. */
static void
run(void *argument)
{
	uint64_t vector[VECTOR_WORDS];
	uint64_t *to = vector;

	(void)argument;
	for (int i = 0; i < settings_argc; i++)
		*to++ = (uint64_t)settings_argv[i];
	*to++ = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(environment); i++)
		*to++ = (uint64_t)environment[i];
	*to++ = 0;
	put_auxiliary(to);
	__libc_start_main(main, settings_argc, (char **)vector, NULL, NULL, NULL);
	panic("libc: exit() has returned");
}

void
app_init(void)
{
	random_init();
	random_fill(random_bytes, sizeof(random_bytes));
	vdso = vdso_build();
	tree_init();
	signal_init();
}

void
app_start(void)
{
	int result = thread_start_main(run, NULL, start_stack_size());

	if (result < 0)
		panic("libc: no memory for the first thread");
}
