/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What count.so writes while the guest runs: a file that the rig maps. bench/rig/counter.py reads
 * it by these offsets.
 */
#ifndef COUNT_H
#define COUNT_H

#include <stddef.h>
#include <stdint.h>

#define COUNT_CPUS 256
#define COUNT_BINS 65536

struct count {
	uint64_t total;	     /* instructions of all CPUs since the guest's entry */
	uint64_t polls;	     /* calls of a receive function */
	uint64_t first_poll; /* total at the first of them */
	uint64_t longest;    /* instructions between two polls of one CPU, the largest number */
	uint64_t per_cpu[COUNT_CPUS];

	/* How often so many instructions lay between two polls of one CPU; last: so many or more.
	 */
	uint64_t between[COUNT_BINS];
	uint64_t first_blocks; /* translated between the entry and the first poll */
};

_Static_assert(offsetof(struct count, per_cpu) == 32, "counter.py");
_Static_assert(offsetof(struct count, between) == 32 + 8 * COUNT_CPUS, "counter.py");

#endif
