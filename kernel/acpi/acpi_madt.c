/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The MADT, ACPI 6.5 §5.2.12: CPUs, IO-APICs and the ISA interrupts' wiring.
 *
 * An APIC ID that comes twice (some firmware lists each CPU as local APIC and as x2APIC) counts
 * once. NMI wiring is not used: LINT1 keeps what the firmware programmed on the boot CPU.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"

struct acpi_madt {
	struct acpi_header header;
	uint32_t lapic_address;
	uint32_t flags;
} __packed;
_Static_assert(sizeof(struct acpi_madt) == 44, "ACPI 6.5 table 5.19");
#define MADT_PCAT_COMPAT (1u << 0) /* the machine has 8259s as well */

enum madt_type {
	MADT_LAPIC = 0,
	MADT_IOAPIC = 1,
	MADT_OVERRIDE = 2,
	MADT_LAPIC_ADDRESS = 5,
	MADT_X2APIC = 9,
};

struct madt_lapic {
	struct acpi_entry entry;
	uint8_t processor_uid;
	uint8_t apic_id;
	uint32_t flags;
} __packed;
_Static_assert(sizeof(struct madt_lapic) == 8, "ACPI 6.5 table 5.21");
#define MADT_CPU_ENABLED (1u << 0)
#define MADT_CPU_ONLINE_CAPABLE (1u << 1)
#define LAPIC_ID_BROADCAST 0xff
#define X2APIC_ID_BROADCAST 0xffffffffu

struct madt_ioapic {
	struct acpi_entry entry;
	uint8_t id;
	uint8_t reserved;
	uint32_t address;
	uint32_t gsi_base;
} __packed;
_Static_assert(sizeof(struct madt_ioapic) == 12, "ACPI 6.5 table 5.24");

struct madt_override {
	struct acpi_entry entry;
	uint8_t bus; /* 0: ISA */
	uint8_t source;
	uint32_t gsi;
	uint16_t flags;
} __packed;
_Static_assert(sizeof(struct madt_override) == 10, "ACPI 6.5 table 5.25");
#define MADT_POLARITY_MASK 0x3
#define MADT_POLARITY_LOW 0x3
#define MADT_TRIGGER_MASK 0xc
#define MADT_TRIGGER_LEVEL 0xc

struct madt_lapic_address {
	struct acpi_entry entry;
	uint16_t reserved;
	uint64_t address;
} __packed;
_Static_assert(sizeof(struct madt_lapic_address) == 12, "ACPI 6.5 table 5.28");

struct madt_x2apic {
	struct acpi_entry entry;
	uint16_t reserved;
	uint32_t x2apic_id;
	uint32_t flags;
	uint32_t processor_uid;
} __packed;
_Static_assert(sizeof(struct madt_x2apic) == 16, "ACPI 6.5 table 5.34");

static void
madt_add_cpu(uint32_t apic_id, uint32_t processor_uid, uint32_t flags)
{
	struct acpi_cpu *cpu = &acpi_info.cpus[acpi_info.cpu_count];

	if (!(flags & (MADT_CPU_ENABLED | MADT_CPU_ONLINE_CAPABLE)))
		return;
	if (acpi_info.cpu_count == ACPI_CPUS_MAX) {
		acpi_info.cpus_dropped++;
		return;
	}
	for (unsigned i = 0; i < acpi_info.cpu_count; i++) {
		if (acpi_info.cpus[i].apic_id == apic_id) {
			log_debug("acpi: MADT: APIC ID %u comes twice", apic_id);
			return;
		}
	}
	cpu->apic_id = apic_id;
	cpu->processor_uid = processor_uid;
	cpu->enabled = flags & MADT_CPU_ENABLED;
	acpi_info.cpu_count++;
}

static void
madt_add_ioapic(const struct madt_ioapic *entry)
{
	struct acpi_ioapic *ioapic = &acpi_info.ioapics[acpi_info.ioapic_count];

	if (acpi_info.ioapic_count == ACPI_IOAPICS_MAX || entry->address == 0) {
		log_warning("acpi: MADT: IO-APIC %u at %#x is ignored", entry->id, entry->address);
		return;
	}
	ioapic->address = entry->address;
	ioapic->gsi_base = entry->gsi_base;
	ioapic->id = entry->id;
	acpi_info.ioapic_count++;
}

/* A polarity or trigger of 0 "conforms to the bus": ISA is active high and edge. */
static void
madt_add_override(const struct madt_override *entry)
{
	struct acpi_override *override = &acpi_info.overrides[acpi_info.override_count];

	if (entry->bus != 0 || entry->source >= ACPI_ISA_IRQS ||
	    acpi_info.override_count == ACPI_OVERRIDES_MAX) {
		log_warning("acpi: MADT: the override of bus %u, source %u is ignored", entry->bus,
			    entry->source);
		return;
	}
	override->isa_irq = entry->source;
	override->gsi = entry->gsi;
	override->active_low = (entry->flags & MADT_POLARITY_MASK) == MADT_POLARITY_LOW;
	override->level = (entry->flags & MADT_TRIGGER_MASK) == MADT_TRIGGER_LEVEL;
	acpi_info.override_count++;
}

static void
madt_parse_entry(const struct acpi_entry *entry)
{
	const struct madt_lapic *lapic = (const void *)entry;
	const struct madt_x2apic *x2apic = (const void *)entry;
	const struct madt_lapic_address *address = (const void *)entry;

	switch (entry->type) {
	case MADT_LAPIC:
		if (acpi_entry_fits(entry, sizeof(*lapic), "local APIC") &&
		    lapic->apic_id != LAPIC_ID_BROADCAST)
			madt_add_cpu(lapic->apic_id, lapic->processor_uid, lapic->flags);
		break;
	case MADT_X2APIC:
		if (acpi_entry_fits(entry, sizeof(*x2apic), "local x2APIC") &&
		    x2apic->x2apic_id != X2APIC_ID_BROADCAST)
			madt_add_cpu(x2apic->x2apic_id, x2apic->processor_uid, x2apic->flags);
		break;
	case MADT_IOAPIC:
		if (acpi_entry_fits(entry, sizeof(struct madt_ioapic), "IO-APIC"))
			madt_add_ioapic((const void *)entry);
		break;
	case MADT_OVERRIDE:
		if (acpi_entry_fits(entry, sizeof(struct madt_override), "interrupt override"))
			madt_add_override((const void *)entry);
		break;
	case MADT_LAPIC_ADDRESS:
		if (acpi_entry_fits(entry, sizeof(*address), "local APIC address"))
			acpi_info.lapic_address = address->address;
		break;
	default:
		break; /* NMIs and what later revisions add */
	}
}

void
acpi_madt_parse(const struct acpi_header *table)
{
	const struct acpi_madt *madt = (const void *)table;
	const struct acpi_entry *entry;
	size_t offset = sizeof(*madt);

	if (!acpi_table_reaches(table, sizeof(*madt))) {
		log_warning("acpi: MADT of %u bytes is too short: ignored", table->length);
		return;
	}
	acpi_info.lapic_address = madt->lapic_address;
	acpi_info.has_8259 = madt->flags & MADT_PCAT_COMPAT;
	while ((entry = acpi_entry_next(table, &offset, ACPI_ENTRY_HEAD_2)))
		madt_parse_entry(entry);
	if (acpi_info.cpus_dropped)
		log_warning("acpi: MADT: %u CPUs beyond the first %u are ignored",
			    acpi_info.cpus_dropped, ACPI_CPUS_MAX);
}
