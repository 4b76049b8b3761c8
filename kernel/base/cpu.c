/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of the CPUs.
 */
#include "kernel/base/cpu.h"

#include "kernel/base/panic.h"

static struct cpu *cpus[CPUS_MAX];
static unsigned cpus_known;

void
cpu_add(struct cpu *cpu)
{
	if (cpus_known == CPUS_MAX)
		panic("cpu: more than %d CPUs", CPUS_MAX);
	cpu->index = cpus_known;
	cpus[cpus_known++] = cpu;
}

unsigned
cpu_count(void)
{
	return cpus_known;
}

struct cpu *
cpu_get(unsigned index)
{
	return index < cpus_known ? cpus[index] : NULL;
}
