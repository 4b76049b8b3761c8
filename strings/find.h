/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * strlen(), strnlen(), memchr(), strchr(), strchrnul(): the first byte that is looked for. And
 * strcpy() and stpcpy(), which find the end and then copy.
 *
 * Whole vectors are read, so that bytes beyond the end may be, but never of a page that has none
 * of the string's: the first vector is unaligned where it ends in its page, the others are aligned.
 */
#ifndef STRINGS_FIND_H
#define STRINGS_FIND_H

#include <stdbool.h>

#include "strings/move.h"
#include "strings/vector.h"

#define FIND_PAGE 4096
/* What lies beyond an end is read and not used, which a sanitizer is not to report. */
#define FIND_ATTRIBUTES __attribute__((no_sanitize_address))
#define FIND_INLINE ALWAYS FIND_ATTRIBUTES

/* What is looked for: the end of a string, a byte, or either. */
enum find_kind {
	FIND_END,
	FIND_BYTE,
	FIND_EITHER,
};

/* Whether so many vectors from there on end in the same page. */
ALWAYS bool
find_fits_page(const void *address, unsigned int vectors)
{
	return ((uintptr_t)address & (FIND_PAGE - 1)) <= FIND_PAGE - vectors * VECTOR_BYTES;
}

/* The bytes there, those that are looked for being 0. */
FIND_INLINE VECTOR
find_read(const char *at, VECTOR byte, enum find_kind kind)
{
	VECTOR value = vector_load(at);
	if (kind == FIND_END)
		return value;
	VECTOR different = vector_xor(value, byte);
	return kind == FIND_BYTE ? different : vector_min(value, different);
}

/* A mask of what is found in the vector that begins at the text. */
FIND_INLINE uint32_t
find_begin(const char *text, VECTOR byte, enum find_kind kind)
{
	if (find_fits_page(text, 1))
		return vector_zeros(find_read(text, byte, kind));
	uintptr_t beyond = (uintptr_t)text & (VECTOR_BYTES - 1);
	return vector_zeros(find_read(text - beyond, byte, kind)) >> beyond;
}

/* The number of the first byte that is looked for; with a limit, from `limit` on means none. */
FIND_INLINE size_t
find_first(const char *text, VECTOR byte, enum find_kind kind, size_t limit, bool limited)
{
	if (limited && !limit)
		return 0;
	uint32_t found = find_begin(text, byte, kind);
	if (found)
		return mask_first(found);
	const char *at = text - ((uintptr_t)text & (VECTOR_BYTES - 1)) + VECTOR_BYTES;
#pragma GCC unroll 4
	for (int i = 0; i < 4; i++, at += VECTOR_BYTES) {
		if (limited && (size_t)(at - text) >= limit)
			return limit;
		found = vector_zeros(find_read(at, byte, kind));
		if (found)
			return (size_t)(at - text) + mask_first(found);
	}
	at -= (uintptr_t)at & (4 * VECTOR_BYTES - 1);
	for (; !limited || (size_t)(at - text) < limit; at += 4 * VECTOR_BYTES) {
		VECTOR v[4];
		for (int i = 0; i < 4; i++)
			v[i] = find_read(at + i * VECTOR_BYTES, byte, kind);
		VECTOR least = vector_min(vector_min(v[0], v[1]), vector_min(v[2], v[3]));
		if (!vector_zeros(least))
			continue;
		for (int i = 0; i < 4; i++, at += VECTOR_BYTES) {
			found = vector_zeros(v[i]);
			if (found)
				return (size_t)(at - text) + mask_first(found);
		}
	}
	return limit;
}

FIND_ATTRIBUTES size_t
LEVEL(strlen)(const char *text)
{
	return find_first(text, vector_of(0), FIND_END, 0, false);
}

FIND_ATTRIBUTES size_t
LEVEL(strnlen)(const char *text, size_t limit)
{
	size_t at = find_first(text, vector_of(0), FIND_END, limit, true);
	return at < limit ? at : limit;
}

FIND_ATTRIBUTES void *
LEVEL(memchr)(const void *block, int byte, size_t length)
{
	size_t at = find_first(block, vector_of(byte), FIND_BYTE, length, true);
	return at < length ? (char *)block + at : NULL;
}

FIND_ATTRIBUTES char *
LEVEL(strchrnul)(const char *text, int byte)
{
	return (char *)text + find_first(text, vector_of(byte), FIND_EITHER, 0, false);
}

FIND_ATTRIBUTES char *
LEVEL(strchr)(const char *text, int byte)
{
	const char *at = text + find_first(text, vector_of(byte), FIND_EITHER, 0, false);
	return *at == (char)byte ? (char *)at : NULL;
}

FIND_ATTRIBUTES char *
LEVEL(stpcpy)(char *to, const char *from)
{
	size_t length = find_first(from, vector_of(0), FIND_END, 0, false);
	LEVEL(memmove)(to, from, length + 1);
	return to + length;
}

FIND_ATTRIBUTES char *
LEVEL(strcpy)(char *to, const char *from)
{
	size_t length = find_first(from, vector_of(0), FIND_END, 0, false);
	return LEVEL(memmove)(to, from, length + 1);
}

#endif
