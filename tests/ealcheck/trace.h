/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK's trace points, of a program that was started without --trace, or with
 * --trace=lib.eal.mem.malloc --trace-dir=/traces.
 */
#ifndef TESTS_EALCHECK_TRACE_H
#define TESTS_EALCHECK_TRACE_H

/* The command line is the program's. Says what does not hold. Returns 0 if all does, else 1. */
int trace_check(int argc, char **argv);

#endif
