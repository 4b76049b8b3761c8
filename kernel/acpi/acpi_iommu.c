/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the IOMMUs are: DMAR (Intel Virtualization Technology for Directed I/O 4.0 ch. 8) and
 * IVRS (AMD I/O Virtualization Technology 3.08 §5.2). Of both only the units' register addresses
 * are taken: iommu.c switches the units off, so what they would translate does not matter.
 *
 * Both tables are lists of entries whose length is in their third and fourth byte.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"

#define DMAR_ENTRIES_OFFSET 48 /* header, address width, flags, 10 reserved bytes */
#define DMAR_TYPE_UNIT 0

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
	if (address == 0 || address % IOMMU_ALIGNMENT != 0 ||
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

void
acpi_dmar_parse(const struct acpi_header *table)
{
	const struct iommu_entry *entry;
	size_t offset = DMAR_ENTRIES_OFFSET;

	while ((entry = acpi_entry_next(table, &offset, ACPI_ENTRY_HEAD_4))) {
		const struct dmar_unit *unit = (const void *)entry;

		if (entry->type == DMAR_TYPE_UNIT && entry_fits(table, entry, sizeof(*unit)))
			iommu_add(table, unit->address, ACPI_IOMMU_INTEL);
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
