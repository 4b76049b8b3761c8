/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memcpy() and memmove(), which are one function: all of a short block is read before any of it is
 * written, and a long one is copied from the end that no byte is lost at.
 *
 * A block of up to 8 vectors is its first and its last vectors, which may overlap. A longer one
 * has a loop of 4 vectors with aligned writes between them; from strings_rep_least on, where the
 * parts are apart, it is the CPU's own copy.
 */
#ifndef STRINGS_MOVE_H
#define STRINGS_MOVE_H

#include "strings/level.h"
#include "strings/scalar.h"
#include "strings/vector.h"

/* Up to 15 bytes. */
ALWAYS void
move_words(char *to, const char *from, size_t length)
{
	if (length >= 8) {
		uint64_t first = SCALAR_READ(64, from);
		uint64_t last = SCALAR_READ(64, from + length - 8);
		SCALAR_AT(64, to) = first;
		SCALAR_AT(64, to + length - 8) = last;
	} else if (length >= 4) {
		uint32_t first = SCALAR_READ(32, from);
		uint32_t last = SCALAR_READ(32, from + length - 4);
		SCALAR_AT(32, to) = first;
		SCALAR_AT(32, to + length - 4) = last;
	} else if (length >= 2) {
		uint16_t first = SCALAR_READ(16, from);
		uint16_t last = SCALAR_READ(16, from + length - 2);
		SCALAR_AT(16, to) = first;
		SCALAR_AT(16, to + length - 2) = last;
	} else if (length) {
		*to = *from;
	}
}

/* Less than a vector. */
ALWAYS void
move_part(char *to, const char *from, size_t length)
{
#if VECTOR_BYTES == 32
	if (length >= 16) {
		__m128i first = _mm_loadu_si128((const __m128i *)from);
		__m128i last = _mm_loadu_si128((const __m128i *)(from + length - 16));
		_mm_storeu_si128((__m128i *)to, first);
		_mm_storeu_si128((__m128i *)(to + length - 16), last);
		return;
	}
#endif
	move_words(to, from, length);
}

/* `count` vectors, at most 8, at the beginning and as many at the end: all is read first. */
ALWAYS void
move_ends(char *to, const char *from, size_t length, int count)
{
	VECTOR first[4], last[4];
	char *to_last = to + length - count * VECTOR_BYTES;
	const char *from_last = from + length - count * VECTOR_BYTES;
	for (int i = 0; i < count; i++) {
		first[i] = vector_load(from + i * VECTOR_BYTES);
		last[i] = vector_load(from_last + i * VECTOR_BYTES);
	}
	for (int i = 0; i < count; i++)
		vector_store(to + i * VECTOR_BYTES, first[i]);
	for (int i = 0; i < count; i++)
		vector_store(to_last + i * VECTOR_BYTES, last[i]);
}

ALWAYS void
move_four(char *to, const char *from)
{
	VECTOR a = vector_load(from), b = vector_load(from + VECTOR_BYTES);
	VECTOR c = vector_load(from + 2 * VECTOR_BYTES), d = vector_load(from + 3 * VECTOR_BYTES);
	vector_store(to, a);
	vector_store(to + VECTOR_BYTES, b);
	vector_store(to + 2 * VECTOR_BYTES, c);
	vector_store(to + 3 * VECTOR_BYTES, d);
}

/* More than 4 vectors, of which no byte is overwritten before it is read when it is copied from
 * the lower end up. */
ALWAYS void
move_up(char *to, const char *from, size_t length)
{
	VECTOR first = vector_load(from);
	char *last = to + length - 4 * VECTOR_BYTES;
	VECTOR tail[4];
	for (int i = 0; i < 4; i++)
		tail[i] = vector_load(from + length - (4 - i) * VECTOR_BYTES);
	size_t skip = VECTOR_BYTES - ((uintptr_t)to & (VECTOR_BYTES - 1));
	const char *source = from + skip;
	for (char *target = to + skip; target < last; target += 4 * VECTOR_BYTES) {
		move_four(target, source);
		source += 4 * VECTOR_BYTES;
	}
	for (int i = 0; i < 4; i++)
		vector_store(last + i * VECTOR_BYTES, tail[i]);
	vector_store(to, first);
}

/* The same from the upper end down. */
ALWAYS void
move_down(char *to, const char *from, size_t length)
{
	VECTOR last = vector_load(from + length - VECTOR_BYTES);
	VECTOR head[4];
	for (int i = 0; i < 4; i++)
		head[i] = vector_load(from + i * VECTOR_BYTES);
	char *target = (char *)(((uintptr_t)to + length - 1) & -(uintptr_t)VECTOR_BYTES);
	const char *source = from + (target - to);
	while (target > to + 4 * VECTOR_BYTES) {
		target -= 4 * VECTOR_BYTES;
		source -= 4 * VECTOR_BYTES;
		move_four(target, source);
	}
	vector_store(to + length - VECTOR_BYTES, last);
	for (int i = 0; i < 4; i++)
		vector_store(to + i * VECTOR_BYTES, head[i]);
}

/* More than 8 vectors. */
static __attribute__((noinline)) void *
LEVEL(move_long)(char *to, const char *from, size_t length)
{
	if ((size_t)(to - from) < length) {
		move_down(to, from, length);
	} else if (length >= strings_rep_least && (size_t)(from - to) >= length) {
		char *target = to;
		__asm__ volatile("rep movsb" : "+D"(target), "+S"(from), "+c"(length) : : "memory");
	} else {
		move_up(to, from, length);
	}
	return to;
}

void *
LEVEL(memmove)(void *to, const void *from, size_t length)
{
	if (length < VECTOR_BYTES)
		move_part(to, from, length);
	else if (length <= 2 * VECTOR_BYTES)
		move_ends(to, from, length, 1);
	else if (length <= 4 * VECTOR_BYTES)
		move_ends(to, from, length, 2);
	else if (length <= 8 * VECTOR_BYTES)
		move_ends(to, from, length, 4);
	else
		return LEVEL(move_long)(to, from, length);
	return to;
}

#endif
