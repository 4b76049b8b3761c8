/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: strings/sse2.c strings/avx2.c strings/level.c */
/*
 * The functions of strings/ for each kind of CPU that this host can be, beside loops over bytes:
 * lengths 0 to LONGEST, every place in a vector, the ends of a page with nothing behind it, and
 * each way to overlap.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "strings/functions.h"
#include "strings/level.h"
#include "tests/unit/check.h"

#define PAGE 4096
#define ROOM (4 * PAGE)
#define LONGEST 512
#define PLACES 32

struct kind {
#define MEMBER(result, name, parameters, arguments) result(*name) parameters;
	STRINGS_FUNCTIONS(MEMBER)
};

#define SSE2(result, name, parameters, arguments) .name = name##_sse2,
#define AVX2(result, name, parameters, arguments) .name = name##_avx2,
static const struct kind kinds[] = {{STRINGS_FUNCTIONS(SSE2)}, {STRINGS_FUNCTIONS(AVX2)}};

/* Two blocks of ROOM bytes between pages that nothing may touch. */
static char *left, *right;

static char *
guarded(void)
{
	char *all = mmap(NULL, ROOM + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(all != MAP_FAILED);
	CHECK(!mprotect(all + PAGE, ROOM, PROT_READ | PROT_WRITE));
	return all + PAGE;
}

/* A pattern that no shift repeats, without 0. */
static void
fill(char *block, unsigned int seed)
{
	for (size_t i = 0; i < ROOM; i++)
		block[i] = (char)(1 + (i * 7 + i / 31 + seed) % 255);
}

static int
sign(int value)
{
	return (value > 0) - (value < 0);
}

/* Moves once by the function and once through a copy. */
static void
check_move(const struct kind *kind, size_t to, size_t from, size_t length)
{
	static char expected[ROOM], between[ROOM];

	memcpy(expected, left, ROOM);
	memcpy(between, left + from, length);
	memcpy(expected + to, between, length);
	CHECK(kind->memmove(left + to, left + from, length) == left + to);
	CHECK(!memcmp(expected, left, ROOM));
	memcpy(left, right, ROOM);
}

static void
test_move_overlapping(const struct kind *kind)
{
	static const size_t apart[] = {0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 64, 127, 128, 129, 256,
		500, 5000};

	for (size_t i = 0; i < sizeof(apart) / sizeof(*apart); i++) {
		for (size_t length = 0; length <= LONGEST; length++) {
			check_move(kind, 3 + apart[i], 3, length);
			check_move(kind, 3, 3 + apart[i], length);
		}
		for (size_t length = 4094; length <= 4098; length++) {
			check_move(kind, 5 + apart[i], 5, length);
			check_move(kind, 5, 5 + apart[i], length);
		}
	}
}

/* From every place to every place, and what is beside it stays. */
static void
test_move_apart(const struct kind *kind)
{
	for (size_t length = 0; length <= LONGEST; length++)
		for (size_t place = 0; place < PLACES * PLACES; place++) {
			char *to = left + 64 + place % PLACES, *from = right + place / PLACES;

			memset(to - 8, 0, length + 16);
			CHECK(kind->memmove(to, from, length) == to);
			CHECK(!memcmp(to, from, length));
			CHECK(!memcmp(to - 8, "\0\0\0\0\0\0\0", 8));
			CHECK(!memcmp(to + length, "\0\0\0\0\0\0\0", 8));
		}
}

static void
test_move_at_ends(const struct kind *kind)
{
	for (size_t length = 0; length <= LONGEST; length++) {
		kind->memmove(left, right + ROOM - length, length);
		CHECK(!memcmp(left, right + ROOM - length, length));
		kind->memmove(left + ROOM - length, right, length);
		CHECK(!memcmp(left + ROOM - length, right, length));
	}
}

static void
check_set(const struct kind *kind, char *to, int byte, size_t length)
{
	static char expected[ROOM];

	memcpy(expected, left, ROOM);
	for (size_t i = 0; i < length; i++)
		expected[to - left + i] = (char)byte;
	CHECK(kind->memset(to, byte, length) == to);
	CHECK(!memcmp(expected, left, ROOM));
	memcpy(left, right, ROOM);
}

static void
test_set(const struct kind *kind)
{
	for (size_t length = 0; length <= LONGEST; length++) {
		for (size_t place = 0; place < PLACES; place++)
			check_set(kind, left + 64 + place, 0xabcd, length);
		check_set(kind, left + ROOM - length, 0, length);
	}
	for (size_t length = 4094; length <= 4098; length++)
		check_set(kind, left + 1, 0x80, length);
}

/* Equal blocks, then each with one byte that differs, in both orders. */
static void
test_compare_blocks(const struct kind *kind)
{
	for (size_t length = 0; length <= LONGEST; length++)
		for (size_t place = 0; place < PLACES; place += 1 + 4 * (length > 160)) {
			char *a = left + ROOM - length, *b = right + place;

			memcpy(b, a, length);
			CHECK(kind->memcmp(a, b, length) == 0);
			for (size_t at = 0; at < length; at += 1 + 6 * (length > 300)) {
				b[at] = (char)(a[at] ^ 0x80);
				int order = (unsigned char)a[at] < (unsigned char)b[at] ? -1 : 1;

				CHECK(sign(kind->memcmp(a, b, length)) == order);
				CHECK(sign(kind->memcmp(b, a, length)) == -order);
				CHECK(kind->memcmp(a, b, at) == 0);
				b[at] = a[at];
			}
		}
}

/* A string of that length there, with the byte that is looked for at its end and behind it. */
static void
check_find(const struct kind *kind, char *text, size_t length)
{
	memset(text, 'x', length);
	text[length] = 0;
	CHECK(kind->strlen(text) == length);
	CHECK(kind->strnlen(text, SIZE_MAX) == length);
	CHECK(kind->strnlen(text, length) == length);
	CHECK(kind->strnlen(text, length / 2) == length / 2);
	CHECK(kind->memchr(text, 0, SIZE_MAX) == text + length);
	CHECK(kind->memchr(text, 0, length + 1) == text + length);
	CHECK(kind->memchr(text, 0x100, length) == NULL);
	CHECK(kind->strchr(text, 0) == text + length);
	CHECK(kind->strchr(text, 'y') == NULL);
	CHECK(kind->strchrnul(text, 'y') == text + length);
	CHECK(kind->strchr(text, 'x') == (length ? text : NULL));
	if (length) {
		text[length - 1] = 'z';
		CHECK(kind->strchr(text, 0x17a) == text + length - 1);
		CHECK(kind->memchr(text, 'z', length) == text + length - 1);
		CHECK(kind->memchr(text, 'z', length - 1) == NULL);
	}
}

static void
test_find(const struct kind *kind)
{
	for (size_t length = 0; length <= LONGEST; length++) {
		check_find(kind, left + ROOM - 1 - length, length);
		for (size_t place = 0; place < 4 * PLACES; place++)
			check_find(kind, left + place, length);
		for (size_t before = 0; before <= PLACES; before++)
			check_find(kind, left + PAGE - before, length);
	}
	memset(left, 'x', ROOM);
	for (size_t length = 0; length <= LONGEST; length++) {
		CHECK(kind->memchr(left + ROOM - length, 'y', length) == NULL);
		CHECK(kind->strnlen(left + ROOM - length, length) == length);
	}
}

static void
check_copy(const struct kind *kind, size_t to_place, const char *text, size_t length)
{
	char *to = left + 64 + to_place;

	memset(to - 1, '#', length + 3);
	CHECK(kind->strcpy(to, text) == to);
	CHECK(!memcmp(to, text, length + 1) && to[-1] == '#' && to[length + 1] == '#');
	memset(to - 1, '#', length + 3);
	CHECK(kind->stpcpy(to, text) == to + length);
	CHECK(!memcmp(to, text, length + 1) && to[-1] == '#' && to[length + 1] == '#');
}

static void
test_copy(const struct kind *kind)
{
	for (size_t length = 0; length <= LONGEST; length++) {
		char *text = right + ROOM - 1 - length;

		text[length] = 0;
		for (size_t place = 0; place < PLACES; place++)
			check_copy(kind, place, text, length);
		text[length] = 'x';
	}
}

/* Two equal strings; then one that differs, and one that ends, at each place. */
static void
check_strings(const struct kind *kind, char *a, char *b, size_t length)
{
	memset(a, 'x', length);
	memset(b, 'x', length);
	a[length] = b[length] = 0;
	CHECK(kind->strcmp(a, b) == 0);
	CHECK(kind->strncmp(a, b, SIZE_MAX) == 0);
	for (size_t at = 0; at < length; at += 1 + 10 * (length > 200)) {
		b[at] = (char)0xff;
		CHECK(kind->strcmp(a, b) < 0 && kind->strcmp(b, a) > 0);
		CHECK(kind->strncmp(a, b, at) == 0 && kind->strncmp(a, b, at + 1) < 0);
		b[at] = 0;
		CHECK(kind->strcmp(a, b) > 0 && kind->strcmp(b, a) < 0);
		CHECK(kind->strncmp(a, b, at + 1) > 0);
		b[at] = 'x';
	}
}

static void
test_compare_strings(const struct kind *kind)
{
	for (size_t length = 0; length <= LONGEST; length += 1 + 2 * (length > 100))
		for (size_t place = 0; place < PLACES; place += 1 + 2 * (length > 100)) {
			check_strings(kind, left + ROOM - 1 - length, right + place, length);
			check_strings(kind, left + PAGE - place, right + 2 * PAGE - length, length);
		}
	/* Nothing behind the limit is read. */
	memset(left, 'x', ROOM);
	memset(right, 'x', ROOM);
	for (size_t length = 0; length <= LONGEST; length++)
		CHECK(kind->strncmp(left + ROOM - length, right + ROOM - length, length) == 0);
}

int
main(void)
{
	size_t count = strings_level() == STRINGS_AVX2 ? 2 : 1;

	left = guarded();
	right = guarded();
	for (const struct kind *kind = kinds; kind < kinds + count; kind++) {
		fill(left, 0);
		fill(right, 0);
		test_move_overlapping(kind);
		test_set(kind);
		fill(right, 99);
		test_move_apart(kind);
		test_move_at_ends(kind);
		test_compare_blocks(kind);
		test_copy(kind);
		test_find(kind);
		test_compare_strings(kind);
	}
	return check_end();
}
