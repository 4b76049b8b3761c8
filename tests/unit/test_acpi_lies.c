/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_pxm.c */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c */
/* SOURCES: kernel/acpi/acpi_table.c */
/* SOURCES: kernel/acpi/acpi.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_root.c */
/* SOURCES: kernel/acpi/acpi_devices.c kernel/acpi/acpi_fadt.c kernel/acpi/acpi_aml.c */
/* SOURCES: kernel/acpi/acpi_spcr.c */
/* The ACPI parsers on tables made to lie. */
#include "tests/unit/acpi_captured.h"
#include "tests/unit/check.h"

static unsigned complaints;

/* Complaints are counted, not printed. */
void
log_message(enum log_level level, const char *format, ...)
{
	(void)format;
	complaints += level <= LOG_WARNING;
}

/* Warnings and errors of a call. */
static unsigned
complaints_of(void (*call)(void))
{
	complaints = 0;
	call();
	return complaints;
}

/* A bad checksum anywhere takes out that table and no other. */
static void
test_checksums(void)
{
	CHECK(regions_load("q35"));
	complaints = 0;
	acpi_init();
	CHECK_EQ(complaints, 0);
	region_of("APIC")->bytes[40]++;
	acpi_init();
	CHECK_EQ(complaints, 1);
	CHECK(acpi_info.present);
	CHECK_EQ(acpi_info.cpu_count, 0);
	CHECK_EQ(acpi_info.lapic_address, 0);
	CHECK_EQ(acpi_info.ecam_count, 1);
	region_of("MCFG")->bytes[8]++;
	region_of("DSDT")->bytes[100]++;
	acpi_init();
	CHECK_EQ(acpi_info.ecam_count, 0);
	CHECK(!acpi_info.s5_known);
	CHECK_EQ(acpi_info.pm_timer.address, 0x608);
	region_of("RSDT")->bytes[36]++;
	acpi_init();
	CHECK(!acpi_info.present);
}

static void
set_length(struct region *region, uint32_t length)
{
	memcpy(region->bytes + 4, &length, sizeof(length));
	region_repair_checksum(region);
}

/* Of two tables of a kind the first counts. */
static void
test_twice(void)
{
	struct region *rsdt;
	uint32_t madt;

	CHECK(regions_load("q35"));
	madt = (uint32_t)region_of("APIC")->address;
	rsdt = region_of("RSDT");
	region_resize(rsdt, rsdt->length + sizeof(madt));
	memcpy(rsdt->bytes + rsdt->length - sizeof(madt), &madt, sizeof(madt));
	set_length(rsdt, (uint32_t)rsdt->length);
	acpi_init();
	unsigned cpus = acpi_info.cpu_count;
	CHECK(cpus > 0);
	CHECK_EQ(complaints_of(acpi_init), 1);
	CHECK_EQ(acpi_info.cpu_count, cpus);
}

/* An XSDT that names the local APICs' table alone, and an RSDP of revision 2 that leads to it. */
static void
xsdt_add(void)
{
	uint64_t madt = region_of("APIC")->address, address = 0x3000;
	struct region *xsdt = region_add(address, sizeof(struct acpi_header) + sizeof(madt));
	uint8_t *rsdp;

	memcpy(xsdt->bytes, "XSDT", 4);
	memcpy(xsdt->bytes + sizeof(struct acpi_header), &madt, sizeof(madt));
	set_length(xsdt, (uint32_t)xsdt->length);
	region_resize(&regions[0], 36);
	rsdp = regions[0].bytes;
	rsdp[15] = 2;  /* revision */
	rsdp[20] = 36; /* length */
	memcpy(rsdp + 24, &address, sizeof(address));
	rsdp[8] -= acpi_checksum(rsdp, 20);
	rsdp[32] -= acpi_checksum(rsdp, 36);
}

/* The XSDT counts where there is one; with its pointer damaged the RSDT does. */
static void
test_xsdt(void)
{
	CHECK(regions_load("q35"));
	xsdt_add();
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK(acpi_info.cpu_count > 0);
	CHECK_EQ(acpi_info.ecam_count, 0);
	regions[0].bytes[32]++;
	CHECK_EQ(complaints_of(acpi_init), 1);
	CHECK(acpi_info.cpu_count > 0);
	CHECK_EQ(acpi_info.ecam_count, 1);
}

/* The SRAT's entry for CPUs that have more than eight bits of APIC ID. */
static void
test_srat_x2apic(void)
{
	uint8_t cpu[24] = {2, 24, 0, 0, 7, 0, 0, 0, 0, 4, 0, 0, 1}; /* domain 7, CPU 0x400, used */
	struct region *srat;
	unsigned before;

	CHECK(regions_load("numa"));
	acpi_init();
	before = acpi_info.cpu_affinity_count;
	srat = region_of("SRAT");
	region_resize(srat, srat->length + sizeof(cpu));
	memcpy(srat->bytes + srat->length - sizeof(cpu), cpu, sizeof(cpu));
	set_length(srat, (uint32_t)srat->length);
	acpi_init();
	CHECK_EQ(acpi_info.cpu_affinity_count, before + 1);
	CHECK_EQ(acpi_info.cpu_affinities[before].apic_id, 0x400);
	CHECK_EQ(acpi_info.cpu_affinities[before].domain, 7);
	srat->bytes[srat->length - 12] = 0; /* not used */
	region_repair_checksum(srat);
	acpi_init();
	CHECK_EQ(acpi_info.cpu_affinity_count, before);
}

static void
test_lengths(void)
{
	static const uint32_t lengths[] = {0, 1, 35, 36, 43, 44, 45, 46, 0x7fffffff, 0xffffffff};

	for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		CHECK(regions_load("q35"));
		set_length(region_of("APIC"), lengths[i]);
		set_length(region_of("FACP"), lengths[i]);
		set_length(region_of("HPET"), lengths[i]);
		set_length(region_of("MCFG"), lengths[i]);
		acpi_init();
		CHECK(acpi_info.present);
		CHECK_EQ(acpi_info.cpu_count, 0);
		CHECK_EQ(acpi_info.ecam_count, 0);
		CHECK_EQ(acpi_info.hpet_address, 0);
		CHECK_EQ(acpi_info.pm_timer.space, ACPI_REGISTER_NONE);
	}
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
	test_checksums();
	test_twice();
	test_xsdt();
	test_srat_x2apic();
	test_lengths();
	test_madt_entries();
	test_ten_thousand_cpus();
	regions_clear();
	return check_end();
}
