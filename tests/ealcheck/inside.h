/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_EALCHECK_INSIDE_H
#define TESTS_EALCHECK_INSIDE_H

/* What DPDK's own code asks of the environment layer. Returns 0 if all holds. */
int inside_check(void);

#endif
