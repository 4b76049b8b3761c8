/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_EALCHECK_REFUSALS_H
#define TESTS_EALCHECK_REFUSALS_H

/* What is not supported, and what interrupts are seldom asked for. Returns 0 if all holds. */
int refusals_check(void);

#endif
