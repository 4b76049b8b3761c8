/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Words of 2 to 8 bytes at any address, for what is shorter than a vector.
 */
#ifndef STRINGS_SCALAR_H
#define STRINGS_SCALAR_H

#include <stdint.h>

struct scalar_16 {
	uint16_t value;
} __attribute__((packed, may_alias));

struct scalar_32 {
	uint32_t value;
} __attribute__((packed, may_alias));

struct scalar_64 {
	uint64_t value;
} __attribute__((packed, may_alias));

/* The word of 16, 32 or 64 bits at an address: may be read and assigned. */
#define SCALAR_AT(bits, address) (((struct scalar_##bits *)(address))->value)
#define SCALAR_READ(bits, address) (((const struct scalar_##bits *)(address))->value)

#endif
