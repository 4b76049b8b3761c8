/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_table.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_devices.c */
/*
 * Servers as public dumps of their tables show them, in numbers: the order of CPUs, domains that
 * begin at 1, IO-APICs beside the usual place, units that are off. Tables are made of the numbers;
 * what is taken from them is what the machine has, without a complaint.
 * `make test-acpi DIR=` does the same with whole dumps.
 */
#include "tests/unit/acpi_captured.h"
#include "tests/unit/check.h"

#define CPUS_MAX 80
#define TABLE_MAX 8192

struct machine_memory {
	uint64_t base, length;
	uint32_t domain;
};

static const struct machine {
	const char *name;
	unsigned cpus; /* in the order of the MADT: of each package one, then the next thread */
	unsigned packages, package_step; /* APIC IDs from package to package */
	uint8_t ids[20];		 /* of the CPUs within a package */
	uint8_t first_package;
	bool by_package; /* all of a package before the next */
	uint32_t first_domain;
	unsigned cpus_a_domain; /* IDs that follow each other; 0: a package is one */
	uint64_t ioapics[5];
	uint64_t iommus[4];
	struct machine_memory memory[10];
	uint8_t last_bus;
} machines[] = {
	{.name = "PowerEdge R820",
	 .cpus = 80,
	 .packages = 4,
	 .package_step = 32,
	 .ids = {0, 2, 4, 6, 8, 16, 18, 20, 22, 24, 1, 3, 5, 7, 9, 17, 19, 21, 23, 25},
	 .first_domain = 1,
	 .ioapics = {0xfec00000, 0xfec3f000, 0xfec7f000, 0xfec80000, 0xfecc0000},
	 .iommus = {0xcf000000, 0xc8000000, 0xc4000000, 0xdf100000},
	 .memory = {{0, 0x440000000, 1},
		    {0x440000000, 0x400000000, 2},
		    {0x840000000, 0x400000000, 3},
		    {0xc40000000, 0x400000000, 4}},
	 .last_bus = 255},
	{.name = "H8QG6",
	 .cpus = 64,
	 .packages = 4,
	 .package_step = 32,
	 .first_package = 1,
	 .ids = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	 .by_package = true,
	 .cpus_a_domain = 8,
	 .ioapics = {0xfec00000, 0xfec20000, 0xda000000},
	 .memory = {{0, 0xa0000, 0},
		    {0x100000, 0xd7f00000, 0},
		    {0x100000000, 0x328000000, 0},
		    {0x428000000, 0x400000000, 1},
		    {0x828000000, 0x400000000, 2},
		    {0xc28000000, 0x400000000, 3},
		    {0x1028000000, 0x400000000, 4},
		    {0x1428000000, 0x400000000, 5},
		    {0x1828000000, 0x400000000, 6},
		    {0x1c28000000, 0x400000000, 7}},
	 .last_bus = 255},
	{.name = "ProLiant DL360 G7",
	 .cpus = 16,
	 .packages = 2,
	 .package_step = 32,
	 .ids = {0, 20, 2, 18, 1, 21, 3, 19},
	 .ioapics = {0xfec00000, 0xfec80000},
	 .iommus = {0xe7ffe000},
	 .memory = {{0, 0xe0000000, 0},
		    {0x100000000, 0x1720000000, 0},
		    {0x1820000000, 0x1800000000, 1}},
	 .last_bus = 63},
};

static uint8_t table[TABLE_MAX];
static uint32_t table_length;
static unsigned complaints;

void
log_message(enum log_level level, const char *format, ...)
{
	(void)format;
	complaints += level <= LOG_WARNING;
}

static void
table_new(const char *signature, uint8_t revision, uint32_t length)
{
	memset(table, 0, sizeof(table));
	memcpy(table, signature, 4);
	table[8] = revision;
	table_length = length;
}

static void
table_add(const void *entry, size_t length)
{
	memcpy(table + table_length, entry, length);
	table_length += (uint32_t)length;
}

static void
table_parse(void (*parse)(const struct acpi_header *table))
{
	memcpy(table + 4, &table_length, sizeof(table_length));
	parse((const struct acpi_header *)table);
}

static uint8_t
machine_cpu(const struct machine *machine, unsigned number)
{
	unsigned each = machine->cpus / machine->packages;
	unsigned package = machine->by_package ? number / each : number % machine->packages;
	unsigned within = machine->by_package ? number % each : number / machine->packages;

	return (uint8_t)((machine->first_package + package) * machine->package_step +
			 machine->ids[within]);
}

static uint32_t
machine_domain(const struct machine *machine, unsigned number)
{
	uint8_t id = machine_cpu(machine, number);
	unsigned package = id / machine->package_step - machine->first_package;
	unsigned domains = machine->cpus_a_domain
				   ? machine->cpus / machine->packages / machine->cpus_a_domain
				   : 1;
	unsigned within =
		machine->cpus_a_domain ? id % machine->package_step / machine->cpus_a_domain : 0;

	return machine->first_domain + package * domains + within;
}

static void
parse_madt(const struct machine *machine)
{
	table_new("APIC", 1, 44);
	for (unsigned i = 0; i < machine->cpus; i++)
		table_add((uint8_t[]){0, 8, (uint8_t)i, machine_cpu(machine, i), 1, 0, 0, 0}, 8);
	for (unsigned i = 0; i < ARRAY_SIZE(machine->ioapics) && machine->ioapics[i]; i++) {
		uint32_t words[3] = {1 | 12 << 8 | i << 16, (uint32_t)machine->ioapics[i], 32 * i};

		table_add(words, sizeof(words));
	}
	table_parse(acpi_madt_parse);
}

static void
parse_srat(const struct machine *machine)
{
	table_new("SRAT", 2, 48);
	for (unsigned i = 0; i < machine->cpus; i++) {
		uint8_t entry[16] = {0, 16, (uint8_t)machine_domain(machine, i),
				     machine_cpu(machine, i), 1};

		table_add(entry, sizeof(entry));
	}
	for (unsigned i = 0; i < ARRAY_SIZE(machine->memory) && machine->memory[i].length; i++) {
		uint8_t entry[40] = {1, 40, [28] = 1};

		memcpy(entry + 2, &machine->memory[i].domain, 4);
		memcpy(entry + 8, &machine->memory[i].base, 8);
		memcpy(entry + 16, &machine->memory[i].length, 8);
		table_add(entry, sizeof(entry));
	}
	table_parse(acpi_srat_parse);
}

static void
parse_dmar(const struct machine *machine)
{
	table_new("DMAR", 1, 48);
	for (unsigned i = 0; i < ARRAY_SIZE(machine->iommus); i++) {
		uint8_t unit[16] = {0, 0, 16};

		memcpy(unit + 8, &machine->iommus[i], 8); /* 0 where the firmware's is off */
		table_add(unit, sizeof(unit));
	}
	table_parse(acpi_dmar_parse);
}

static void
parse_mcfg(const struct machine *machine)
{
	uint8_t window[16] = {[3] = 0xe0, [11] = machine->last_bus};

	table_new("MCFG", 1, 44);
	table_add(window, sizeof(window));
	table_parse(acpi_mcfg_parse);
}

static void
check_machine(const struct machine *machine)
{
	unsigned iommus = 0, ioapics = 0, ranges = 0;

	memset(&acpi_info, 0, sizeof(acpi_info));
	complaints = 0;
	parse_madt(machine);
	parse_srat(machine);
	parse_dmar(machine);
	parse_mcfg(machine);
	CHECK_EQ(complaints, 0);
	CHECK_EQ(acpi_info.cpu_count, machine->cpus);
	CHECK_EQ(acpi_info.cpu_affinity_count, machine->cpus);
	for (unsigned i = 0; i < machine->cpus; i++) {
		uint8_t id = machine_cpu(machine, i);

		CHECK_EQ(acpi_info.cpus[i].apic_id, id);
		/* All domains have CPUs, and are numbered from the first on. */
		CHECK_EQ(acpi_node_of_apic(id), machine_domain(machine, i) - machine->first_domain);
	}
	while (ioapics < ARRAY_SIZE(machine->ioapics) && machine->ioapics[ioapics])
		ioapics++;
	while (iommus < ARRAY_SIZE(machine->iommus) && machine->iommus[iommus])
		iommus++;
	while (ranges < ARRAY_SIZE(machine->memory) && machine->memory[ranges].length)
		ranges++;
	CHECK_EQ(acpi_info.ioapic_count, ioapics);
	CHECK_EQ(acpi_info.iommu_count, iommus);
	CHECK_EQ(acpi_info.memory_affinity_count, ranges);
	CHECK_EQ(acpi_info.ecam_count, 1);
	CHECK_EQ(acpi_info.ecams[0].last_bus, machine->last_bus);
}

int
main(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(machines); i++) {
		unsigned failed = check_failures;

		check_machine(&machines[i]);
		if (check_failures != failed)
			printf("that was %s\n", machines[i].name);
	}
	return check_end();
}
