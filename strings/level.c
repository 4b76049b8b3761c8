/* SPDX-License-Identifier: BSD-3-Clause */
#include "strings/level.h"

#include <cpuid.h>
#include <stdbool.h>
#include <stdint.h>

/* Intel SDM vol. 2, CPUID: leaf 1, ECX; leaf 7, EBX and EDX. */
#define LEAF1_ECX_OSXSAVE (1u << 27)
#define LEAF7_EBX_AVX2 (1u << 5)
#define LEAF7_EBX_BMI1 (1u << 3)
#define LEAF7_EDX_FSRM (1u << 4)

/* Intel SDM vol. 1, 13.3: what of the vectors' state is switched on. */
#define XCR0_AVX 0x6u

/* Measured (bench/native): below, vectors are faster. */
#define REP_LEAST 4096

size_t strings_rep_least = SIZE_MAX;

static uint32_t
level_switched_on(void)
{
	uint32_t low, high;
	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low;
}

enum strings_level
strings_level(void)
{
	unsigned int eax, ebx, ecx, edx;
	__cpuid(1, eax, ebx, ecx, edx);
	bool xsave = ecx & LEAF1_ECX_OSXSAVE;
	if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
		return STRINGS_SSE2;
	if (edx & LEAF7_EDX_FSRM)
		strings_rep_least = REP_LEAST;
	uint32_t on = xsave ? level_switched_on() : 0;
	if (!(ebx & LEAF7_EBX_AVX2) || !(ebx & LEAF7_EBX_BMI1) || (on & XCR0_AVX) != XCR0_AVX)
		return STRINGS_SSE2;
	return STRINGS_AVX2;
}
