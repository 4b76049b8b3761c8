/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/base/string_memory.c */
/*
 * The kernel's memcpy() and its kin beside loops over bytes: each length, each place in a word, and
 * each way to overlap, in memory whose ends the sanitizer guards.
 */
#include <stdint.h>
#include <stdlib.h>

#include "kernel/base/string_memory.h"
#include "tests/unit/check.h"

#define LONGEST 200 /* bytes: far beyond where string instructions take over */
#define PLACES 8
#define ROOM (LONGEST + 2 * PLACES)

/* Memory of exactly ROOM bytes with a pattern that no shift repeats. */
static uint8_t *
patterned(void)
{
	uint8_t *memory = malloc(ROOM);

	for (size_t i = 0; i < ROOM; i++)
		memory[i] = (uint8_t)(i * 7 + i / 31);
	return memory;
}

static unsigned
differences(const uint8_t *a, const uint8_t *b)
{
	unsigned count = 0;

	for (size_t i = 0; i < ROOM; i++)
		count += a[i] != b[i];
	return count;
}

/* Moves by bytes, through a copy. */
static void
move_slowly(uint8_t *memory, size_t to, size_t from, size_t length)
{
	uint8_t copy[ROOM];

	for (size_t i = 0; i < length; i++)
		copy[i] = memory[from + i];
	for (size_t i = 0; i < length; i++)
		memory[to + i] = copy[i];
}

static void
check_move(size_t to, size_t from, size_t length)
{
	uint8_t *moved = patterned(), *due = patterned();

	CHECK(memmove(moved + to, moved + from, length) == moved + to);
	move_slowly(due, to, from, length);
	CHECK_EQ(differences(moved, due), 0);
	free(moved);
	free(due);
}

static void
check_copy(size_t to, size_t from, size_t length)
{
	uint8_t *source = patterned(), *copied = calloc(1, ROOM), *due = calloc(1, ROOM);

	CHECK(memcpy(copied + to, source + from, length) == copied + to);
	for (size_t i = 0; i < length; i++)
		due[to + i] = source[from + i];
	CHECK_EQ(differences(copied, due), 0);
	free(source);
	free(copied);
	free(due);
}

static void
check_set(size_t at, size_t length, int byte)
{
	uint8_t *set = patterned(), *due = patterned();

	CHECK(memset(set + at, byte, length) == set + at);
	for (size_t i = 0; i < length; i++)
		due[at + i] = (uint8_t)byte;
	CHECK_EQ(differences(set, due), 0);
	free(set);
	free(due);
}

/* Equal, and with one byte changed, at each place, up and down across the sign. */
static void
check_compare(size_t at, size_t length)
{
	uint8_t *a = patterned(), *b = patterned();

	CHECK_EQ(memcmp(a + at, b + at, length), 0);
	for (size_t i = 0; i < length; i++) {
		a[at + i] = 0x80;
		b[at + i] = 0x7f;
		CHECK(memcmp(a + at, b + at, length) > 0);
		CHECK(memcmp(b + at, a + at, length) < 0);
		a[at + i] = b[at + i];
	}
	free(a);
	free(b);
}

/* At the end of memory, so that a read beyond it is seen. */
static void
test_ends(size_t length)
{
	check_copy(ROOM - length, ROOM - length, length);
	check_move(ROOM - length, 0, length);
	check_move(0, ROOM - length, length);
	check_set(ROOM - length, length, 0xa5);
	check_compare(ROOM - length, length);
}

int
main(void)
{
	for (size_t length = 0; length <= LONGEST; length++) {
		test_ends(length);
		for (size_t place = 0; place < PLACES; place++) {
			check_copy(place, PLACES - place, length);
			check_move(place, PLACES, length);
			check_move(PLACES, place, length);
			check_set(place, length, (int)(length * 3 + 0x100));
		}
		check_move(0, 2 * PLACES, length);
		check_move(2 * PLACES, 0, length);
	}
	return check_end();
}
