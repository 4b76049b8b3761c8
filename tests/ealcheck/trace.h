/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK's trace points, of a program that was started without --trace.
 */
#ifndef TESTS_EALCHECK_TRACE_H
#define TESTS_EALCHECK_TRACE_H

/* Says what does not hold. Returns 0 if all does, else 1. */
int trace_check(void);

#endif
