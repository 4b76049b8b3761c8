/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which of the functions' kinds a CPU is served best by.
 */
#ifndef STRINGS_LEVEL_H
#define STRINGS_LEVEL_H

#include <stddef.h>

enum strings_level {
	STRINGS_SSE2,
	STRINGS_AVX2,
};

/* Blocks from this length on are left to the CPU's own rep movsb and rep stosb: none, until
 * strings_level() has seen that they are fast. */
extern size_t strings_rep_least;

/* By CPUID, and by what the operating system has switched on (XCR0). */
enum strings_level strings_level(void);

#endif
