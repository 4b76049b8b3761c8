/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The frequency in use, without any register: additions each of which needs the one before take a
 * cycle each on every x86 CPU (of registers: some CPUs do those of constants by renaming).
 */
#include "kernel/base/compiler.h"
#include "kernel/base/x86.h"
#include "kernel/speed/speed_internal.h"

#define ROUNDS 1024
#define ADDITIONS_A_ROUND 16
#define TRIES 3 /* an interrupt, an SMI or a hyper-thread's turn spoils one, seldom all */
#define HZ_PER_MHZ 1000000ULL

/* TSC ticks that the additions take. */
static uint64_t
additions_time(void)
{
	uint64_t sum = 1, one = 1, rounds = ROUNDS, start = tsc_read();

	__asm__ volatile("1:\n\t"
			 ".rept 16\n\t"
			 "addq %2, %0\n\t"
			 ".endr\n\t"
			 "decq %1\n\t"
			 "jnz 1b"
			 : "+r"(sum), "+r"(rounds)
			 : "r"(one)
			 : "cc");
	return tsc_read() - start;
}

uint32_t
speed_measure(uint64_t tsc_hz)
{
	uint64_t ticks = UINT64_MAX;

	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t time = additions_time();

		ticks = MIN(ticks, time);
	}
	return ticks ? (uint32_t)(tsc_hz / HZ_PER_MHZ * ROUNDS * ADDITIONS_A_ROUND / ticks) : 0;
}
