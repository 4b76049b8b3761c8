/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_EALCHECK_MEMORY_H
#define TESTS_EALCHECK_MEMORY_H

/* Zeros, addresses, external memory, mapping for devices. Returns 0 if all holds. */
int memory_check(void);

#endif
