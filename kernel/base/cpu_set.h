/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sets of CPUs, one bit a CPU. The shared_* functions are for sets that several CPUs change.
 */
#ifndef KERNEL_CPU_SET_H
#define KERNEL_CPU_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/cpu.h"

#define CPU_SET_WORDS (CPUS_MAX / 64)

struct cpu_set {
	uint64_t bits[CPU_SET_WORDS];
};

static inline bool
cpu_set_has(const struct cpu_set *set, unsigned cpu)
{
	return cpu < CPUS_MAX && (set->bits[cpu / 64] >> cpu % 64 & 1);
}

static inline void
cpu_set_add(struct cpu_set *set, unsigned cpu)
{
	set->bits[cpu / 64] |= 1ULL << cpu % 64;
}

/* Number of CPUs in a set. */
static inline unsigned
cpu_set_count(const struct cpu_set *set)
{
	unsigned count = 0;

	for (unsigned i = 0; i < CPU_SET_WORDS; i++)
		for (uint64_t bits = set->bits[i]; bits; bits &= bits - 1)
			count++;
	return count;
}

/* Lowest CPU >= from in a set, -1 when there is none. */
static inline int
cpu_set_next(const struct cpu_set *set, unsigned from)
{
	for (unsigned i = from / 64; i < CPU_SET_WORDS; i++) {
		uint64_t bits = set->bits[i];

		if (i == from / 64)
			bits &= ~0ULL << from % 64;
		if (bits)
			return (int)(i * 64) + __builtin_ctzll(bits);
	}
	return -1;
}

/* Adds or removes; writes (and so takes the cache line) only when that changes something. */
static inline void
cpu_set_shared_put(struct cpu_set *set, unsigned cpu, bool member)
{
	uint64_t bit = 1ULL << cpu % 64;
	uint64_t *word = &set->bits[cpu / 64];

	if (member == ((__atomic_load_n(word, __ATOMIC_SEQ_CST) & bit) != 0))
		return;
	if (member)
		__atomic_fetch_or(word, bit, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST);
}

static inline bool
cpu_set_shared_has(const struct cpu_set *set, unsigned cpu)
{
	return __atomic_load_n(&set->bits[cpu / 64], __ATOMIC_SEQ_CST) >> cpu % 64 & 1;
}

#endif
