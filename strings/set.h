/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memset(): like move.h, without anything to read.
 */
#ifndef STRINGS_SET_H
#define STRINGS_SET_H

#include "strings/level.h"
#include "strings/scalar.h"
#include "strings/vector.h"

/* Less than a vector. word: 8 times the byte. */
ALWAYS void
set_part(char *to, uint64_t word, size_t length)
{
#if VECTOR_BYTES == 32
	if (length >= 16) {
		__m128i half = _mm_set1_epi64x((long long)word);
		_mm_storeu_si128((__m128i *)to, half);
		_mm_storeu_si128((__m128i *)(to + length - 16), half);
		return;
	}
#endif
	if (length >= 8) {
		SCALAR_AT(64, to) = word;
		SCALAR_AT(64, to + length - 8) = word;
	} else if (length >= 4) {
		SCALAR_AT(32, to) = (uint32_t)word;
		SCALAR_AT(32, to + length - 4) = (uint32_t)word;
	} else if (length >= 2) {
		SCALAR_AT(16, to) = (uint16_t)word;
		SCALAR_AT(16, to + length - 2) = (uint16_t)word;
	} else if (length) {
		*to = (char)word;
	}
}

/* `count` vectors at the beginning, and as many at the end. */
ALWAYS void
set_ends(char *to, VECTOR value, size_t length, int count)
{
	char *last = to + length - count * VECTOR_BYTES;
	for (int i = 0; i < count; i++)
		vector_store(to + i * VECTOR_BYTES, value);
	for (int i = 0; i < count; i++)
		vector_store(last + i * VECTOR_BYTES, value);
}

/* More than 8 vectors. */
ALWAYS void
set_long(char *to, int byte, VECTOR value, size_t length)
{
	if (length >= strings_rep_least) {
		__asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(byte) : "memory");
		return;
	}
	char *last = to + length - 4 * VECTOR_BYTES;
	vector_store(to, value);
	char *target = (char *)((uintptr_t)(to + VECTOR_BYTES) & -(uintptr_t)VECTOR_BYTES);
	for (; target < last; target += 4 * VECTOR_BYTES)
		for (int i = 0; i < 4; i++)
			vector_store(target + i * VECTOR_BYTES, value);
	for (int i = 0; i < 4; i++)
		vector_store(last + i * VECTOR_BYTES, value);
}

void *
LEVEL(memset)(void *to, int byte, size_t length)
{
	VECTOR value = vector_of(byte);
	if (length < VECTOR_BYTES)
		set_part(to, (uint8_t)byte * 0x0101010101010101u, length);
	else if (length <= 2 * VECTOR_BYTES)
		set_ends(to, value, length, 1);
	else if (length <= 4 * VECTOR_BYTES)
		set_ends(to, value, length, 2);
	else if (length <= 8 * VECTOR_BYTES)
		set_ends(to, value, length, 4);
	else
		set_long(to, byte, value, length);
	return to;
}

#endif
