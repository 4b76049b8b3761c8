/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The features that the compiler was allowed to use (-march), checked before anything runs that
 * was compiled so: DPDK's own check, rte_cpu_is_supported(), comes after its constructors, which
 * may use them. Panics with the names of those that the CPU lacks.
 *
 * The compiler's macros are asked first; from the pragma on, code is for any x86-64.
 */
#include <stddef.h>
#include <stdint.h>

enum feature_register { LEAF_1_ECX, LEAF_7_EBX, LEAF_EXTENDED_ECX, REGISTERS };

/* CPUID bits, Intel SDM vol. 2, CPUID. */
struct feature {
	const char *name;
	enum feature_register where;
	unsigned bit;
};

static const struct feature features[] = {
#ifdef __SSE3__
	{"SSE3", LEAF_1_ECX, 0},
#endif
#ifdef __SSSE3__
	{"SSSE3", LEAF_1_ECX, 9},
#endif
#ifdef __SSE4_1__
	{"SSE4.1", LEAF_1_ECX, 19},
#endif
#ifdef __SSE4_2__
	{"SSE4.2", LEAF_1_ECX, 20},
#endif
#ifdef __POPCNT__
	{"POPCNT", LEAF_1_ECX, 23},
#endif
#ifdef __MOVBE__
	{"MOVBE", LEAF_1_ECX, 22},
#endif
#ifdef __AES__
	{"AES", LEAF_1_ECX, 25},
#endif
#ifdef __PCLMUL__
	{"PCLMULQDQ", LEAF_1_ECX, 1},
#endif
#ifdef __AVX__
	{"AVX", LEAF_1_ECX, 28},
#endif
#ifdef __F16C__
	{"F16C", LEAF_1_ECX, 29},
#endif
#ifdef __FMA__
	{"FMA", LEAF_1_ECX, 12},
#endif
#ifdef __RDRND__
	{"RDRND", LEAF_1_ECX, 30},
#endif
#ifdef __BMI__
	{"BMI1", LEAF_7_EBX, 3},
#endif
#ifdef __AVX2__
	{"AVX2", LEAF_7_EBX, 5},
#endif
#ifdef __BMI2__
	{"BMI2", LEAF_7_EBX, 8},
#endif
#ifdef __AVX512F__
	{"AVX512F", LEAF_7_EBX, 16},
#endif
#ifdef __AVX512DQ__
	{"AVX512DQ", LEAF_7_EBX, 17},
#endif
#ifdef __RDSEED__
	{"RDSEED", LEAF_7_EBX, 18},
#endif
#ifdef __ADX__
	{"ADX", LEAF_7_EBX, 19},
#endif
#ifdef __AVX512CD__
	{"AVX512CD", LEAF_7_EBX, 28},
#endif
#ifdef __AVX512BW__
	{"AVX512BW", LEAF_7_EBX, 30},
#endif
#ifdef __AVX512VL__
	{"AVX512VL", LEAF_7_EBX, 31},
#endif
#ifdef __LZCNT__
	{"LZCNT", LEAF_EXTENDED_ECX, 5},
#endif
};

#pragma GCC target("general-regs-only")

#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/format.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"

static void
registers_read(uint32_t *registers)
{
	registers[LEAF_1_ECX] = cpuid(CPUID_FEATURES, 0).ecx;
	registers[LEAF_7_EBX] =
		cpuid(CPUID_VENDOR, 0).eax >= CPUID_STRUCTURED ? cpuid(CPUID_STRUCTURED, 0).ebx : 0;
	registers[LEAF_EXTENDED_ECX] = cpuid(CPUID_EXTENDED_FEATURES, 0).ecx;
}

static void
cpu_check(void)
{
	uint32_t registers[REGISTERS];
	char missing[256] = "";
	size_t length = 0;

	registers_read(registers);
	for (unsigned i = 0; i < ARRAY_SIZE(features); i++) {
		const struct feature *feature = &features[i];

		if (registers[feature->where] >> feature->bit & 1 || length >= sizeof(missing))
			continue;
		length += format_text(missing + length, sizeof(missing) - length, " %s",
				      feature->name);
	}
	if (length > 0)
		panic("the image was built for a newer CPU (MARCH=): this one has no%s", missing);
}

/* Before all constructors: they are called in the order of the sections' names. */
static void (*const cpu_check_first)(void)
	__attribute__((section(".init_array.00000"), used)) = cpu_check;
