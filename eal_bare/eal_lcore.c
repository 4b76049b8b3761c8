/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * CPUs as lcores: lcore n is the kernel's CPU n, its socket is the CPU's NUMA node.
 */
#include "kernel/base/cpu.h"

#include <eal_private.h>
#include <eal_thread.h>

struct lcore_config lcore_config[RTE_MAX_LCORE];

int
eal_cpu_detected(unsigned lcore)
{
	return cpu_get(lcore) != NULL;
}

unsigned
eal_cpu_socket_id(unsigned lcore)
{
	const struct cpu *cpu = cpu_get(lcore);

	return cpu == NULL ? 0 : cpu->node;
}

unsigned
eal_cpu_core_id(unsigned lcore)
{
	const struct cpu *cpu = cpu_get(lcore);

	return cpu == NULL ? 0 : cpu->core;
}
