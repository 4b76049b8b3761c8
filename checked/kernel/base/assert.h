/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/assert.h of a checked build.
 */
#ifndef KERNEL_ASSERT_H
#define KERNEL_ASSERT_H

#define assert_that(condition)                                                    \
	((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))

void assert_failed(const char *condition, const char *file, unsigned line)
	__attribute__((noreturn, cold));

#endif
