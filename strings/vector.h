/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A vector of VECTOR_BYTES bytes, 16 (SSE2) or 32 (AVX2), and what the functions of this folder do
 * with it. A source for one kind of CPU defines VECTOR_BYTES and LEVEL, allows the
 * compiler its instructions, and includes the functions (move.h and the others).
 */
#ifndef STRINGS_VECTOR_H
#define STRINGS_VECTOR_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#ifndef VECTOR_BYTES
#define VECTOR_BYTES 16
#define LEVEL(name) name##_sse2
#endif

#define ALWAYS static inline __attribute__((always_inline))

/* Of a mask with a bit for each byte of a vector: all of them. */
#define MASK_ALL (~0u >> (32 - VECTOR_BYTES))

#if VECTOR_BYTES == 16
#define VECTOR __m128i
#define VECTOR_CALL(name) _mm_##name
#define VECTOR_BITS(name) _mm_##name##_si128
#else
#define VECTOR __m256i
#define VECTOR_CALL(name) _mm256_##name
#define VECTOR_BITS(name) _mm256_##name##_si256
#endif

/* No address need be aligned. */
ALWAYS VECTOR
vector_load(const void *from)
{
	return VECTOR_BITS(loadu)((const VECTOR *)from);
}

ALWAYS void
vector_store(void *to, VECTOR value)
{
	VECTOR_BITS(storeu)((VECTOR *)to, value);
}

ALWAYS VECTOR
vector_of(int byte)
{
	return VECTOR_CALL(set1_epi8)((char)byte);
}

ALWAYS VECTOR
vector_xor(VECTOR a, VECTOR b)
{
	return VECTOR_BITS(xor)(a, b);
}

ALWAYS VECTOR
vector_and(VECTOR a, VECTOR b)
{
	return VECTOR_BITS(and)(a, b);
}

/* The less of each pair of bytes, without sign. */
ALWAYS VECTOR
vector_min(VECTOR a, VECTOR b)
{
	return VECTOR_CALL(min_epu8)(a, b);
}

/* 255 for each pair of bytes that are equal, 0 for the others. */
ALWAYS VECTOR
vector_equal(VECTOR a, VECTOR b)
{
	return VECTOR_CALL(cmpeq_epi8)(a, b);
}

/* A mask of the bytes of 255, where the others are 0; the lowest bit is the byte at the lowest
 * address. */
ALWAYS uint32_t
vector_mask(VECTOR value)
{
	return (uint32_t)VECTOR_CALL(movemask_epi8)(value);
}

/* A mask of the bytes that are 0. */
ALWAYS uint32_t
vector_zeros(VECTOR value)
{
	return vector_mask(vector_equal(value, vector_of(0)));
}

/* The number of the first byte in a mask that is not empty. */
ALWAYS size_t
mask_first(uint32_t mask)
{
	return (size_t)__builtin_ctz(mask);
}

#endif
