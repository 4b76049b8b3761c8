/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How the stack comes about: in the application's rte_eal_init(), or, where the program knows
 * nothing of DPDK, before main().
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_eal.h>

#include "eal_bare/eal_net.h"
#include "libc/far/far.h"
#include "net/metrics.h"
#include "net/net_config.h"
#include "net/net_port.h"
#include "net/net_stack.h"
#include "net/syslog.h"

#define ALONE_MEMORY_MB "32"

static struct net_config config;
static bool wanted;

static void
hide_port(void)
{
	char room[NET_SENTENCE_SIZE];
	const char *text = far_setting("net"), *wrong;

	if (!text)
		return;
	wrong = net_config_parse(text, &config, room);
	if (wrong) {
		printf("net: bare.net=%s: %s\n", text, wrong);
		return;
	}
	wanted = true;
	net_port_hide(&config);
}

static void
keep_port(void)
{
	if (wanted && net_port_keep(&config) != 0)
		wanted = false;
}

static void
start(void)
{
	if (!wanted || net_port_start(&config) != 0)
		return;
	net_stack_start(&config);
	metrics_start();
	syslog_start();
}

const struct eal_net_steps eal_net_steps = {hide_port, keep_port, start};

/* -- Without an application of DPDK's: main() is called through here (--wrap=main) ------------- */

int __real_main(int argc, char **argv, char **environment);
int __wrap_main(int argc, char **argv, char **environment);

static void
start_alone(void)
{
	static char *arguments[] = {"net", "-l", "0", "-m", ALONE_MEMORY_MB, "--no-telemetry",
				    "--log-level=error", "-a", config.pci, NULL};
	int count = RTE_DIM(arguments) - 1;
	cpu_set_t before;
	char room[NET_SENTENCE_SIZE];

	if (net_config_parse(far_setting("net"), &config, room) || config.pci[0] == '\0')
		count -= 2; /* which one, or what is wrong, is seen later */
	pthread_getaffinity_np(pthread_self(), sizeof(before), &before);
	if (rte_eal_init(count, arguments) < 0)
		printf("net: DPDK does not start: no network\n");
	pthread_setaffinity_np(pthread_self(), sizeof(before), &before);
}

int
__wrap_main(int argc, char **argv, char **environment)
{
	if (far_setting("net"))
		start_alone();
	return __real_main(argc, argv, environment);
}
