/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/cpu.h on the host: which CPU runs is the test's to say.
 */
#define cpu_this real_cpu_this
#include_next "kernel/base/cpu.h"
#undef cpu_this

#ifndef TESTS_UNIT_HOST_CPU_H
#define TESTS_UNIT_HOST_CPU_H

struct cpu *cpu_this(void);

#endif
