/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The smallest object that musl's look-up (its __vdsosym) and glibc's (_dl_vdso_vsym) accept: an
 * ELF header, a PT_LOAD and a PT_DYNAMIC program header, and the dynamic section's hash, symbol and
 * string tables. Addresses in it are relative to its header; the functions are the kernel's own,
 * and are reached by a difference that wraps where they lie below it. System V gABI, chapters 4
 * and 5.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/numbers.h"
#include "libc/process/vdso.h"
#include "libc/threads/times.h"

struct elf_header {
	uint8_t identity[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, program_headers, section_headers;
	uint32_t flags;
	uint16_t header_size, program_header_size, program_header_count;
	uint16_t section_header_size, section_header_count, names_section;
};
_Static_assert(sizeof(struct elf_header) == 64, "ELF-64 file header");

struct elf_program_header {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_size, memory_size, alignment;
};
_Static_assert(sizeof(struct elf_program_header) == 56, "ELF-64 program header");
#define PT_LOAD 1
#define PT_DYNAMIC 2

struct elf_dynamic {
	int64_t tag;
	uint64_t value;
};
#define DT_HASH 4
#define DT_STRTAB 5
#define DT_SYMTAB 6

struct elf_symbol {
	uint32_t name;
	uint8_t info, other;
	uint16_t section;
	uint64_t value, size;
};
_Static_assert(sizeof(struct elf_symbol) == 24, "ELF-64 symbol");
#define STB_GLOBAL_STT_FUNC (1 << 4 | 2)
#define SECTION 1 /* any: glibc takes the values of symbols without one as they are */

#define SYMBOLS 3 /* the first is reserved */

static struct {
	struct elf_header header;
	struct elf_program_header programs[2];
	struct elf_dynamic dynamic[4];
	struct {
		uint32_t bucket_count, chain_count, bucket, chain[SYMBOLS];
	} hash;
	struct elf_symbol symbols[SYMBOLS];
	char strings[64];
} image;

/* Makes the system call, as Linux's vDSO does for clocks that it does not know. */
static int
call_clock_gettime(int clock, struct abi_timespec *time)
{
	int64_t result = NR_clock_gettime;

	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"((int64_t)clock), "S"(time)
			 : "rcx", "r11", "memory");
	return (int)result;
}

static int
vdso_clock_gettime(int clock, struct abi_timespec *time)
{
	uint64_t ns;

	if (clock < 0 || clock == ABI_CLOCK_PROCESS_CPUTIME || clock == ABI_CLOCK_THREAD_CPUTIME)
		return call_clock_gettime(clock, time);
	if (time_read_clock(clock, &ns))
		return -EINVAL;
	time_store(time, ns);
	return 0;
}

static int
vdso_getcpu(unsigned *cpu, unsigned *node)
{
	const struct cpu *self = cpu_this();

	if (cpu)
		*cpu = self->index;
	if (node)
		*node = self->node;
	return 0;
}

static uint64_t
relative(const void *address)
{
	return (uint64_t)address - (uint64_t)&image;
}

static void
add_symbol(unsigned index, uint32_t *string, const char *name, uint64_t function)
{
	image.symbols[index] = (struct elf_symbol){
		.name = *string,
		.info = STB_GLOBAL_STT_FUNC,
		.section = SECTION,
		.value = function - (uint64_t)&image,
	};
	*string += (uint32_t)string_copy(image.strings + *string, name,
					 sizeof(image.strings) - *string) + 1;
	image.hash.chain[index] = index + 1 < SYMBOLS ? index + 1 : 0;
}

uint64_t
vdso_build(void)
{
	uint32_t string = 1;

	image.header = (struct elf_header){
		.identity = {0x7f, 'E', 'L', 'F', 2, 1, 1},
		.program_headers = relative(image.programs),
		.header_size = sizeof(image.header),
		.program_header_size = sizeof(image.programs[0]),
		.program_header_count = ARRAY_SIZE(image.programs),
	};
	image.programs[0] = (struct elf_program_header){
		.type = PT_LOAD,
		.file_size = sizeof(image),
		.memory_size = sizeof(image),
	};
	image.programs[1] = (struct elf_program_header){
		.type = PT_DYNAMIC,
		.offset = relative(image.dynamic),
		.address = relative(image.dynamic),
		.file_size = sizeof(image.dynamic),
		.memory_size = sizeof(image.dynamic),
	};
	image.dynamic[0] = (struct elf_dynamic){DT_STRTAB, relative(image.strings)};
	image.dynamic[1] = (struct elf_dynamic){DT_SYMTAB, relative(image.symbols)};
	image.dynamic[2] = (struct elf_dynamic){DT_HASH, relative(&image.hash)};
	image.hash.bucket_count = 1;
	image.hash.chain_count = SYMBOLS;
	image.hash.bucket = 1;
	add_symbol(1, &string, "__vdso_clock_gettime", (uint64_t)vdso_clock_gettime);
	add_symbol(2, &string, "__vdso_getcpu", (uint64_t)vdso_getcpu);
	return (uint64_t)&image;
}
