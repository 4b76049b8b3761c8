/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time: DPDK counts TSC ticks, and the kernel has measured how many a second has.
 */
#include <rte_cycles.h>

#include "kernel/time/clock.h"

#include "eal_bare/compat.h"

enum timer_source eal_timer_source = EAL_TIMER_TSC;

/* Asked first of all: DPDK's own would read CPUID 0x15 without its fraction. */
uint64_t
get_tsc_freq_arch(void)
{
	return clock_tsc_hz();
}

#if DPDK_SINCE(24, 7)
uint64_t
get_tsc_freq(uint64_t arch_hz)
{
	return arch_hz;
}
#else
uint64_t
get_tsc_freq(void)
{
	return clock_tsc_hz();
}
#endif

int
rte_eal_timer_init(void)
{
	set_tsc_freq();
	return 0;
}
