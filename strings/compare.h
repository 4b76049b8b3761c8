/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memcmp(), strcmp() and strncmp(). (memcmp() serves for bcmp(), too.)
 */
#ifndef STRINGS_COMPARE_H
#define STRINGS_COMPARE_H

#include <stdbool.h>

#include "strings/find.h"
#include "strings/scalar.h"
#include "strings/vector.h"

ALWAYS int
compare_order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Up to 15 bytes, as numbers whose highest byte is the first. */
ALWAYS int
compare_words(const unsigned char *a, const unsigned char *b, size_t length)
{
	if (length >= 8) {
		uint64_t x = __builtin_bswap64(SCALAR_READ(64, a));
		uint64_t y = __builtin_bswap64(SCALAR_READ(64, b));
		if (x == y) {
			x = __builtin_bswap64(SCALAR_READ(64, a + length - 8));
			y = __builtin_bswap64(SCALAR_READ(64, b + length - 8));
		}
		return compare_order(x, y);
	}
	if (length >= 4) {
		uint64_t x = (uint64_t)__builtin_bswap32(SCALAR_READ(32, a)) << 32 |
			__builtin_bswap32(SCALAR_READ(32, a + length - 4));
		uint64_t y = (uint64_t)__builtin_bswap32(SCALAR_READ(32, b)) << 32 |
			__builtin_bswap32(SCALAR_READ(32, b + length - 4));
		return compare_order(x, y);
	}
	if (!length)
		return 0;
	int x = a[0] << 16 | a[length / 2] << 8 | a[length - 1];
	int y = b[0] << 16 | b[length / 2] << 8 | b[length - 1];
	return x - y;
}

/* A mask of the bytes that differ. */
ALWAYS uint32_t
compare_vectors(const unsigned char *a, const unsigned char *b)
{
	return vector_mask(vector_equal(vector_load(a), vector_load(b))) ^ MASK_ALL;
}

ALWAYS int
compare_at(const unsigned char *a, const unsigned char *b, uint32_t different)
{
	size_t at = mask_first(different);
	return a[at] - b[at];
}

#if VECTOR_BYTES == 32
/* 16 bytes to a vector less one: the first 16 and the last 16. */
ALWAYS int
compare_halves(const unsigned char *a, const unsigned char *b, size_t length)
{
	size_t last = length - 16;
	__m128i first = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)a),
		_mm_loadu_si128((const __m128i *)b));
	__m128i second = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(a + last)),
		_mm_loadu_si128((const __m128i *)(b + last)));
	if (_mm_movemask_epi8(_mm_and_si128(first, second)) == 0xffff)
		return 0;
	uint32_t different = (uint32_t)_mm_movemask_epi8(first) ^ 0xffff;
	if (different)
		return compare_at(a, b, different);
	return compare_at(a + last, b + last, (uint32_t)_mm_movemask_epi8(second) ^ 0xffff);
}
#endif

/* Less than a vector. */
ALWAYS int
compare_part(const unsigned char *a, const unsigned char *b, size_t length)
{
#if VECTOR_BYTES == 32
	if (length >= 16)
		return compare_halves(a, b, length);
#endif
	return compare_words(a, b, length);
}

/* Whether 4 vectors are equal. */
ALWAYS bool
compare_four(const unsigned char *a, const unsigned char *b)
{
	VECTOR same = vector_equal(vector_load(a), vector_load(b));
	for (int i = 1; i < 4; i++)
		same = vector_and(same, vector_equal(vector_load(a + i * VECTOR_BYTES),
						vector_load(b + i * VECTOR_BYTES)));
	return vector_mask(same) == MASK_ALL;
}

/* More than 4 vectors: in steps of 4 with a aligned, and at the end the last 4. */
ALWAYS int
compare_long(const unsigned char *a, const unsigned char *b, size_t length)
{
	uint32_t different = compare_vectors(a, b);
	if (different)
		return compare_at(a, b, different);
	const unsigned char *last = a + length - 4 * VECTOR_BYTES;
	ptrdiff_t apart = b - a;
	a = (const unsigned char *)((uintptr_t)(a + VECTOR_BYTES) & -(uintptr_t)VECTOR_BYTES);
	while (a < last && compare_four(a, a + apart))
		a += 4 * VECTOR_BYTES;
	a = a < last ? a : last;
	for (int i = 0; i < 4; i++, a += VECTOR_BYTES) {
		different = compare_vectors(a, a + apart);
		if (different)
			return compare_at(a, a + apart, different);
	}
	return 0;
}

int
LEVEL(memcmp)(const void *left, const void *right, size_t length)
{
	const unsigned char *a = left, *b = right;
	if (length < VECTOR_BYTES)
		return compare_part(a, b, length);
	if (length > 4 * VECTOR_BYTES)
		return compare_long(a, b, length);
	const unsigned char *last = a + length - VECTOR_BYTES;
	ptrdiff_t apart = b - a;
	if (length <= 2 * VECTOR_BYTES &&
		vector_mask(vector_and(vector_equal(vector_load(a), vector_load(b)),
			vector_equal(vector_load(last), vector_load(last + apart)))) == MASK_ALL)
		return 0;
	for (; a < last; a += VECTOR_BYTES) {
		uint32_t different = compare_vectors(a, a + apart);
		if (different)
			return compare_at(a, a + apart, different);
	}
	uint32_t different = compare_vectors(last, last + apart);
	return different ? compare_at(last, last + apart, different) : 0;
}

/* A vector of which those bytes are 0 where a ends or differs from b. */
FIND_INLINE VECTOR
compare_texts(const unsigned char *a, const unsigned char *b)
{
	VECTOR value = vector_load(a);
	return vector_min(value, vector_equal(value, vector_load(b)));
}

/* The number of the first byte at which a ends or differs from b among `count` vectors, 1 or 4, or
 * a number beyond. */
FIND_INLINE size_t
compare_stop(const unsigned char *a, const unsigned char *b, int count)
{
	VECTOR value[4], least = vector_of(0xff);
	for (int i = 0; i < count; i++) {
		value[i] = compare_texts(a + i * VECTOR_BYTES, b + i * VECTOR_BYTES);
		least = vector_min(least, value[i]);
	}
	if (!vector_zeros(least))
		return SIZE_MAX;
	for (int i = 0; i < count - 1; i++)
		if (vector_zeros(value[i]))
			return i * VECTOR_BYTES + mask_first(vector_zeros(value[i]));
	return (count - 1) * VECTOR_BYTES + mask_first(vector_zeros(value[count - 1]));
}

/* The number of the first byte that differs or ends a, or one that is not below `limit`. What ends
 * in the pages that it begins in is read by vectors, else byte by byte. */
FIND_INLINE size_t
compare_strings(const unsigned char *a, const unsigned char *b, size_t limit)
{
	for (size_t at = 0, step; at < limit; at += step) {
		const unsigned char *x = a + at, *y = b + at;
		size_t stop;
		if (at && find_fits_page(x, 4) && find_fits_page(y, 4)) {
			stop = compare_stop(x, y, 4);
			step = 4 * VECTOR_BYTES;
		} else if (find_fits_page(x, 1) && find_fits_page(y, 1)) {
			stop = compare_stop(x, y, 1);
			step = VECTOR_BYTES;
		} else {
			stop = *x == *y && *x ? SIZE_MAX : 0;
			step = 1;
		}
		if (stop != SIZE_MAX)
			return at + stop;
	}
	return limit;
}

FIND_ATTRIBUTES int
LEVEL(strcmp)(const char *left, const char *right)
{
	const unsigned char *a = (const void *)left, *b = (const void *)right;
	size_t at = compare_strings(a, b, SIZE_MAX);
	return a[at] - b[at];
}

FIND_ATTRIBUTES int
LEVEL(strncmp)(const char *left, const char *right, size_t length)
{
	const unsigned char *a = (const void *)left, *b = (const void *)right;
	size_t at = compare_strings(a, b, length);
	return at < length ? a[at] - b[at] : 0;
}

#endif
