/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Telemetry's socket, which is for the program's own threads.
 */
#ifndef TESTS_EALCHECK_TELEMETRY_H
#define TESTS_EALCHECK_TELEMETRY_H

/* Says what does not hold. Returns 0 if all does, else 1. */
int telemetry_check(void);

#endif
