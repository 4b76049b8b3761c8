/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memcpy(), memmove(), memset(), memcmp(): by words of 8 bytes, long ones by string instructions,
 * whose microcode is fast on any CPU of today (Intel's optimization manual, §3.7.6). What is left
 * at the end is one more word that overlaps the one before it.
 */
#include "kernel/base/string_memory.h"

#include <stdint.h>

/* Or the compiler would make calls of these functions out of the loops in them. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#define WORD sizeof(uint64_t)
#define SHORT (4 * WORD) /* bytes; up to here, the start of a string instruction costs more */

/* Words at any address, of any type. */
typedef uint64_t word_t __attribute__((may_alias, aligned(1)));
typedef uint32_t half_t __attribute__((may_alias, aligned(1)));

static word_t *
word_at(void *base, size_t offset)
{
	return (word_t *)((uint8_t *)base + offset);
}

static const word_t *
word_of(const void *base, size_t offset)
{
	return (const word_t *)((const uint8_t *)base + offset);
}

/* Fewer bytes than a word: both are read before either is written, as memmove() needs. */
static void
copy_few(void *to, const void *from, size_t length)
{
	uint8_t *bytes = to;
	const uint8_t *source = from;

	if (length >= sizeof(half_t)) {
		size_t end = length - sizeof(half_t);
		uint32_t first = *(const half_t *)source, last = *(const half_t *)(source + end);

		*(half_t *)bytes = first;
		*(half_t *)(bytes + end) = last;
	} else if (length) {
		uint8_t first = source[0], middle = source[length / 2], last = source[length - 1];

		bytes[0] = first;
		bytes[length / 2] = middle;
		bytes[length - 1] = last;
	}
}

/* One word to two. */
static void
copy_words(void *to, const void *from, size_t length)
{
	uint64_t last = *word_of(from, length - WORD);

	*word_at(to, 0) = *word_of(from, 0);
	*word_at(to, length - WORD) = last;
}

void *
memcpy(void *to, const void *from, size_t length)
{
	size_t words = length / WORD;
	void *next = to;

	if (length < WORD) {
		copy_few(to, from, length);
	} else if (length <= 2 * WORD) {
		copy_words(to, from, length);
	} else if (length <= SHORT) {
		copy_words(to, from, 2 * WORD);
		copy_words(word_at(to, length - 2 * WORD), word_of(from, length - 2 * WORD),
			   2 * WORD);
	} else {
		*word_at(to, length - WORD) = *word_of(from, length - WORD);
		__asm__ volatile("rep movsq" : "+D"(next), "+S"(from), "+c"(words) : : "memory");
	}
	return to;
}

/* From the end, where the target lies behind the source and over it. */
static void
copy_down(void *to, const void *from, size_t length)
{
	size_t left = length;
	uint64_t first = *word_of(from, 0);

	for (; left >= WORD; left -= WORD)
		*word_at(to, left - WORD) = *word_of(from, left - WORD);
	if (left)
		*word_at(to, 0) = first;
}

/* From the start, where the target lies before the source and under it. */
static void
copy_up(void *to, const void *from, size_t length)
{
	uint64_t last = *word_of(from, length - WORD);
	size_t words = length / WORD;
	void *next = to;

	__asm__ volatile("rep movsq" : "+D"(next), "+S"(from), "+c"(words) : : "memory");
	*word_at(to, length - WORD) = last;
}

void *
memmove(void *to, const void *from, size_t length)
{
	uintptr_t behind = (uintptr_t)to - (uintptr_t)from;

	if (behind >= length && -behind >= length)
		return memcpy(to, from, length);
	if (length < WORD)
		copy_few(to, from, length);
	else if (behind < length)
		copy_down(to, from, length);
	else
		copy_up(to, from, length);
	return to;
}

void *
memset(void *to, int byte, size_t length)
{
	uint64_t pattern = (uint8_t)byte * 0x0101010101010101ULL;
	size_t words = length / WORD;
	void *next = to;

	if (length < WORD) {
		copy_few(to, &pattern, length);
		return to;
	}
	*word_at(to, length - WORD) = pattern;
	if (length > SHORT)
		__asm__ volatile("rep stosq" : "+D"(next), "+c"(words) : "a"(pattern) : "memory");
	else
		for (size_t at = 0; at + WORD <= length; at += WORD)
			*word_at(to, at) = pattern;
	return to;
}

int
memcmp(const void *a, const void *b, size_t length)
{
	const uint8_t *left = a, *right = b;
	size_t at = 0;

	for (; at + WORD <= length; at += WORD) {
		uint64_t first = *word_of(a, at), second = *word_of(b, at);

		if (first != second)
			return __builtin_bswap64(first) < __builtin_bswap64(second) ? -1 : 1;
	}
	for (; at < length; at++)
		if (left[at] != right[at])
			return left[at] - right[at];
	return 0;
}
