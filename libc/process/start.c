/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What Linux's exec does for a program: the first thread, and on its stack argc, argv, the
 * environment and the auxiliary vector, in one piece, as the C library's start-up code reads them
 * (System V ABI §3.4.1). Then its own __libc_start_main calls main() and, when it returns, exit().
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
#include "libc/memory/mapping.h"
#include "libc/process/start.h"
#include "libc/process/vdso.h"
#include "libc/signals/signal.h"
#include "libc/tree/tree.h"

#define AUXILIARY_WORDS 32
#define VECTOR_WORDS (ARGV_MAX + 1 + 8 + AUXILIARY_WORDS)

/* Offsets in the ELF header, which linker.ld puts at the image's start. */
#define ELF_PROGRAM_HEADERS 0x20
#define ELF_PROGRAM_HEADER_SIZE 0x36
#define ELF_PROGRAM_HEADER_COUNT 0x38
/* And in a program header. */
#define ELF_HEADER_SIZE 0x38
#define ELF_ADDRESS 0x10
#define ELF_MEMORY_SIZE 0x28
#define ELF_TLS 7
#define ELF_GNU_STACK 0x6474e551
#define ELF_GNU_EH_FRAME 0x6474e550

/* What the first thread takes at once besides its thread-local variables: stack, tables, heap. */
#define FIRST_THREAD (256 * KB)

int main(int argc, char **argv, char **environment);
int __libc_start_main(int (*program)(int, char **, char **), int argc, char **argv,
		      void (*init)(void), void (*fini)(void), void (*linker_fini)(void),
		      void *stack_end);

static const char *const environment[] = {"HOME=/", "TERM=linux", "PATH=/"};
static uint64_t vdso;
static uint8_t random_bytes[16];
static uint8_t program_headers[16 * ELF_HEADER_SIZE] __attribute__((aligned(8)));
static unsigned program_header_count;

static uint16_t
elf_half(unsigned offset)
{
	return *(const uint16_t *)(image_start + offset);
}

size_t
start_stack_size(void)
{
	return ALIGN_UP((uint64_t)stack_size, PAGE_4K);
}

/* A linker that is given a script leaves the size of stacks out, where musl looks for it. */
static void
copy_program_headers(void)
{
	unsigned count = elf_half(ELF_PROGRAM_HEADER_COUNT);
	const uint8_t *from = image_start + *(const uint64_t *)(image_start + ELF_PROGRAM_HEADERS);
	uint8_t *header = program_headers;

	if (elf_half(ELF_PROGRAM_HEADER_SIZE) != ELF_HEADER_SIZE ||
	    (count + 1) * ELF_HEADER_SIZE > sizeof(program_headers))
		panic("libc: the image has %u program headers", count);
	memcpy(program_headers, from, count * ELF_HEADER_SIZE);
	for (unsigned i = 0; i < count; i++, header += ELF_HEADER_SIZE)
		if (*(const uint32_t *)header == ELF_GNU_STACK)
			*(uint64_t *)(header + ELF_MEMORY_SIZE) = start_stack_size();
	program_header_count = count;
}

/* Where exceptions find their tables, in images that have them. */
static void
add_unwind_header(void)
{
	uint8_t *header = program_headers + program_header_count * ELF_HEADER_SIZE;

	if (!unwind_start)
		return;
	*(uint32_t *)header = ELF_GNU_EH_FRAME;
	*(uint64_t *)(header + ELF_ADDRESS) = (uint64_t)unwind_start;
	*(uint64_t *)(header + ELF_MEMORY_SIZE) = (uint64_t)(unwind_end - unwind_start);
	program_header_count++;
}

/* musl does not look whether the first thread's variables have got memory. */
static void
check_room(void)
{
	uint64_t total = 0, free = 0, due = FIRST_THREAD;
	const uint8_t *header = program_headers;

	for (unsigned i = 0; i < program_header_count; i++, header += ELF_HEADER_SIZE)
		if (*(const uint32_t *)header == ELF_TLS)
			due += *(const uint64_t *)(header + ELF_MEMORY_SIZE);
	for (unsigned node = 0; node < memory_node_count(); node++) {
		struct memory_stats stats;

		memory_stats(node, &stats);
		total += stats.total;
		free += stats.free;
	}
	total += (uint64_t)(image_end - image_start);
	if (due > free)
		panic("libc: the program needs %llu MB, has %llu MB of RAM",
		      ALIGN_UP(total + due - free, MB) / MB + 1, ALIGN_UP(total, MB) / MB);
}

static void
put_auxiliary(uint64_t *to)
{
	const uint64_t pairs[] = {
		ABI_AT_PHDR, (uint64_t)program_headers,
		ABI_AT_PHENT, elf_half(ELF_PROGRAM_HEADER_SIZE),
		ABI_AT_PHNUM, program_header_count,
		ABI_AT_PAGESZ, PAGE_4K,
		ABI_AT_UID, 0,
		ABI_AT_EUID, 0,
		ABI_AT_GID, 0,
		ABI_AT_EGID, 0,
		ABI_AT_SECURE, 0,
		ABI_AT_CLKTCK, ABI_CLOCK_TICKS,
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
	__libc_start_main(main, settings_argc, (char **)vector, NULL, NULL, NULL, vector);
	panic("libc: exit() has returned");
}

void
app_init(void)
{
	mapping_init();
	mapping_lend_init();
	random_init();
	random_fill(random_bytes, sizeof(random_bytes));
	vdso = vdso_build();
	copy_program_headers();
	add_unwind_header();
	check_room();
	tree_init();
	signal_init();
}

void
app_start(void)
{
	int64_t stack = mapping_stack(start_stack_size());

	if (stack < 0 || thread_start_main(run, NULL, (uint64_t)stack) < 0)
		panic("libc: no memory for the first thread");
}
