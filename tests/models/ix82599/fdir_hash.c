/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Flow director's hash (82599 data sheet §7.1.2.7.5): each set bit i of the 32-bit key adds
 * (exclusive or) a 16-bit window of the 352-bit input stream, at i modulo 32. As windows 32 bits
 * apart meet the same key bit, the stream is folded to two words first. The word with pool, flow
 * type and VLAN is the stream's end: it stands in both halves once more, but has no part in the
 * window of bit 0, which would reach past the end.
 */
#include "model.h"
#include "steer.h"

static uint32_t
swap_halves(uint32_t value)
{
	return value << 16 | value >> 16;
}

uint32_t
ix_fdir_hash(const uint32_t words[11], uint32_t key)
{
	uint32_t folded = 0, last = words[0], hash = 0;

	for (unsigned n = 1; n < 11; n++)
		folded ^= words[n];
	for (unsigned i = 0; i < 16; i++) {
		uint32_t low = swap_halves(folded) ^ (i ? last ^ last << 16 : 0);
		uint32_t high = folded ^ last ^ last >> 16;

		if (key >> i & 1)
			hash ^= low >> i;
		if (key >> (16 + i) & 1)
			hash ^= high >> i;
	}
	return hash & IX_FDIRHASH_HASH_MASK;
}
