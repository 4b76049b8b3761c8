/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A small image has no telemetry: the commands of DPDK's libraries, with what they call, would be a
 * tenth of it.
 */
#include <rte_log.h>

#include <eal_internal_cfg.h>
#include <eal_private.h>

#include "eal_bare/eal_telemetry.h"

int
eal_telemetry_start(void)
{
	if (!eal_get_internal_configuration()->no_telemetry)
		RTE_LOG(INFO, EAL, "Telemetry is not in a small image\n");
	return 0;
}
