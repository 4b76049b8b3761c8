/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For tests in which it matters which CPU a thread is on.
 */
#ifndef PIN_H
#define PIN_H

#include <sched.h>

#include "tests/unit/check.h"

/* The calling thread goes to that CPU, and stays there. */
static inline void
pin(unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	CHECK_EQ(sched_setaffinity(0, sizeof(set), &set), 0);
}

#endif
