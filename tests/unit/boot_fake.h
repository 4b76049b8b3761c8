/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The loader's memory for the tests of the boot information: one region at FAKE_BASE, allocated
 * to the byte, so that the sanitizer sees each read beyond it. Included once a program.
 */
#ifndef TESTS_UNIT_BOOT_FAKE_H
#define TESTS_UNIT_BOOT_FAKE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/loader/boot_info_internal.h"

#define FAKE_BASE 0x10000u

static uint8_t *fake_memory;
static size_t fake_size;

static inline void
fake_set(const void *bytes, size_t size)
{
	free(fake_memory);
	fake_memory = malloc(size ? size : 1);
	memcpy(fake_memory, bytes, size);
	fake_size = size;
}

const void *
boot_memory(uint64_t address, uint64_t length)
{
	uint64_t at = address - FAKE_BASE;

	if (address < FAKE_BASE || length == 0 || at >= fake_size || length > fake_size - at)
		return NULL;
	return fake_memory + at;
}

const char *
boot_string(uint64_t address, size_t *limit)
{
	uint64_t at = address - FAKE_BASE;

	*limit = address >= FAKE_BASE && at < fake_size ? fake_size - at : 0;
	return *limit ? (const char *)fake_memory + at : "";
}

#endif
