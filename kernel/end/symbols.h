/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of functions by their addresses, from a packed table. tools/symbols makes it, the second
 * link puts it between symbols_start and symbols_end (kernel/base/image.h).
 *
 * The table, numbers little-endian, without padding. A length, or a distance, is seven bits a byte,
 * low ones first, the top bit set in all bytes but the last.
 *	u32		number of functions
 *	u32		bytes of the dictionary
 *	index		for each block of SYMBOLS_BLOCK functions: u32 offset of the first one from
 *			image_start, u32 place of its entry in the entries
 *	dictionary	for each byte 0 to 255: the length, and the text that it stands for
 *	entries		for each function, ascending: the distance from the one before it in its
 *			block (0 for the first); the length, and the name in as many bytes, which
 *			the dictionary explains
 */
#ifndef KERNEL_SYMBOLS_H
#define KERNEL_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYMBOLS_BLOCK 64
#define SYMBOLS_NAME_MAX 128 /* with the end; a longer name is cut off */

/*
 * Finds the last function at or before `offset` (from image_start) in the table of `size` bytes.
 * Gives its name and how far `offset` is behind its start. Returns false without touching either
 * where there is none or the table is damaged: nothing outside the table is read. Any context.
 */
bool symbols_find(const uint8_t *table, size_t size, uint32_t offset, char name[SYMBOLS_NAME_MAX],
		  uint64_t *distance);

#endif
