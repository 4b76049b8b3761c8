/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci/pci_node.c kernel/memory/paging_device.c */
/* SOURCES: kernel/pci/pci_claim.c */
/* SOURCES: kernel/pci/pci_init.c */
/* SOURCES: kernel/pci/pci.c kernel/pci/pci_scan.c kernel/pci/pci_bar.c kernel/pci/pci_config.c */
/* SOURCES: kernel/pci/pci_msi.c kernel/pci/pci_msix.c kernel/pci/pci_intx.c */
/* SOURCES: kernel/pci/pci_express.c kernel/loader/boot_info_memory.c kernel/pci/pci_number.c */
/* SOURCES: kernel/pci/pci_room.c kernel/pci/pci_window.c kernel/pci/pci_assign.c */
/*
 * Room for BARs that firmware left unassigned: between neighbours on a root bus, in ranges that AML
 * tells, in bridges' windows, which are opened or grow; what firmware placed stays; what finds no
 * room is named.
 */
#include "tests/unit/log_captured.h"
#include "tests/unit/pci_fake.h"

static void
assign(void)
{
	log_forget();
	machine_scan();
}

/* A memory BAR of 32 bits; base 0: firmware left it unassigned. */
static struct fake *
add_nic(struct pci_place place, uint32_t base, uint32_t size)
{
	struct fake *fake = fake_add(place, CLASS_NIC, 0);

	fake_set_bar(fake, 0, base, ~(size - 1));
	return fake;
}

/* A memory BAR of 64 bits, prefetchable, unassigned. */
static struct fake *
add_wide(struct pci_place place, uint64_t size)
{
	struct fake *fake = fake_add(place, CLASS_NIC, 0);
	uint64_t mask = ~(size - 1);

	fake_set_bar(fake, 0, 0xc, (uint32_t)mask & ~0xfu);
	fake_set_bar(fake, 1, 0, (uint32_t)(mask >> 32));
	return fake;
}

static uint64_t
wide_base(const struct fake *fake)
{
	return (fake_get(fake, PCI_BAR0, 4) & ~0xfu) | (uint64_t)fake_get(fake, PCI_BAR0 + 4, 4)
							       << 32;
}

static void
check_window(const struct fake *bridge, enum pci_space space, uint64_t base, uint64_t end)
{
	uint64_t found_base = 0, found_end = 0;

	CHECK(fake_window(bridge, space, &found_base, &found_end));
	CHECK_EQ(found_base, base);
	CHECK_EQ(found_end, end);
}

static void
test_nothing_to_do(void)
{
	struct fake *disk;

	machine_new();
	add_nic((struct pci_place){0, 0, 1, 0}, 0x90000000, 0x10000);
	disk = fake_add((struct pci_place){0, 0, 2, 0}, CLASS_DISK, 0);
	fake_set_bar(disk, 0, 0, 0xfffff000);
	assign();
	CHECK_EQ(fake_get(disk, PCI_BAR0, 4), 0);
	CHECK(!pci_find(0, 0, 2, 0)->private->bars_probed); /* nobody needs room: not touched */
}

static void
test_neighbours(void)
{
	struct fake *low, *high, *disk, *nic;

	machine_new();
	low = add_nic((struct pci_place){0, 0, 1, 0}, 0x90000000, 0x10000);
	high = add_nic((struct pci_place){0, 0, 2, 0}, 0x92000000, 0x10000);
	disk = fake_add((struct pci_place){0, 0, 3, 0}, CLASS_DISK, 0);
	fake_set_bar(disk, 0, 0x90100000, 0xfffff000);
	nic = add_nic((struct pci_place){0, 0, 4, 0}, 0, 0x100000);
	boot_info.memory[0] = (struct boot_memory_range){0x90200000, 0x80000, BOOT_MEMORY_RESERVED};
	boot_info.memory_count = 1;
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0x90300000);
	CHECK_EQ(pci_find(0, 0, 4, 0)->bars[0].base, 0x90300000);
	CHECK_EQ(fake_get(low, PCI_BAR0, 4), 0x90000000);
	CHECK_EQ(fake_get(high, PCI_BAR0, 4), 0x92000000);
	CHECK_EQ(fake_get(disk, PCI_BAR0, 4), 0x90100000);
	CHECK(log_said("0000:00:04.0: BAR 0 placed at 0x90300000, 0x100000 bytes"));
}

/* Outside of what firmware has placed, and between two root buses, nothing is known. */
static void
test_other_root(void)
{
	struct fake *nic;

	machine_new();
	acpi_info.pci_roots = 2;
	add_nic((struct pci_place){0, 0, 1, 0}, 0x90000000, 0x10000);
	add_nic((struct pci_place){0, 0x80, 1, 0}, 0x91000000, 0x10000);
	add_nic((struct pci_place){0, 0, 2, 0}, 0x92000000, 0x10000);
	nic = add_nic((struct pci_place){0, 0, 4, 0}, 0, 0x100000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0);
	CHECK(log_said("0000:00:04.0: BAR 0: no room for 0x100000 bytes"));
	add_nic((struct pci_place){0, 0, 5, 0}, 0x93000000, 0x10000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0x92100000);
}

static void
test_aml(void)
{
	struct fake *nic, *wide, *ports;

	machine_new();
	machine_add_range(0x80000000, 0x7ec00000, false);
	machine_add_range(0x140000000, 0x800000000, false);
	machine_add_range(0xd00, 0xf300, true);
	boot_info.memory[0] = (struct boot_memory_range){0x100000, 0x7ff00000, BOOT_MEMORY_RAM};
	boot_info.memory[1] =
		(struct boot_memory_range){0x80000000, 0x100000, BOOT_MEMORY_RESERVED};
	boot_info.memory[2] = (struct boot_memory_range){0x100000000, 0x40000000, BOOT_MEMORY_RAM};
	boot_info.memory_count = 3;
	nic = add_nic((struct pci_place){0, 0, 1, 0}, 0, 0x1000000);
	wide = add_wide((struct pci_place){0, 0, 2, 0}, 0x200000000);
	ports = fake_add((struct pci_place){0, 0, 3, 0}, CLASS_NIC, 0);
	fake_set_bar(ports, 0, 1, 0xffe0);
	fake_put(ports, PCI_COMMAND, 2, PCI_COMMAND_IO);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0x81000000);
	CHECK_EQ(wide_base(wide), 0x200000000);
	CHECK_EQ(fake_get(ports, PCI_BAR0, 4), 0x1001);
	CHECK_EQ(fake_get(ports, PCI_COMMAND, 2) & PCI_COMMAND_IO, PCI_COMMAND_IO);
	acpi_info.root.count = 2; /* of which root are they? */
	fake_set_bar(nic, 0, 0, 0xff000000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0);
}

/* What firmware would fill in as it runs says nothing, as far as it reaches. */
static void
test_aml_placeholder(void)
{
	struct fake *nic;

	machine_new();
	machine_add_range(0x100000, 0xfeb00000, false);
	boot_info.memory[0] = (struct boot_memory_range){0x100000, 0x7ff00000, BOOT_MEMORY_RAM};
	boot_info.memory_count = 1;
	nic = add_nic((struct pci_place){0, 0, 1, 0}, 0, 0x1000000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0);
	CHECK(log_said("0000:00:01.0: BAR 0: no room for 0x1000000 bytes"));
}

static void
test_machine_ranges(void)
{
	struct fake *nic;

	machine_new();
	machine_add_range(0xe0000000, 0x1fffffff, false);
	fake_has_ecam = true;
	acpi_info.hpet_address = 0xf0000000;
	acpi_info.ioapics[0].address = 0xf1000000;
	acpi_info.ioapic_count = 1;
	boot_info.framebuffer = (struct boot_framebuffer){
		.present = true, .address = 0xf2000000, .pitch = 4096, .height = 768};
	acpi_info.iommus[0].address = 0xf3000000;
	acpi_info.iommu_count = 1;
	nic = add_nic((struct pci_place){0, 0, 1, 0}, 0, 0x1000000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0xf4000000);
	fake_set_bar(nic, 0, 0, 0xf0000000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0);
}

static void
test_in_window(void)
{
	struct fake *bridge, *placed, *nic, *bad;

	machine_new();
	bridge = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 1);
	fake_set_window(bridge, PCI_SPACE_MEMORY, 0x90000000, 0x90200000);
	placed = add_nic((struct pci_place){0, 1, 0, 0}, 0x90000000, 0x80000);
	nic = add_nic((struct pci_place){0, 1, 1, 0}, 0, 0x100000);
	bad = add_nic((struct pci_place){0, 1, 2, 0}, 0, 0x10000);
	bad->bar_mask[0] = 0x00ff0000; /* no run of ones: broken, left alone */
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0x90100000);
	CHECK_EQ(fake_get(placed, PCI_BAR0, 4), 0x90000000);
	CHECK_EQ(fake_get(bad, PCI_BAR0, 4), 0);
	check_window(bridge, PCI_SPACE_MEMORY, 0x90000000, 0x90200000);
}

static void
test_window_grows(void)
{
	struct fake *upper, *lower, *nic, *wall;

	machine_new();
	upper = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 2);
	fake_set_window(upper, PCI_SPACE_MEMORY, 0x90000000, 0x90100000);
	lower = fake_add_bridge((struct pci_place){0, 1, 0, 0}, 2, 2);
	fake_set_window(lower, PCI_SPACE_MEMORY, 0x90000000, 0x90100000);
	add_nic((struct pci_place){0, 2, 0, 0}, 0x90000000, 0x100000);
	nic = add_nic((struct pci_place){0, 2, 1, 0}, 0, 0x100000);
	wall = add_nic((struct pci_place){0, 0, 2, 0}, 0x92000000, 0x10000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0x90100000);
	check_window(lower, PCI_SPACE_MEMORY, 0x90000000, 0x90200000);
	check_window(upper, PCI_SPACE_MEMORY, 0x90000000, 0x90200000);

	/* Nothing free above: at the lower end. */
	fake_set_window(upper, PCI_SPACE_MEMORY, 0x90000000, 0x90100000);
	fake_set_window(lower, PCI_SPACE_MEMORY, 0x90000000, 0x90100000);
	fake_set_bar(nic, 0, 0, 0xfff00000);
	fake_set_bar(wall, 0, 0x90100000, 0xffff0000);
	add_nic((struct pci_place){0, 0, 3, 0}, 0x8f000000, 0x10000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0x8ff00000);
	check_window(lower, PCI_SPACE_MEMORY, 0x8ff00000, 0x90100000);
	check_window(upper, PCI_SPACE_MEMORY, 0x8ff00000, 0x90100000);
}

static void
test_window_opens(void)
{
	struct fake *upper, *lower, *flat, *nic, *wide, *narrow_wide;

	machine_new();
	machine_add_range(0xc0000000, 0x20000000, false);
	machine_add_range(0x1000000000, 0x1000000000, false);
	upper = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 2);
	lower = fake_add_bridge((struct pci_place){0, 1, 0, 0}, 2, 2);
	flat = fake_add_bridge((struct pci_place){0, 0, 2, 0}, 3, 3);
	flat->no_ports = flat->no_prefetchable = true;
	fake_settle_windows(flat);
	nic = add_nic((struct pci_place){0, 2, 1, 0}, 0, 0x400000);
	wide = add_wide((struct pci_place){0, 2, 2, 0}, 0x100000000);
	narrow_wide = add_wide((struct pci_place){0, 3, 1, 0}, 0x800000);
	fake_set_bar(nic, 1, 1, 0xff00);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0xc0800000);
	check_window(lower, PCI_SPACE_MEMORY, 0xc0800000, 0xc0c00000);
	check_window(upper, PCI_SPACE_MEMORY, 0xc0800000, 0xc0c00000);
	CHECK_EQ(wide_base(wide), 0x1000000000);
	check_window(lower, PCI_SPACE_PREFETCHABLE, 0x1000000000, 0x1100000000);
	check_window(upper, PCI_SPACE_PREFETCHABLE, 0x1000000000, 0x1100000000);
	CHECK_EQ(wide_base(narrow_wide), 0xc0000000);
	check_window(flat, PCI_SPACE_MEMORY, 0xc0000000, 0xc0800000);
	CHECK(log_said("0000:02:01.0: BAR 1: no room for 256 ports"));

	/* A window that ends below 4 GB takes it there. */
	upper->narrow = true;
	for (struct fake *bridge = upper; bridge <= lower; bridge++) {
		memset(&bridge->config[0x1c], 0, 20);
		fake_settle_windows(bridge);
	}
	fake_set_bar(wide, 0, 0xc, 0xff800000);
	fake_set_bar(wide, 1, 0, 0xffffffff);
	fake_set_bar(nic, 0, 0, 0xffc00000);
	assign();
	CHECK_EQ(wide_base(wide), 0xc0800000);
	check_window(upper, PCI_SPACE_PREFETCHABLE, 0xc0800000, 0xc1000000);
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0xc1000000);
}

static void
test_rom(void)
{
	struct fake *card, *nic;

	machine_new();
	machine_add_range(0xc0000000, 0x20000000, false);
	card = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_DISK, 0);
	fake_put(card, 0x30, 4, 0xc0000001);
	nic = add_nic((struct pci_place){0, 0, 2, 0}, 0, 0x10000);
	assign();
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0xc1000000);
}

int
main(void)
{
	test_nothing_to_do();
	test_neighbours();
	test_other_root();
	test_aml();
	test_aml_placeholder();
	test_machine_ranges();
	test_in_window();
	test_window_grows();
	test_window_opens();
	test_rom();
	return check_end();
}
