/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options of the environment layer, read by DPDK's own parser as it was before 25.11. What
 * it leaves to the operating system is here: a few options that mean something on this machine, and
 * a table of those that do not.
 *
 * A Linux command line works unchanged: what has no meaning is accepted and logged to have no
 * effect. Refused is only what would promise something that is not so.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_errno.h>
#include <rte_log.h>

#include <eal_internal_cfg.h>
#include <eal_options.h>
#include <eal_private.h>

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"

#if !DPDK_SINCE(25, 11)

#define HANDLED 0
#define NOT_HANDLED 1 /* as eal_parse_common_option() says it */

enum meaning {
	NO_EFFECT, /* accepted, and logged to do nothing, with the reason */
	AS_ASKED,  /* accepted: it is so in any case */
};

struct linux_option {
	int number;
	enum meaning meaning;
	const char *name;
	const char *reason;
};

static const struct linux_option linux_options[] = {
	{'d', NO_EFFECT, "-d", "all drivers are in the image"},
	{OPT_BASE_VIRTADDR_NUM, NO_EFFECT, "--" OPT_BASE_VIRTADDR, "addresses are physical"},
	{OPT_CREATE_UIO_DEV_NUM, NO_EFFECT, "--" OPT_CREATE_UIO_DEV, "there is no UIO"},
	{OPT_FILE_PREFIX_NUM, NO_EFFECT, "--" OPT_FILE_PREFIX, "no files are shared"},
	{OPT_HUGE_DIR_NUM, NO_EFFECT, "--" OPT_HUGE_DIR, "there is no hugetlbfs"},
	{OPT_HUGE_UNLINK_NUM, NO_EFFECT, "--" OPT_HUGE_UNLINK, "there is no hugetlbfs"},
	{OPT_NO_HUGE_NUM, NO_EFFECT, "--" OPT_NO_HUGE, "all memory is mapped by huge pages"},
	{OPT_SINGLE_FILE_SEGMENTS_NUM, NO_EFFECT, "--" OPT_SINGLE_FILE_SEGMENTS,
	 "no files are behind memory"},
	{OPT_MATCH_ALLOCATIONS_NUM, NO_EFFECT, "--" OPT_MATCH_ALLOCATIONS,
	 "memory is given back at the end"},
	{OPT_SYSLOG_NUM, NO_EFFECT, "--" OPT_SYSLOG, "the log goes to the console"},
	{OPT_VFIO_VF_TOKEN_NUM, NO_EFFECT, "--" OPT_VFIO_VF_TOKEN, "there is no VFIO"},
	{OPT_VMWARE_TSC_MAP_NUM, NO_EFFECT, "--" OPT_VMWARE_TSC_MAP, "the kernel measures the TSC"},
	{OPT_IN_MEMORY_NUM, AS_ASKED, "--" OPT_IN_MEMORY, NULL},
	{OPT_LEGACY_MEM_NUM, AS_ASKED, "--" OPT_LEGACY_MEM, NULL},
	{OPT_NO_SHCONF_NUM, AS_ASKED, "--" OPT_NO_SHCONF, NULL},
};

static void
usage(const char *program)
{
	rte_usage_hook_t hook = eal_get_application_usage_hook();

	printf("\nUsage: %s ", program);
	eal_common_usage();
	printf("EAL options of the bare machine:\n"
	       "  --" OPT_SOCKET_MEM
	       "        Memory to allocate on sockets (comma separated values)\n"
	       "  --" OPT_SOCKET_LIMIT
	       "      Limit memory allocation on sockets (comma separated values)\n"
	       "  --" OPT_VFIO_INTR "          Interrupts of devices: legacy (INTx), msi or msix\n"
	       "  --" OPT_HUGE_WORKER_STACK "=size  Stack of the worker lcores in kbytes\n"
	       "\nWithout effect:");
	for (unsigned i = 0; i < RTE_DIM(linux_options); i++)
		if (linux_options[i].meaning == NO_EFFECT)
			printf(" %s", linux_options[i].name);
	printf("\n\n");
	if (hook != NULL) {
		printf("===== Application Usage =====\n\n");
		hook(program);
	}
}

/* -- Options with a meaning here -------------------------------------------------------------- */

/* "N,N,…": megabytes by node. */
static int
socket_sizes_parse(const char *text, volatile uint64_t *sizes)
{
	unsigned node = 0;
	char *end;

	do {
		errno = 0;
		if (!isdigit((unsigned char)*text) || node == RTE_MAX_NUMA_NODES)
			return -1;
		sizes[node] = strtoull(text, &end, 10);
		if (errno != 0 || sizes[node] > UINT64_MAX >> 20)
			return -1;
		sizes[node++] <<= 20;
		text = end + 1;
	} while (*end == ',');
	return *end == '\0' ? 0 : -1;
}

/* Kilobytes; without a number the size is the usual one. */
static int
worker_stack_parse(const char *text, size_t *size)
{
	char *end;

	if (text == NULL || *text == '\0')
		return 0;
	errno = 0;
	*size = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || errno != 0 || *end != '\0' || *size == 0 ||
	    *size > SIZE_MAX / 1024)
		return -1;
	*size *= 1024;
	return 0;
}

/* "legacy" is INTx for all devices, "msi" one message; MSI-X is the default. */
static int
interrupt_mode_parse(const char *text, struct internal_config *config)
{
	if (strcmp(text, "legacy") == 0)
		config->vfio_intr_mode = RTE_INTR_MODE_LEGACY;
	else if (strcmp(text, "msi") == 0)
		config->vfio_intr_mode = RTE_INTR_MODE_MSI;
	else if (strcmp(text, "msix") == 0)
		config->vfio_intr_mode = RTE_INTR_MODE_MSIX;
	else
		return -1;
	return 0;
}

/* An option that DPDK leaves to the operating system. Returns HANDLED, NOT_HANDLED or -1. */
static int
own_option_parse(int option, const char *argument, struct internal_config *config)
{
	switch (option) {
	case OPT_SOCKET_MEM_NUM:
		config->force_sockets = 1;
		return socket_sizes_parse(argument, config->socket_mem);
	case OPT_SOCKET_LIMIT_NUM:
		config->force_socket_limits = 1;
		return socket_sizes_parse(argument, config->socket_limit);
	case OPT_HUGE_WORKER_STACK_NUM:
		return worker_stack_parse(argument, &config->huge_worker_stack_size);
	case OPT_VFIO_INTR_NUM:
		return interrupt_mode_parse(argument, config);
	case OPT_MBUF_POOL_OPS_NAME_NUM:
		free(config->user_mbuf_pool_ops_name);
		config->user_mbuf_pool_ops_name = strdup(argument);
		return config->user_mbuf_pool_ops_name == NULL ? -1 : HANDLED;
	default:
		return NOT_HANDLED;
	}
}

static int
linux_option_parse(int option)
{
	for (unsigned i = 0; i < RTE_DIM(linux_options); i++) {
		if (linux_options[i].number != option)
			continue;
		if (linux_options[i].meaning == NO_EFFECT)
			RTE_LOG(NOTICE, EAL, "Option %s has no effect: %s\n", linux_options[i].name,
				linux_options[i].reason);
		return HANDLED;
	}
	return NOT_HANDLED;
}

/* -- The command line ------------------------------------------------------------------------- */

static void
option_report(int option, int index)
{
	if (option < OPT_LONG_MIN_NUM)
		RTE_LOG(ERR, EAL, "Option -%c: not supported, or its argument is wrong\n", option);
	else
		RTE_LOG(ERR, EAL, "Option --%s: not supported, or its argument is wrong\n",
			eal_long_options[index].name);
}

static int
option_parse(int option, int index, const char *program)
{
	struct internal_config *config = eal_get_internal_configuration();
	int result;

	if (option == 'h') {
		usage(program);
		exit(EXIT_SUCCESS);
	}
	if (option == '?') /* getopt has logged why */
		return -1;
	if (option == OPT_LOG_LEVEL_NUM) /* eal_options_parse_log() has done it */
		return 0;
	result = linux_option_parse(option);
	if (result == NOT_HANDLED)
		result = own_option_parse(option, optarg, config);
	if (result == NOT_HANDLED)
		result = eal_parse_common_option(option, optarg, config);
	if (result != HANDLED)
		option_report(option, index);
	return result == HANDLED ? 0 : -1;
}

static int
options_check(struct internal_config *config)
{
	if (eal_adjust_config(config) != 0 || eal_check_common_options(config) != 0)
		return -1;
	return eal_options_settle(config);
}

int
eal_options_parse(int argc, char **argv)
{
	const int old_optind = optind, old_optopt = optopt;
	char *const old_optarg = optarg, *program = argv[0];
	struct internal_config *config = eal_get_internal_configuration();
	int option, index = 0, result = 0;

	optind = 1;
	while (result == 0 && (option = getopt_long(argc, argv, eal_short_options, eal_long_options,
						    &index)) != EOF)
		result = option_parse(option, index, program);
	if (result == 0)
		result = options_check(config);
	if (result == 0) {
		argv[optind - 1] = program;
		result = optind - 1;
	} else {
		usage(program);
	}
	optind = old_optind;
	optopt = old_optopt;
	optarg = old_optarg;
	return result;
}

int
eal_options_parse_log(int argc, char **argv)
{
	const int old_optind = optind, old_optopt = optopt, old_opterr = opterr;
	char *const old_optarg = optarg;
	int option, index;

	optind = 1;
	opterr = 0; /* eal_options_parse() will log what is wrong */
	while ((option = getopt_long(argc, argv, eal_short_options, eal_long_options, &index)) !=
	       EOF) {
		if (option == '?')
			break;
		if (option == OPT_LOG_LEVEL_NUM &&
		    eal_parse_common_option(option, optarg, eal_get_internal_configuration()) < 0)
			break;
	}
	optind = old_optind;
	optopt = old_optopt;
	opterr = old_opterr;
	optarg = old_optarg;
	return 0;
}

#endif
