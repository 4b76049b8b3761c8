/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options, once they are read (eal_options_getopt.c or eal_options_argparse.c): what of them holds
 * on this machine.
 */
#include <rte_common.h>
#include <rte_log.h>

#include <eal_internal_cfg.h>
#include <eal_options.h>
#include <eal_private.h>

#include "eal_bare/eal_bare.h"

/*
 * Control threads belong on the control CPU, where interrupts and the console are, if DPDK's
 * rule (any CPU that is no lcore's) leaves it to them.
 */
static void
control_cpus_narrow(struct internal_config *config)
{
	if (!CPU_ISSET(0, &config->ctrl_cpuset))
		return;
	CPU_ZERO(&config->ctrl_cpuset);
	CPU_SET(0, &config->ctrl_cpuset);
}

int
eal_options_settle(struct internal_config *config)
{
	if (config->process_type != RTE_PROC_PRIMARY) {
		RTE_LOG(ERR, EAL, "--proc-type: there is one process, the primary one\n");
		return -1;
	}
	control_cpus_narrow(config);

	/* What is always so, whatever was asked for. */
	config->legacy_mem = 1;
	config->no_shconf = 1;
	config->no_hugetlbfs = 0;
	config->in_memory = 0; /* else memory would not be given back at the end */
	config->match_allocations = 0;
	return 0;
}

/* For --proc-type=auto. */
enum rte_proc_type_t
eal_proc_type_detect(void)
{
	return RTE_PROC_PRIMARY;
}
