/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What AML says of a PCI root bridge in constants, found by the bytes that its encoding fixes
 * (ACPI 6.5 §20.2, §6.4), without an interpreter:
 *
 * - its address ranges: a _CRS that is a plain buffer of resource descriptors, one of them a range
 *   of bus numbers, which only a bridge has. Firmware that fills in the ranges as it runs leaves
 *   lengths in it that do not fit their limits: those are passed over.
 * - its configuration space in memory: a _CBA that returns a number.
 *
 * Which root bridge they belong to is not looked at: they count only when there is just one.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/compiler.h"
#include "kernel/base/string.h"

#define AML_BUFFER 0x11
#define AML_RETURN 0xa4
#define AML_LENGTH_BYTES_SHIFT 6 /* of a package length's lead byte: how many more follow */

/* Resource descriptors, §6.4.2 and §6.4.3. */
#define SMALL_LENGTH_MASK 0x7
#define SMALL_END 0x79
#define LARGE 0x80
#define LARGE_HEAD 3
#define LARGE_WORD 0x88
#define LARGE_DWORD 0x87
#define LARGE_QWORD 0x8a

/* An address space descriptor, §6.4.3.5: fixed bytes, then five numbers of one width. */
#define SPACE_TYPE 3
#define SPACE_TYPE_MEMORY 0
#define SPACE_TYPE_IO 1
#define SPACE_TYPE_BUS 2
#define SPACE_FLAGS 4
#define SPACE_CONSUMER (1u << 0)
#define SPACE_NUMBERS 6
enum {
	SPACE_GRANULARITY,
	SPACE_MINIMUM,
	SPACE_MAXIMUM,
	SPACE_TRANSLATION,
	SPACE_LENGTH,
	SPACE_ALL
};

/* Width of a descriptor's numbers in bytes, 0 when it is no address space descriptor. */
static unsigned
space_width(uint8_t tag)
{
	return tag == LARGE_WORD ? 2 : tag == LARGE_DWORD ? 4 : tag == LARGE_QWORD ? 8 : 0;
}

static uint64_t
space_number(const uint8_t *descriptor, unsigned which)
{
	unsigned width = space_width(descriptor[0]);
	uint64_t number = 0;

	memcpy(&number, descriptor + SPACE_NUMBERS + which * width, width);
	return number;
}

/* Length of the descriptor at `at`; 0 when it is none that ends before `end`. */
static size_t
descriptor_length(const uint8_t *at, const uint8_t *end)
{
	size_t left = (size_t)(end - at);

	if (left == 0 || (at[0] & LARGE && left < LARGE_HEAD))
		return 0;
	size_t length = at[0] & LARGE ? LARGE_HEAD + (at[1] | (size_t)at[2] << 8)
				      : 1 + (size_t)(at[0] & SMALL_LENGTH_MASK);
	size_t least = space_width(at[0]) ? SPACE_NUMBERS + SPACE_ALL * space_width(at[0]) : 1;
	return length >= least && length <= left ? length : 0;
}

/* Whether a buffer is a whole resource template with a bus range in it. */
static bool
template_is_root(const uint8_t *at, const uint8_t *end)
{
	bool has_bus = false;
	size_t length;

	for (; (length = descriptor_length(at, end)) != 0; at += length) {
		if (at[0] == SMALL_END)
			return has_bus;
		if (space_width(at[0]) && at[SPACE_TYPE] == SPACE_TYPE_BUS)
			has_bus = true;
	}
	return false;
}

static void
range_add(const uint8_t *at)
{
	struct acpi_root *root = &acpi_info.root;
	uint64_t base = space_number(at, SPACE_MINIMUM);
	uint64_t length = space_number(at, SPACE_LENGTH);

	if (at[SPACE_FLAGS] & SPACE_CONSUMER || length == 0 || base + length < base ||
	    base + length - 1 != space_number(at, SPACE_MAXIMUM) ||
	    space_number(at, SPACE_TRANSLATION) != 0)
		return;
	if (at[SPACE_TYPE] == SPACE_TYPE_BUS && base + length <= ACPI_BUSES) {
		root->first_bus = (uint8_t)base;
		root->last_bus = (uint8_t)(base + length - 1);
	} else if (at[SPACE_TYPE] <= SPACE_TYPE_IO && root->range_count < ACPI_ROOT_RANGES_MAX) {
		root->ranges[root->range_count++] = (struct acpi_range){
			.base = base, .length = length, .io = at[SPACE_TYPE] == SPACE_TYPE_IO};
	}
}

/* Name(_CRS, Buffer(size) { … }), `at` behind the name. */
static void
crs_parse(const uint8_t *at, const uint8_t *end)
{
	uint32_t size;
	size_t length;

	if (end - at < 2 || at[0] != AML_BUFFER)
		return;
	size_t skip = 1 + 1 + (at[1] >> AML_LENGTH_BYTES_SHIFT);
	if ((size_t)(end - at) < skip)
		return;
	at += skip;
	if (!acpi_aml_integer(&at, end, &size) || size > (size_t)(end - at))
		return;
	end = at + size;
	if (!template_is_root(at, end))
		return;
	acpi_info.root.count++;
	for (; at[0] != SMALL_END && (length = descriptor_length(at, end)) != 0; at += length)
		if (space_width(at[0]))
			range_add(at);
}

/* Method(_CBA) { Return(address) }, `at` behind the name: the method's flags come first. */
static void
cba_parse(const uint8_t *at, const uint8_t *end)
{
	uint32_t address;

	if (end - at < 2 || at[1] != AML_RETURN)
		return;
	at += 2;
	if (acpi_aml_integer(&at, end, &address))
		acpi_info.root.ecam_address = address;
}

void
acpi_root_scan(const uint8_t *code, const uint8_t *end)
{
	static const char crs[4] = {'_', 'C', 'R', 'S'}, cba[4] = {'_', 'C', 'B', 'A'};

	for (const uint8_t *at = code; (size_t)(end - at) > sizeof(crs); at++) {
		if (*at != '_')
			continue;
		if (memcmp(at, crs, sizeof(crs)) == 0 && at > code && at[-1] == AML_NAME)
			crs_parse(at + sizeof(crs), end);
		else if (memcmp(at, cba, sizeof(cba)) == 0)
			cba_parse(at + sizeof(cba), end);
	}
}
