/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c */
/* SOURCES: kernel/acpi/acpi_table.c */
/* SOURCES: kernel/acpi/acpi.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_root.c */
/* SOURCES: kernel/acpi/acpi_devices.c kernel/acpi/acpi_fadt.c kernel/acpi/acpi_aml.c */
/* SOURCES: kernel/acpi/acpi_spcr.c kernel/acpi/acpi_pxm.c */
/* The MADT's entries, one by one, and very many. */
#include "tests/unit/acpi_captured.h"
#include "tests/unit/check.h"

/* What is complained of is looked at elsewhere. */
void
log_message(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

static void
set_length(struct region *region, uint32_t length)
{
	memcpy(region->bytes + 4, &length, sizeof(length));
	region_repair_checksum(region);
}

/* An RSDT of one MADT with the given entries. */
static void
madt_machine(const void *entries, size_t length)
{
	struct region *rsdp, *rsdt, *madt;
	uint32_t value;

	regions_clear();
	rsdp = region_add(0x1000, 20);
	memcpy(rsdp->bytes, "RSD PTR ", 8);
	value = 0x2000;
	memcpy(rsdp->bytes + 16, &value, sizeof(value));
	rsdp->bytes[8] -= acpi_checksum(rsdp->bytes, 20);
	rsdt = region_add(0x2000, 40);
	memcpy(rsdt->bytes, "RSDT", 4);
	value = 0x10000;
	memcpy(rsdt->bytes + 36, &value, sizeof(value));
	set_length(rsdt, 40);
	madt = region_add(0x10000, 44 + length);
	memcpy(madt->bytes, "APIC", 4);
	memcpy(madt->bytes + 44, entries, length);
	set_length(madt, 44 + length);
	boot_info.rsdp_address = 0x1000;
	acpi_init();
}

static void
test_madt_entries(void)
{
	static const uint8_t stops[] = {0, 8, 1, 5, 1, 0, 0, 0, /* CPU 5 */
					0, 0, 2, 6, 1, 0, 0, 0, /* length 0: the rest is not read */
					0, 8, 3, 7, 1, 0, 0, 0};
	static const uint8_t past[] = {0, 8, 1, 5, 1, 0, 0, 0, 0, 200, 2, 6};
	static const uint8_t kinds[] = {
		0,  8,	1, 5,	 1,  0, 0, 0,				   /* enabled */
		0,  8,	2, 6,	 0,  0, 0, 0,				   /* disabled */
		0,  8,	3, 7,	 2,  0, 0, 0,				   /* online-capable */
		0,  8,	4, 0xff, 1,  0, 0, 0,				   /* the broadcast ID */
		0,  8,	5, 5,	 1,  0, 0, 0,				   /* twice */
		9,  16, 0, 0,	 0,  4, 0, 0,	 1,   0, 0, 0, 9, 0, 0, 0, /* x2APIC 0x400 */
		0,  4,	1, 8,				       /* too short for its type */
		1,  12, 9, 0,	 0,  0, 0, 0,	 0,   0, 0, 0, /* IO-APIC at 0 */
		2,  10, 0, 16,	 0,  0, 0, 0,	 0,   0,       /* no ISA interrupt */
		2,  10, 0, 9,	 20, 0, 0, 0,	 0xf, 0,       /* level, low */
		99, 2,					       /* unknown */
		5,  12, 0, 0,	 0,  0, 0, 0xfe, 1,   0, 0, 0, /* local APIC address */
	};

	madt_machine(stops, sizeof(stops));
	CHECK_EQ(acpi_info.cpu_count, 1);
	CHECK_EQ(acpi_info.cpus[0].apic_id, 5);
	madt_machine(past, sizeof(past));
	CHECK_EQ(acpi_info.cpu_count, 1);
	madt_machine(kinds, sizeof(kinds));
	CHECK_EQ(acpi_info.cpu_count, 3);
	CHECK(acpi_info.cpus[0].enabled);
	CHECK_EQ(acpi_info.cpus[1].apic_id, 7);
	CHECK(!acpi_info.cpus[1].enabled);
	CHECK_EQ(acpi_info.cpus[2].apic_id, 0x400);
	CHECK_EQ(acpi_info.cpus[2].processor_uid, 9);
	CHECK_EQ(acpi_info.ioapic_count, 0);
	CHECK_EQ(acpi_info.override_count, 1);
	CHECK_EQ(acpi_info.overrides[0].gsi, 20);
	CHECK(acpi_info.overrides[0].level);
	CHECK(acpi_info.overrides[0].active_low);
	CHECK_EQ(acpi_info.lapic_address, 0x1fe000000);
}

static void
test_ten_thousand_cpus(void)
{
	enum { COUNT = 10000, SIZE = 16 };
	uint8_t *entries = calloc(COUNT, SIZE);

	for (uint32_t i = 0; i < COUNT; i++) {
		uint8_t *entry = entries + i * SIZE;

		entry[0] = 9;
		entry[1] = SIZE;
		memcpy(entry + 4, &i, sizeof(i));
		entry[8] = 1;
	}
	madt_machine(entries, COUNT * SIZE);
	CHECK_EQ(acpi_info.cpu_count, ACPI_CPUS_MAX);
	CHECK_EQ(acpi_info.cpus_dropped, COUNT - ACPI_CPUS_MAX);
	free(entries);
}

int
main(void)
{
	test_madt_entries();
	test_ten_thousand_cpus();
	regions_clear();
	return check_end();
}
