/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AMD's container, as linux-firmware has it in amd-ucode/ and Linux reads it: a magic number, a
 * table that gives each CPUID signature a short number, then patches, each with the number of the
 * processors that it is for. Several containers may follow each other.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"
#include "kernel/speed/microcode_internal.h"

#define MSR_PATCH_LEVEL 0x8b
#define MSR_PATCH_LOADER 0xc0010020

#define CONTAINER_MAGIC 0x00414d44 /* "DMA" */
#define SECTION_TABLE 0
#define SECTION_PATCH 1

struct amd_section {
	uint32_t type, size;
} __packed;

struct amd_container {
	uint32_t magic;
	struct amd_section table;
} __packed;
_Static_assert(sizeof(struct amd_container) == 12, "linux-firmware's containers");

struct amd_equivalence {
	uint32_t signature; /* 0 ends the table */
	uint32_t errata_mask, errata_compare;
	uint16_t number;
	uint16_t reserved;
} __packed;
_Static_assert(sizeof(struct amd_equivalence) == 16, "linux-firmware's containers");

struct amd_patch {
	uint32_t date;
	uint32_t revision;
	uint16_t data_id;
	uint8_t data_length, init_flag;
	uint32_t data_checksum;
	uint32_t north_bridge, south_bridge; /* 0: whatever these are */
	uint16_t processor;		     /* its short number */
	uint8_t north_revision, south_revision, bios_revision, reserved[3];
	uint32_t matches[8];
} __packed;
_Static_assert(sizeof(struct amd_patch) == 64, "linux-firmware's containers");

/* Where in the file the reading has come to. */
struct amd_cursor {
	const uint8_t *at;
	size_t left;
};

static void
cursor_advance(struct amd_cursor *cursor, size_t bytes)
{
	cursor->at += bytes;
	cursor->left -= bytes;
}

/* The short number of a signature, 0: not in this container. */
static uint16_t
short_number(const struct amd_equivalence *table, uint32_t size, uint32_t signature)
{
	for (uint32_t i = 0; i < size / sizeof(*table) && table[i].signature; i++) {
		if (table[i].signature == signature)
			return table[i].number;
	}
	return 0;
}

static void
consider(const struct amd_patch *patch, uint16_t number, struct microcode_update *best)
{
	if (patch->processor == number && patch->revision > best->revision &&
	    !patch->north_bridge && !patch->south_bridge)
		*best = (struct microcode_update){(const uint8_t *)patch, patch->revision};
}

/* The patches that follow a table, up to the file's end or the next container. */
static bool
read_patches(struct amd_cursor *cursor, uint16_t number, struct microcode_update *best)
{
	while (cursor->left >= sizeof(struct amd_section)) {
		const struct amd_section *section = (const void *)cursor->at;

		if (section->type != SECTION_PATCH)
			return true;
		if (section->size < sizeof(struct amd_patch) ||
		    section->size > cursor->left - sizeof(*section))
			return false;
		if (number)
			consider((const void *)(section + 1), number, best);
		cursor_advance(cursor, sizeof(*section) + section->size);
	}
	return cursor->left == 0;
}

static bool
read_container(struct amd_cursor *cursor, uint32_t signature, struct microcode_update *best)
{
	const struct amd_container *container = (const void *)cursor->at;
	uint32_t size;

	if (cursor->left < sizeof(*container) || container->magic != CONTAINER_MAGIC ||
	    container->table.type != SECTION_TABLE)
		return false;
	size = container->table.size;
	if (size > cursor->left - sizeof(*container))
		return false;
	uint16_t number = short_number((const void *)(container + 1), size, signature);
	cursor_advance(cursor, sizeof(*container) + size);
	return read_patches(cursor, number, best);
}

bool
microcode_amd_find(const uint8_t *file, size_t size, uint32_t signature,
		   struct microcode_update *best)
{
	struct amd_cursor cursor = {file, size};

	while (cursor.left) {
		if (!read_container(&cursor, signature, best))
			return false;
	}
	return true;
}

uint32_t
microcode_amd_revision(void)
{
	uint64_t level;

	return processor_msr_read(MSR_PATCH_LEVEL, &level) ? (uint32_t)level : 0;
}

bool
microcode_amd_load(const struct microcode_update *update)
{
	return processor_msr_write(MSR_PATCH_LOADER, (uint64_t)update->data);
}
