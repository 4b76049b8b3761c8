/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How much memory is free, for tests of what gives it back.
 */
#ifndef TESTS_GUEST_FREE_MEMORY_H
#define TESTS_GUEST_FREE_MEMORY_H

#include <sys/sysinfo.h>

/* Bytes. */
static inline unsigned long
free_memory(void)
{
	struct sysinfo info;

	sysinfo(&info);
	return info.freeram * info.mem_unit;
}

#endif
