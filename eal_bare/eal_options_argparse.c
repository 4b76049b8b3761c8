/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of the environment layer from DPDK 25.11 on, where DPDK reads all of them itself.
 * Those without a meaning here are recognised by what they leave behind.
 */
#include <rte_common.h>
#include <rte_log.h>

#include <eal_internal_cfg.h>
#include <eal_options.h>
#include <eal_private.h>

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"

#if DPDK_SINCE(25, 11)

static int collated; /* arguments that are DPDK's */

int
eal_options_parse_log(int argc, char **argv)
{
	collated = eal_collate_args(argc, argv);
	return collated < 0 ? -1 : eal_parse_log_options();
}

static void
no_effect(bool given, const char *option, const char *reason)
{
	if (given)
		RTE_LOG(NOTICE, EAL, "Option %s has no effect: %s\n", option, reason);
}

int
eal_options_parse(int argc __rte_unused, char **argv __rte_unused)
{
	struct internal_config *config = eal_get_internal_configuration();

	if (eal_parse_args() < 0)
		return -1;
	no_effect(config->hugepage_dir != NULL, "--huge-dir", "there is no hugetlbfs");
	no_effect(config->hugefile_prefix != NULL, "--file-prefix", "no files are shared");
	no_effect(config->no_hugetlbfs, "--no-huge", "all memory is mapped by huge pages");
	no_effect(config->single_file_segments, "--single-file-segments",
		  "no files are behind memory");
	no_effect(config->match_allocations, "--match-allocations",
		  "memory is given back at the end");
	no_effect(config->base_virtaddr != 0, "--base-virtaddr", "addresses are physical");
	no_effect(config->create_uio_dev, "--create-uio-dev", "there is no UIO");
	no_effect(config->vmware_tsc_map, "--vmware-tsc-map", "the kernel measures the TSC");
#if DPDK_SINCE(26, 7)
	no_effect(config->num_pagesz_mem_overrides > 0, "--pagesz-mem",
		  "memory is the machine's, in pages of all sizes");
#endif
	return eal_options_settle(config) < 0 ? -1 : collated;
}

#endif
