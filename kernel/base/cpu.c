/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of the CPUs.
 */
#include "kernel/base/cpu.h"

#include "kernel/base/panic.h"

static struct cpu *cpus[CPUS_MAX];
static unsigned cpus_registered;

void
cpu_add(struct cpu *cpu)
{
	if (cpus_registered == CPUS_MAX)
		panic("cpu: more than %d CPUs", CPUS_MAX);
	cpu->index = cpus_registered;
	cpus[cpus_registered++] = cpu;
}

unsigned
cpu_count(void)
{
	return cpus_registered;
}

struct cpu *
cpu_get(unsigned index)
{
	return index < cpus_registered ? cpus[index] : NULL;
}
