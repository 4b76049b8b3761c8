/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/end/symbols.c */
/*
 * The packed table of function names: one of two blocks, made here by the layout in
 * kernel/end/symbols.h, then cut off at each length and with each byte changed, in memory whose
 * ends the sanitizer guards. tests/system/test_symbols.py finds all functions of real images.
 */
#include <stdlib.h>

#include "kernel/end/symbols.h"
#include "tests/unit/check.h"

#define FUNCTIONS (SYMBOLS_BLOCK + 2)
#define FIRST 0x1000
#define DISTANCE 0x90 /* two bytes in the table */
#define LONG_PACKED 300 /* bytes of a name that has more than one byte can count */

#define TOKEN 1 /* stands for "rte_" */
#define LONG 2	/* stands for 100 times 'n': two of them are more than a name shows */
#define LONG_BYTES 100

struct built {
	uint8_t bytes[4096];
	size_t size;
};

static void
add(struct built *to, unsigned byte)
{
	to->bytes[to->size++] = (uint8_t)byte;
}

static void
add_u32(struct built *to, uint32_t number)
{
	for (unsigned shift = 0; shift < 32; shift += 8)
		add(to, number >> shift & 0xff);
}

static void
add_number(struct built *to, size_t number)
{
	for (; number >= 0x80; number >>= 7)
		add(to, (number & 0x7f) | 0x80);
	add(to, (unsigned)number);
}

static void
add_text(struct built *to, const char *text)
{
	add_number(to, strlen(text));
	while (*text != '\0')
		add(to, (unsigned char)*text++);
}

static void
add_dictionary(struct built *to)
{
	for (unsigned byte = 0; byte < 256; byte++) {
		char text[LONG_BYTES + 1] = {(char)byte};

		if (byte == TOKEN)
			strcpy(text, "rte_");
		if (byte == LONG)
			memset(text, 'n', LONG_BYTES);
		add_text(to, text);
	}
}

/* Functions rte_A, rte_B, ... and one of many long parts at the end. */
static void
add_entry(struct built *to, unsigned number)
{
	add_number(to, number % SYMBOLS_BLOCK == 0 ? 0 : DISTANCE);
	if (number == FUNCTIONS - 1) {
		add_number(to, LONG_PACKED);
		for (unsigned i = 0; i < LONG_PACKED; i++)
			add(to, LONG);
		return;
	}
	add_number(to, 2);
	add(to, TOKEN);
	add(to, 'A' + number % 26);
}

static void
build(struct built *table)
{
	struct built dictionary = {.size = 0}, entries = {.size = 0};
	size_t second = 0;

	add_dictionary(&dictionary);
	for (unsigned i = 0; i < FUNCTIONS; i++) {
		if (i == SYMBOLS_BLOCK)
			second = entries.size;
		add_entry(&entries, i);
	}
	table->size = 0;
	add_u32(table, FUNCTIONS);
	add_u32(table, (uint32_t)dictionary.size);
	add_u32(table, FIRST);
	add_u32(table, 0);
	add_u32(table, FIRST + SYMBOLS_BLOCK * DISTANCE);
	add_u32(table, (uint32_t)second);
	memcpy(table->bytes + table->size, dictionary.bytes, dictionary.size);
	table->size += dictionary.size;
	memcpy(table->bytes + table->size, entries.bytes, entries.size);
	table->size += entries.size;
}

static void
check_found(const struct built *table, uint32_t offset, const char *due, uint64_t due_distance)
{
	char name[SYMBOLS_NAME_MAX] = "";
	uint64_t distance = 0;

	CHECK(symbols_find(table->bytes, table->size, offset, name, &distance));
	CHECK_STRING(name, due);
	CHECK_EQ(distance, due_distance);
}

static void
test_all(const struct built *table)
{
	for (unsigned i = 0; i < FUNCTIONS - 1; i++) {
		char due[] = "rte_?";

		due[4] = (char)('A' + i % 26);
		check_found(table, FIRST + i * DISTANCE, due, 0);
		check_found(table, FIRST + i * DISTANCE + DISTANCE - 1, due, DISTANCE - 1);
	}
}

static void
test_ends(const struct built *table)
{
	char name[SYMBOLS_NAME_MAX] = "kept";
	uint64_t distance = 7;

	CHECK(!symbols_find(table->bytes, table->size, FIRST - 1, name, &distance));
	CHECK(!symbols_find(table->bytes, 0, FIRST, name, &distance));
	CHECK_STRING(name, "kept");
	CHECK_EQ(distance, 7);
	CHECK(symbols_find(table->bytes, table->size, UINT32_MAX, name, &distance));
	CHECK_EQ(strlen(name), SYMBOLS_NAME_MAX - 1);
	CHECK_EQ(distance, UINT32_MAX - FIRST - (FUNCTIONS - 1) * DISTANCE);
}

/* Nothing outside of the table is read, whatever is in it: the sanitizer's verdict. */
static void
search_damaged(const uint8_t *bytes, size_t size)
{
	static const uint32_t offsets[] = {0, FIRST, FIRST + 40 * DISTANCE,
					   FIRST + SYMBOLS_BLOCK * DISTANCE, UINT32_MAX};
	uint8_t *copy = malloc(size);
	char name[SYMBOLS_NAME_MAX];
	uint64_t distance;

	memcpy(copy, bytes, size);
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		if (symbols_find(copy, size, offsets[i], name, &distance))
			CHECK(strlen(name) < sizeof(name));
	}
	free(copy);
}

static void
test_damaged(const struct built *table)
{
	static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};

	for (size_t size = 0; size < table->size; size++)
		search_damaged(table->bytes, size);
	for (size_t i = 0; i < table->size; i++) {
		struct built damaged = *table;

		for (size_t v = 0; v < sizeof(values); v++) {
			damaged.bytes[i] = values[v];
			search_damaged(damaged.bytes, damaged.size);
		}
	}
}

int
main(void)
{
	static struct built table;

	build(&table);
	test_all(&table);
	test_ends(&table);
	test_damaged(&table);
	return check_end();
}
