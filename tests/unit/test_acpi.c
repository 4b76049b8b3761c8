/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_pxm.c */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c */
/* SOURCES: kernel/acpi/acpi_table.c */
/* SOURCES: kernel/acpi/acpi.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_root.c */
/* SOURCES: kernel/acpi/acpi_devices.c kernel/acpi/acpi_fadt.c kernel/acpi/acpi_aml.c */
/* SOURCES: kernel/acpi/acpi_spcr.c */
/* The ACPI parsers on the tables of real firmware. */
#include "tests/unit/acpi_captured.h"
#include "tests/unit/check.h"

/* Complaints are not what is looked at here. */
void
log_message(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

static void
check_register(struct acpi_register reg, unsigned space, uint64_t address)
{
	CHECK_EQ(reg.space, space);
	CHECK_EQ(reg.address, address);
}

static void
test_pc(void)
{
	CHECK(regions_load("pc"));
	acpi_init();
	CHECK(acpi_info.present);
	CHECK_EQ(acpi_info.cpu_count, 4);
	for (unsigned i = 0; i < acpi_info.cpu_count; i++) {
		CHECK_EQ(acpi_info.cpus[i].apic_id, i);
		CHECK(acpi_info.cpus[i].enabled);
	}
	CHECK_EQ(acpi_info.lapic_address, 0xfee00000);
	CHECK(acpi_info.has_8259);
	CHECK_EQ(acpi_info.ioapic_count, 1);
	CHECK_EQ(acpi_info.ioapics[0].address, 0xfec00000);
	CHECK_EQ(acpi_info.ioapics[0].gsi_base, 0);
	CHECK_EQ(acpi_info.override_count, 5);
	CHECK_EQ(acpi_info.overrides[0].isa_irq, 0);
	CHECK_EQ(acpi_info.overrides[0].gsi, 2);
	CHECK(!acpi_info.overrides[0].level);
	CHECK_EQ(acpi_info.overrides[1].isa_irq, 5);
	CHECK(acpi_info.overrides[1].level);
	CHECK(!acpi_info.overrides[1].active_low);
	CHECK_EQ(acpi_info.hpet_address, 0xfed00000);
	CHECK_EQ(acpi_info.ecam_count, 0);
	check_register(acpi_info.pm_timer, ACPI_REGISTER_IO, 0x608);
	check_register(acpi_info.pm1a_control, ACPI_REGISTER_IO, 0x604);
	check_register(acpi_info.pm1b_control, ACPI_REGISTER_NONE, 0);
	check_register(acpi_info.reset_register, ACPI_REGISTER_NONE, 0);
	CHECK_EQ(acpi_info.smi_command_port, 0xb2);
	CHECK(acpi_info.s5_known);
	CHECK_EQ(acpi_info.s5_type_a, 0);
	CHECK_EQ(acpi_info.pci_roots, 1);
	CHECK_EQ(acpi_node_of_apic(3), 0);
}

static void
check_range(unsigned index, uint64_t base, uint64_t length, bool io)
{
	const struct acpi_range *range = &acpi_info.root.ranges[index];

	CHECK_EQ(range->base, base);
	CHECK_EQ(range->length, length);
	CHECK_EQ(range->io, io);
}

static void
test_q35(void)
{
	CHECK(regions_load("q35"));
	acpi_init();
	CHECK_EQ(acpi_info.cpu_count, 4);
	CHECK_EQ(acpi_info.ecam_count, 1);
	CHECK_EQ(acpi_info.ecams[0].address, 0xb0000000);
	CHECK_EQ(acpi_info.ecams[0].segment, 0);
	CHECK_EQ(acpi_info.ecams[0].first_bus, 0);
	CHECK_EQ(acpi_info.ecams[0].last_bus, 255);
	check_register(acpi_info.reset_register, ACPI_REGISTER_IO, 0xcf9);
	CHECK_EQ(acpi_info.reset_value, 0x0f);
	CHECK_EQ(acpi_info.pci_roots, 1);
	check_register(acpi_info.pm_timer, ACPI_REGISTER_IO, 0x608);
	CHECK(acpi_info.s5_known);
	CHECK_EQ(acpi_info.root.count, 1);
	CHECK_EQ(acpi_info.root.last_bus, 255);
	CHECK_EQ(acpi_info.root.ecam_address, 0);
	check_range(0, 0x0000, 0x0cf8, true);
	check_range(1, 0x0d00, 0xf300, true);
	check_range(2, 0xa0000, 0x20000, false);
	check_range(3, 0x10000000, 0xa0000000, false);
	check_range(4, 0xc0000000, 0x3ec00000, false);
	check_range(5, 0x100000000, 0x800000000, false);
	CHECK_EQ(acpi_info.root.range_count, 6);
}

static void
test_numa(void)
{
	CHECK(regions_load("numa"));
	acpi_init();
	CHECK_EQ(acpi_info.cpu_affinity_count, 4);
	CHECK_EQ(acpi_node_of_apic(0), 0);
	CHECK_EQ(acpi_node_of_apic(1), 0);
	CHECK_EQ(acpi_node_of_apic(2), 1);
	CHECK_EQ(acpi_node_of_apic(3), 1);
	CHECK_EQ(acpi_node_of_apic(77), 0);
	CHECK_EQ(acpi_node_of_domain(1), 1);
	CHECK_EQ(acpi_node_of_domain(9), 0);
	CHECK_EQ(acpi_info.memory_affinity_count, 3);
	CHECK_EQ(acpi_info.memory_affinities[0].base, 0);
	CHECK_EQ(acpi_info.memory_affinities[2].base, 0x8000000);
	CHECK_EQ(acpi_info.memory_affinities[2].length, 0x8000000);
	CHECK_EQ(acpi_info.memory_affinities[2].domain, 1);
}

/* A hardware-reduced machine: no PM timer, no HPET, reset and power-off by other registers. */
static void
test_microvm(void)
{
	CHECK(regions_load("microvm"));
	acpi_init();
	CHECK(acpi_info.present);
	CHECK_EQ(acpi_info.cpu_count, 2);
	CHECK_EQ(acpi_info.hpet_address, 0);
	check_register(acpi_info.pm_timer, ACPI_REGISTER_NONE, 0);
	CHECK_EQ(acpi_info.reset_register.space, ACPI_REGISTER_MEMORY);
	CHECK_EQ(acpi_info.pci_roots, 0);
	CHECK_EQ(acpi_info.root.count, 0);
}

/* With PCI: no MCFG, the configuration space is told by _CBA. */
static void
test_microvm_pcie(void)
{
	CHECK(regions_load("microvm-pcie"));
	acpi_init();
	CHECK_EQ(acpi_info.ecam_count, 0);
	CHECK_EQ(acpi_info.pci_roots, 1);
	CHECK_EQ(acpi_info.root.count, 1);
	CHECK_EQ(acpi_info.root.first_bus, 0);
	CHECK_EQ(acpi_info.root.last_bus, 255);
	CHECK_EQ(acpi_info.root.ecam_address, 0xe0000000);
	check_range(0, 0xc0000000, 0x20000000, false);
	check_range(1, 0xc000000000, 0x4000000000, false);
	CHECK_EQ(acpi_info.root.range_count, 2);
}

static void
test_ovmf(void)
{
	CHECK(regions_load("ovmf"));
	acpi_init();
	CHECK(acpi_info.present);
	CHECK_EQ(acpi_info.cpu_count, 2);
	CHECK_EQ(acpi_info.ecam_count, 1);
	CHECK(acpi_info.s5_known);
	check_register(acpi_info.reset_register, ACPI_REGISTER_IO, 0xcf9);
}

static void
test_bochs(void)
{
	CHECK(regions_load("bochs"));
	acpi_init();
	CHECK(acpi_info.present);
	CHECK_EQ(acpi_info.cpu_count, 4);
	CHECK_EQ(acpi_info.ioapic_count, 1);
	CHECK_EQ(acpi_info.hpet_address, 0xfed00000);
	CHECK_EQ(acpi_info.pci_roots, 1);
	CHECK(acpi_info.s5_known);
	check_register(acpi_info.pm_timer, ACPI_REGISTER_IO, 0xb008);
}

/* The RSDP found by search, in the EBDA and in the BIOS area; and none at all. */
static void
test_search(void)
{
	struct region *area, rsdp;

	CHECK(regions_load("pc"));
	rsdp = regions[0];
	regions[0] = regions[--region_count];
	memset(&boot_info, 0, sizeof(boot_info));
	acpi_init();
	CHECK(!acpi_info.present);

	area = region_add(0xe0000, 0x20000);
	memcpy(area->bytes + 0x1fff0 - 16, rsdp.bytes, 20);
	acpi_init();
	CHECK_EQ(acpi_info.cpu_count, 4);

	memset(area->bytes, 0, area->length);
	memcpy(area->bytes + 0x1fff0, rsdp.bytes, 16); /* cut off by the area's end */
	acpi_init();
	CHECK(!acpi_info.present);

	area = region_add(0x9fc00, 1024);
	memcpy(area->bytes + 512, rsdp.bytes, 20);
	boot_info.ebda_segment = 0x9fc0;
	acpi_init();
	CHECK_EQ(acpi_info.cpu_count, 4);

	/* The loader's copy wins; a damaged one does not hinder the search. */
	memcpy(boot_info.rsdp, rsdp.bytes, 20);
	boot_info.rsdp_length = 20;
	boot_info.ebda_segment = 0;
	acpi_init();
	CHECK_EQ(acpi_info.cpu_count, 4);
	boot_info.rsdp[12]++;
	boot_info.ebda_segment = 0x9fc0;
	acpi_init();
	CHECK_EQ(acpi_info.cpu_count, 4);
	free(rsdp.bytes);
}

int
main(void)
{
	test_pc();
	test_q35();
	test_numa();
	test_microvm();
	test_microvm_pcie();
	test_ovmf();
	test_bochs();
	test_search();
	regions_clear();
	return check_end();
}
