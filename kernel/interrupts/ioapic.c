/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The IO-APICs: interrupt wires (ISA, PCI INTx) become interrupts of the control CPU.
 * 82093AA data sheet §3; a GSI is an input counted over all IO-APICs (ACPI 6.5 §5.2.13).
 */
#include "kernel/interrupts/ioapic.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/base/spinlock.h"
#include "kernel/memory/paging.h"

#define IOAPIC_LENGTH 0x20
#define IOAPIC_SELECT 0x00
#define IOAPIC_WINDOW 0x10

/* Indirect registers. */
#define IOAPIC_VERSION 0x01
#define IOAPIC_VERSION_LAST_SHIFT 16 /* number of the last input */
#define IOAPIC_VERSION_LAST_MASK 0xff
#define IOAPIC_REDIRECTION 0x10 /* low, high word of each input */
#define IOAPIC_MODE_MASK (7u << 8)
#define IOAPIC_MODE_SMI (2u << 8)
#define IOAPIC_MODE_NMI (4u << 8)
#define IOAPIC_ACTIVE_LOW (1u << 13)
#define IOAPIC_LEVEL (1u << 15)
#define IOAPIC_MASKED (1u << 16)
#define IOAPIC_DESTINATION_SHIFT 24 /* in the high word */
#define IOAPIC_NOT_THERE UINT32_MAX

struct ioapic {
	uint64_t base;
	uint32_t gsi_base;
	uint32_t inputs;
};

static struct ioapic ioapics[ACPI_IOAPICS_MAX];
static unsigned ioapic_count;
static struct spinlock ioapic_lock = SPINLOCK_INIT; /* select and window are two accesses */

static uint32_t
ioapic_read(const struct ioapic *ioapic, uint32_t index)
{
	mmio_write32(ioapic->base + IOAPIC_SELECT, index);
	return mmio_read32(ioapic->base + IOAPIC_WINDOW);
}

static void
ioapic_write(const struct ioapic *ioapic, uint32_t index, uint32_t value)
{
	mmio_write32(ioapic->base + IOAPIC_SELECT, index);
	mmio_write32(ioapic->base + IOAPIC_WINDOW, value);
}

/* Masks all inputs but those by which firmware reaches itself. */
static void
ioapic_mask_all(const struct ioapic *ioapic)
{
	for (uint32_t input = 0; input < ioapic->inputs; input++) {
		uint32_t index = IOAPIC_REDIRECTION + 2 * input;
		uint32_t entry = ioapic_read(ioapic, index);

		if ((entry & IOAPIC_MODE_MASK) != IOAPIC_MODE_SMI)
			ioapic_write(ioapic, index, entry | IOAPIC_MASKED);
	}
}

void
ioapic_init(void)
{
	for (unsigned i = 0; i < acpi_info.ioapic_count; i++) {
		const struct acpi_ioapic *entry = &acpi_info.ioapics[i];
		struct ioapic *ioapic = &ioapics[ioapic_count];

		ioapic->base = entry->address;
		ioapic->gsi_base = entry->gsi_base;
		uint32_t version = IOAPIC_NOT_THERE;
		if (paging_map_device(ioapic->base, IOAPIC_LENGTH, PAGING_UC) == 0)
			version = ioapic_read(ioapic, IOAPIC_VERSION);
		if (version == IOAPIC_NOT_THERE) {
			log_warning("ioapic: none answers at %#lx", entry->address);
			continue;
		}
		ioapic->inputs =
			(version >> IOAPIC_VERSION_LAST_SHIFT & IOAPIC_VERSION_LAST_MASK) + 1;
		ioapic_mask_all(ioapic);
		log_debug("ioapic: GSI %u-%u", ioapic->gsi_base,
			  ioapic->gsi_base + ioapic->inputs - 1);
		ioapic_count++;
	}
}

static const struct ioapic *
ioapic_of(uint32_t gsi)
{
	for (unsigned i = 0; i < ioapic_count; i++) {
		if (gsi >= ioapics[i].gsi_base && gsi - ioapics[i].gsi_base < ioapics[i].inputs)
			return &ioapics[i];
	}
	return NULL;
}

static uint32_t
ioapic_index(const struct ioapic *ioapic, uint32_t gsi)
{
	return IOAPIC_REDIRECTION + 2 * (gsi - ioapic->gsi_base);
}

static const struct acpi_override *
ioapic_override_of_isa(uint8_t isa_irq)
{
	for (unsigned i = 0; i < acpi_info.override_count; i++) {
		if (acpi_info.overrides[i].isa_irq == isa_irq)
			return &acpi_info.overrides[i];
	}
	return NULL;
}

uint32_t
ioapic_isa_to_gsi(uint8_t isa_irq)
{
	const struct acpi_override *override = ioapic_override_of_isa(isa_irq);

	return override ? override->gsi : isa_irq;
}

int
ioapic_route_gsi(uint32_t gsi, int vector, bool active_low, bool level)
{
	const struct ioapic *ioapic = ioapic_of(gsi);
	uint32_t low = IOAPIC_MASKED | (uint32_t)vector;

	if (!ioapic)
		return -ENODEV;
	for (unsigned i = 0; i < acpi_info.override_count; i++) {
		if (acpi_info.overrides[i].gsi == gsi) {
			active_low = acpi_info.overrides[i].active_low;
			level = acpi_info.overrides[i].level;
		}
	}
	low |= (active_low ? IOAPIC_ACTIVE_LOW : 0) | (level ? IOAPIC_LEVEL : 0);
	uint64_t flags = spin_lock(&ioapic_lock);
	uint32_t index = ioapic_index(ioapic, gsi);
	ioapic_write(ioapic, index, low);
	ioapic_write(ioapic, index + 1, cpu_get(0)->apic_id << IOAPIC_DESTINATION_SHIFT);
	spin_unlock(&ioapic_lock, flags);
	return 0;
}

int
ioapic_route_nmi(uint32_t gsi)
{
	const struct ioapic *ioapic = ioapic_of(gsi);

	if (!ioapic)
		return -ENODEV;
	uint64_t flags = spin_lock(&ioapic_lock);
	uint32_t index = ioapic_index(ioapic, gsi);
	ioapic_write(ioapic, index + 1, cpu_get(0)->apic_id << IOAPIC_DESTINATION_SHIFT);
	ioapic_write(ioapic, index, IOAPIC_MODE_NMI);
	spin_unlock(&ioapic_lock, flags);
	return 0;
}

int
ioapic_route_isa(uint8_t isa_irq, int vector)
{
	return ioapic_route_gsi(ioapic_isa_to_gsi(isa_irq), vector, false, false);
}

void
ioapic_mask_gsi(uint32_t gsi, bool masked)
{
	const struct ioapic *ioapic = ioapic_of(gsi);

	if (!ioapic)
		return;
	uint64_t flags = spin_lock(&ioapic_lock);
	uint32_t index = ioapic_index(ioapic, gsi);
	uint32_t entry = ioapic_read(ioapic, index) & ~IOAPIC_MASKED;
	ioapic_write(ioapic, index, entry | (masked ? IOAPIC_MASKED : 0));
	spin_unlock(&ioapic_lock, flags);
}
