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
	CHECK_EQ(complaints, 2); /* the checksum, and that there is none */
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

/* Has the root table name a table once more. */
static void
name_again(uint64_t address)
{
	struct region *rsdt = region_of("RSDT");
	uint32_t pointer = (uint32_t)address;

	region_resize(rsdt, rsdt->length + sizeof(pointer));
	memcpy(rsdt->bytes + rsdt->length - sizeof(pointer), &pointer, sizeof(pointer));
	set_length(rsdt, (uint32_t)rsdt->length);
}

/* Adds a copy of a table with a byte of it changed, which the root table names as well. */
static void
add_second(const char *signature, size_t byte, uint8_t change)
{
	struct region *first = region_of(signature);
	struct region *second = region_add(0x3000, first->length);

	memcpy(second->bytes, region_of(signature)->bytes, second->length);
	second->bytes[byte] += change;
	region_repair_checksum(second);
	name_again(second->address);
}

/* Of two tables of a kind the first counts; that they are two is wrong only if they differ. */
static void
test_twice(void)
{
	CHECK(regions_load("q35"));
	acpi_init();
	unsigned cpus = acpi_info.cpu_count;
	CHECK(cpus > 0);
	name_again(region_of("APIC")->address);
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK_EQ(acpi_info.cpu_count, cpus);
	add_second("APIC", 10, 1); /* its maker's name */
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK(regions_load("q35"));
	add_second("APIC", 46, 1); /* a processor's number */
	CHECK_EQ(complaints_of(acpi_init), 1);
	CHECK_EQ(acpi_info.cpu_count, cpus);
	CHECK_EQ(acpi_info.cpus[0].processor_uid, 0);
}

/* A machine may have several HPETs; the first is used. */
static void
test_two_hpets(void)
{
	CHECK(regions_load("q35"));
	add_second("HPET", 46, 1);
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK_EQ(acpi_info.hpet_address, 0xfed00000);
}

/* How many roots there are is known only if all of the AML was read. */
static void
test_aml_lost(void)
{
	static const char *const tables[] = {"FACP", "DSDT"};

	for (unsigned i = 0; i < ARRAY_SIZE(tables); i++) {
		CHECK(regions_load("q35"));
		region_of(tables[i])->bytes[60]++;
		CHECK_EQ(complaints_of(acpi_init), 1);
		CHECK_EQ(acpi_info.pci_roots, 0);
	}
	CHECK(regions_load("q35"));
	name_again(0x7777000); /* where no memory is: it may have been one */
	CHECK_EQ(complaints_of(acpi_init), 1);
	CHECK_EQ(acpi_info.pci_roots, 0);

	/* A second table of AML, sound and not. */
	CHECK(regions_load("q35"));
	struct region *ssdt = region_add(0x3000, sizeof(struct acpi_header) + 4);
	memcpy(ssdt->bytes, "SSDT", 4);
	set_length(ssdt, (uint32_t)ssdt->length);
	name_again(ssdt->address);
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK_EQ(acpi_info.pci_roots, 1);
	ssdt->bytes[37]++;
	CHECK_EQ(complaints_of(acpi_init), 1);
	CHECK_EQ(acpi_info.pci_roots, 0);

	/* Without a FADT there is none. */
	CHECK(regions_load("q35"));
	memcpy(region_of("FACP")->bytes, "FOOP", 4);
	acpi_init();
	CHECK_EQ(acpi_info.pci_roots, 0);
}

/* Appends an entry to a table. */
static void
entry_append(const char *signature, const void *entry, size_t length)
{
	struct region *table = region_of(signature);

	region_resize(table, table->length + length);
	memcpy(table->bytes + table->length - length, entry, length);
	set_length(table, (uint32_t)table->length);
}

/* Memory over other memory: of a module that keeps its contents it is as it should be. */
static void
test_srat_overlap(void)
{
	uint8_t memory[40] = {1, 40, 1, [18] = 0x10, [28] = 1}; /* 1 MB and 16 bytes at 0 */

	CHECK(regions_load("numa"));
	CHECK_EQ(complaints_of(acpi_init), 0);
	unsigned before = acpi_info.memory_affinity_count;
	memory[16] = 1; /* bytes */
	entry_append("SRAT", memory, sizeof(memory));
	CHECK_EQ(complaints_of(acpi_init), 1);
	CHECK_EQ(acpi_info.memory_affinity_count, before);

	CHECK(regions_load("numa"));
	memory[28] |= 1 << 2;
	entry_append("SRAT", memory, sizeof(memory));
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK_EQ(acpi_info.memory_affinity_count, before);
}

/* An SPCR for a port of a kind and address space. */
static void
spcr_machine(uint8_t kind, uint8_t space, uint64_t address)
{
	struct region *spcr;

	CHECK(regions_load("q35"));
	spcr = region_add(0x3000, 80);
	memcpy(spcr->bytes, "SPCR", 4);
	spcr->bytes[36] = kind;
	spcr->bytes[40] = space;
	memcpy(spcr->bytes + 44, &address, sizeof(address));
	set_length(spcr, (uint32_t)spcr->length);
	name_again(spcr->address);
}

/* One that no port can have is a mistake; a kind that is not for PCs is none. */
static void
test_spcr(void)
{
	spcr_machine(0, 1, 0x2f8);
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK(acpi_info.serial.present);
	spcr_machine(0, 1, 0x10000);
	CHECK_EQ(complaints_of(acpi_init), 1);
	CHECK(!acpi_info.serial.present);
	spcr_machine(0, 2, 0x2f8);
	CHECK_EQ(complaints_of(acpi_init), 1);
	spcr_machine(3, 0, 0x9000000);
	CHECK_EQ(complaints_of(acpi_init), 0);
	CHECK(!acpi_info.serial.present);
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

int
main(void)
{
	test_checksums();
	test_twice();
	test_two_hpets();
	test_aml_lost();
	test_srat_overlap();
	test_spcr();
	test_xsdt();
	test_srat_x2apic();
	test_lengths();
	regions_clear();
	return check_end();
}
