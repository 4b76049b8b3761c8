/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the IOMMUs are: DMAR (Intel Virtualization Technology for Directed I/O 4.0 ch. 8) and
 * IVRS (AMD I/O Virtualization Technology 3.08 §5.2). iommu.c switches the units off. Which node a
 * unit of Intel's is near, and which functions are its own, tells the functions' node.
 *
 * Both tables are lists of entries whose length is in their third and fourth byte.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"

#define DMAR_ENTRIES_OFFSET 48 /* header, address width, flags, 10 reserved bytes */
#define DMAR_TYPE_UNIT 0
#define DMAR_TYPE_AFFINITY 3
#define DMAR_UNIT_ALL (1u << 0) /* flags: all that no other unit of the segment has */
#define SCOPE_ENDPOINT 1
#define SCOPE_BRIDGE 2

#define IVRS_ENTRIES_OFFSET 48 /* header, IVinfo, 8 reserved bytes */
#define IVRS_TYPE_MASK 0xff    /* flags are above */
#define IVRS_TYPE_UNIT 0x10
#define IVRS_TYPE_UNIT_LONG 0x11 /* the same unit again, in more detail */
#define IVRS_TYPE_UNIT_NAMED 0x40

#define IOMMU_ALIGNMENT 4096

struct iommu_entry {
	uint16_t type;
	uint16_t length; /* of the whole entry */
} __packed;

/* DMA remapping hardware unit definition, VT-d §8.3; the devices in its scope follow. */
struct dmar_unit {
	struct iommu_entry head;
	uint8_t flags;
	uint8_t size;
	uint16_t segment;
	uint64_t address;
} __packed;
_Static_assert(sizeof(struct dmar_unit) == 16, "VT-d 4.0 §8.3");

/* Remapping hardware static affinity, VT-d §8.8. */
struct dmar_affinity {
	struct iommu_entry head;
	uint32_t reserved;
	uint64_t address;
	uint32_t domain;
} __packed;
_Static_assert(sizeof(struct dmar_affinity) == 20, "VT-d 4.0 §8.8");

/* Device scope, VT-d §8.3.1; the path's steps follow. */
struct dmar_scope {
	uint8_t type, length;
	uint8_t flags, reserved;
	uint8_t enumeration_id;
	uint8_t bus;
	uint8_t path[][2];
} __packed;
_Static_assert(sizeof(struct dmar_scope) == 6, "VT-d 4.0 §8.3.1");

/* I/O virtualization hardware definition block, AMD §5.2.2.1; the devices follow. */
struct ivrs_unit {
	struct iommu_entry head;
	uint16_t device_id;
	uint16_t capability;
	uint64_t address;
	uint16_t segment;
	uint16_t info;
	uint32_t features;
} __packed;
_Static_assert(sizeof(struct ivrs_unit) == 24, "AMD IOMMU 3.08 §5.2.2.1");

static bool
iommu_is_listed(uint64_t address)
{
	for (unsigned i = 0; i < acpi_info.iommu_count; i++) {
		if (acpi_info.iommus[i].address == address)
			return true;
	}
	return false;
}

static void
iommu_add(const struct acpi_header *table, uint64_t address, int kind)
{
	if (iommu_is_listed(address))
		return;
	if (address == 0) {
		log_info("acpi: %.4s: a unit without an address: there is none", table->signature);
		return;
	}
	if (address % IOMMU_ALIGNMENT != 0 ||
	    acpi_info.iommu_count == ACPI_IOMMUS_MAX) {
		log_warning("acpi: %.4s: the unit at %#lx is ignored", table->signature, address);
		return;
	}
	acpi_info.iommus[acpi_info.iommu_count].address = address;
	acpi_info.iommus[acpi_info.iommu_count].kind = kind;
	acpi_info.iommu_count++;
}

static bool
entry_fits(const struct acpi_header *table, const struct iommu_entry *entry, size_t size)
{
	if (entry->length >= size)
		return true;
	log_warning("acpi: %.4s: a unit's entry of %u bytes is too short: ignored",
		    table->signature, entry->length);
	return false;
}

static void
scope_add(const struct acpi_scope *scope)
{
	if (acpi_info.scope_count < ACPI_SCOPES_MAX)
		acpi_info.scopes[acpi_info.scope_count++] = *scope;
}

/* The functions of a unit; a path longer than is kept is left out. */
static void
dmar_add_scopes(const struct dmar_unit *unit)
{
	const uint8_t *at = (const uint8_t *)(unit + 1);
	const uint8_t *end = (const uint8_t *)unit + unit->head.length;
	struct acpi_scope found = {.address = unit->address, .segment = unit->segment};

	found.all = unit->flags & DMAR_UNIT_ALL;
	if (found.all)
		scope_add(&found);
	while (end - at >= (ptrdiff_t)sizeof(struct dmar_scope)) {
		const struct dmar_scope *scope = (const void *)at;
		size_t steps;

		if (scope->length < sizeof(*scope) || scope->length > end - at)
			return;
		at += scope->length;
		steps = (scope->length - sizeof(*scope)) / sizeof(scope->path[0]);
		if (scope->type < SCOPE_ENDPOINT || scope->type > SCOPE_BRIDGE ||
		    steps == 0 || steps > ACPI_PATH_MAX)
			continue;
		found.all = false;
		found.is_bridge = scope->type == SCOPE_BRIDGE;
		found.bus = scope->bus;
		found.path_length = (uint8_t)steps;
		memcpy(found.path, scope->path, steps * sizeof(scope->path[0]));
		scope_add(&found);
	}
}

static void
dmar_add_affinity(const struct dmar_affinity *affinity)
{
	if (acpi_info.unit_node_count < ACPI_UNIT_NODES_MAX)
		acpi_info.unit_nodes[acpi_info.unit_node_count++] =
			(struct acpi_unit_node){affinity->address, affinity->domain};
}

void
acpi_dmar_parse(const struct acpi_header *table)
{
	const struct iommu_entry *entry;
	size_t offset = DMAR_ENTRIES_OFFSET;

	while ((entry = acpi_entry_next(table, &offset, ACPI_ENTRY_HEAD_4))) {
		const struct dmar_unit *unit = (const void *)entry;

		if (entry->type == DMAR_TYPE_UNIT && entry_fits(table, entry, sizeof(*unit))) {
			iommu_add(table, unit->address, ACPI_IOMMU_INTEL);
			dmar_add_scopes(unit);
		} else if (entry->type == DMAR_TYPE_AFFINITY &&
			   entry_fits(table, entry, sizeof(struct dmar_affinity))) {
			dmar_add_affinity((const void *)entry);
		}
	}
}

void
acpi_ivrs_parse(const struct acpi_header *table)
{
	const struct iommu_entry *entry;
	size_t offset = IVRS_ENTRIES_OFFSET;

	while ((entry = acpi_entry_next(table, &offset, ACPI_ENTRY_HEAD_4))) {
		const struct ivrs_unit *unit = (const void *)entry;
		unsigned type = entry->type & IVRS_TYPE_MASK;

		if ((type == IVRS_TYPE_UNIT || type == IVRS_TYPE_UNIT_LONG ||
		     type == IVRS_TYPE_UNIT_NAMED) &&
		    entry_fits(table, entry, sizeof(*unit)))
			iommu_add(table, unit->address, ACPI_IOMMU_AMD);
	}
}
