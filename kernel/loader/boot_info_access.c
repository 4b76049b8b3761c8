/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The loader's memory, as boot/long_mode.asm has mapped it. Apart from the readers, so that the
 * tests put memory of their own in its place.
 */
#include "kernel/base/compiler.h"
#include "kernel/loader/boot_info_internal.h"

#define MAPPED (4 * GB)

const void *
boot_memory(uint64_t address, uint64_t length)
{
	if (address == 0 || length == 0 || address >= MAPPED || length > MAPPED - address)
		return NULL;
	return (const void *)address;
}

const char *
boot_string(uint64_t address, size_t *limit)
{
	*limit = address < MAPPED ? MIN(BOOT_STRING_LIMIT, MAPPED - address) : 0;
	if (boot_memory(address, *limit) == NULL) {
		*limit = 0;
		return "";
	}
	return (const char *)address;
}
