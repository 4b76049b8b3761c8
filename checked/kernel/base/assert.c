/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/base/assert.h"

#include "kernel/base/panic.h"

void
assert_failed(const char *condition, const char *file, unsigned line)
{
	panic("assert: %s:%u: not so: %s", file, line, condition);
}
