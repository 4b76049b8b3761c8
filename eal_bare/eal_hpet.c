/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK's HPET interface, for a DPDK that is configured with it (-Duse_hpet=true).
 */
#include <inttypes.h>

#include <rte_cycles.h>
#include <rte_debug.h>
#include <rte_log.h>

#include "kernel/time/hpet.h"

#include <eal_private.h>

#ifdef RTE_LIBEAL_USE_HPET

static bool
hpet_usable(void)
{
	return hpet_present() && !eal_get_internal_configuration()->no_hpet;
}

uint64_t
rte_get_hpet_hz(void)
{
	if (!hpet_usable())
		rte_panic("Error, HPET called, but no HPET present\n");
	return hpet_hz();
}

uint64_t
rte_get_hpet_cycles(void)
{
	if (!hpet_usable())
		rte_panic("Error, HPET called, but no HPET present\n");
	return hpet_read();
}

int
rte_eal_hpet_init(int make_default)
{
	if (!hpet_usable()) {
		RTE_LOG(NOTICE, EAL, "HPET is %s\n", hpet_present() ? "disabled" : "not present");
		eal_get_internal_configuration()->no_hpet = 1;
		return -1;
	}
	RTE_LOG(INFO, EAL, "HPET frequency is ~%" PRIu64 " kHz\n", hpet_hz() / 1000);
	if (make_default)
		eal_timer_source = EAL_TIMER_HPET;
	return 0;
}

#endif
