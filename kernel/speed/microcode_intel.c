/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Intel's updates, SDM vol. 3 §10.11: one behind another, each with a header, its data, and perhaps
 * a table of more processors that it is for.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"
#include "kernel/speed/microcode_internal.h"

/* clang-format off */
#define MSR_PLATFORM_ID 0x17
#define   PLATFORM_ID_SHIFT 50
#define   PLATFORM_ID_MASK 7
#define MSR_UPDATE_TRIGGER 0x79
#define MSR_UPDATE_SIGNATURE 0x8b
#define   UPDATE_REVISION_SHIFT 32
/* clang-format on */

#define HEADER_VERSION 1
#define OLD_DATA_SIZE 2000 /* when the header says 0 */
#define OLD_TOTAL_SIZE 2048
#define TOTAL_SIZE_UNIT 1024
#define DATA_ALIGNMENT 16

struct intel_header {
	uint32_t version;
	uint32_t revision;
	uint32_t date; /* BCD, mmddyyyy */
	uint32_t signature;
	uint32_t checksum; /* the sum of all words is 0 */
	uint32_t loader;
	uint32_t platforms; /* a bit for each */
	uint32_t data_size, total_size;
	uint32_t reserved[3];
} __packed;
_Static_assert(sizeof(struct intel_header) == 48, "SDM vol. 3 table 10-7");

struct intel_more {
	uint32_t signature, platforms, checksum;
} __packed;

struct intel_table {
	uint32_t count, checksum, reserved[3];
	struct intel_more entries[];
} __packed;
_Static_assert(sizeof(struct intel_table) == 20, "SDM vol. 3 table 10-7");

static bool
sums_up(const void *words, uint32_t size)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < size / sizeof(sum); i++)
		sum += ((const uint32_t *)words)[i];
	return sum == 0;
}

static uint32_t
data_size(const struct intel_header *header)
{
	return header->data_size ? header->data_size : OLD_DATA_SIZE;
}

/* The size of an update, 0 when it is none. */
static uint32_t
total_size(const struct intel_header *header, size_t left)
{
	uint32_t total = header->data_size ? header->total_size : OLD_TOTAL_SIZE;

	if (header->version != HEADER_VERSION || header->loader != HEADER_VERSION ||
	    total % TOTAL_SIZE_UNIT || total < sizeof(*header) || total > left ||
	    data_size(header) > total - sizeof(*header))
		return 0;
	return sums_up(header, total) ? total : 0;
}

/* Whether one of the processors behind the data is this one. */
static bool
is_in_table(const struct intel_header *header, uint32_t total, uint32_t signature,
	    uint32_t platform)
{
	uint32_t room = total - (uint32_t)sizeof(*header) - data_size(header);
	const struct intel_table *table =
		(const void *)((const uint8_t *)(header + 1) + data_size(header));

	if (room < sizeof(*table))
		return false;
	for (uint32_t i = 0; i < table->count; i++) {
		if ((i + 1) * sizeof(struct intel_more) > room - sizeof(*table))
			return false;
		if (table->entries[i].signature == signature &&
		    (table->entries[i].platforms & platform || !table->entries[i].platforms))
			return true;
	}
	return false;
}

static bool
is_for(const struct intel_header *header, uint32_t total, uint32_t signature, uint32_t platform)
{
	if (header->signature == signature && (header->platforms & platform || !header->platforms))
		return true;
	return is_in_table(header, total, signature, platform);
}

bool
microcode_intel_find(const uint8_t *file, size_t size, uint32_t signature,
		     struct microcode_update *best)
{
	uint64_t id = 0;
	uint32_t total;

	if ((uintptr_t)file % DATA_ALIGNMENT)
		return false;
	processor_msr_read(MSR_PLATFORM_ID, &id);
	for (; size >= sizeof(struct intel_header); file += total, size -= total) {
		const struct intel_header *header = (const void *)file;

		total = total_size(header, size);
		if (total == 0)
			return false;
		if (header->revision > best->revision &&
		    is_for(header, total, signature,
			   1u << (id >> PLATFORM_ID_SHIFT & PLATFORM_ID_MASK)))
			*best = (struct microcode_update){(const uint8_t *)(header + 1),
							  header->revision};
	}
	return size == 0;
}

/* CPUID has the register filled. */
uint32_t
microcode_intel_revision(void)
{
	uint64_t signature;

	if (!processor_msr_write(MSR_UPDATE_SIGNATURE, 0))
		return 0;
	processor_cpuid(CPUID_FEATURES, 0);
	if (!processor_msr_read(MSR_UPDATE_SIGNATURE, &signature))
		return 0;
	return (uint32_t)(signature >> UPDATE_REVISION_SHIFT);
}

bool
microcode_intel_load(const struct microcode_update *update)
{
	return processor_msr_write(MSR_UPDATE_TRIGGER, (uint64_t)update->data);
}
