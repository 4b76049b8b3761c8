/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNIT_HOST_GRANT_H
#define TESTS_UNIT_HOST_GRANT_H

#include <stddef.h>

extern size_t host_granted;	/* bytes that are out */
extern size_t host_grant_limit; /* no more than this many may be */

#endif
