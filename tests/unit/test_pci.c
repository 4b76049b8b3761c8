/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci.c kernel/pci_scan.c kernel/pci_bar.c kernel/pci_config.c */
/* SOURCES: kernel/pci_msix.c kernel/pci_intx.c */
/*
 * PCI on a fake configuration space: bridges, roots and segments, every kind of BAR, capability
 * lists that loop, NICs left running, claiming behind bridges, MSI-X tables.
 */
#include "tests/unit/pci_fake.h"

#define CLASS_NIC 0x020000
#define CLASS_DISK 0x010601
#define MULTIFUNCTION PCI_HEADER_MULTIFUNCTION

static void
machine_new(void)
{
	fake_count = 0;
	fake_last_segment = 0;
	memset(&acpi_info, 0, sizeof(acpi_info));
	memset(&boot_info, 0, sizeof(boot_info));
}

static unsigned
machine_scan(void)
{
	fake_reads = 0;
	pci_init();
	return pci_count();
}

static void
test_tree(void)
{
	machine_new();
	fake_add((struct pci_place){0, 0, 0, 0}, 0x060000, 0);
	fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 3);
	fake_add((struct pci_place){0, 0, 31, 0}, 0x060100, MULTIFUNCTION);
	fake_add((struct pci_place){0, 0, 31, 3}, 0x0c0500, MULTIFUNCTION);
	fake_add((struct pci_place){0, 0, 2, 0}, CLASS_DISK, 0);
	fake_add((struct pci_place){0, 0, 2, 5}, CLASS_DISK,
		 0); /* an alias: 2.0 has one function */
	fake_add((struct pci_place){0, 1, 0, 0}, 0, 0);
	fake_add_bridge((struct pci_place){0, 1, 7, 0}, 3, 3);
	fake_add((struct pci_place){0, 3, 4, 0}, CLASS_NIC, 0);
	CHECK_EQ(machine_scan(), 8);
	CHECK(pci_find(0, 0, 2, 0) && !pci_find(0, 0, 2, 5));
	CHECK(pci_find(0, 0, 31, 3) != NULL);
	struct pci_device *nic = pci_find(0, 3, 4, 0);
	if (!CHECK(nic != NULL))
		return;
	CHECK_EQ(nic->bridge, pci_find(0, 1, 7, 0));
	CHECK_EQ(nic->bridge->bridge, pci_find(0, 0, 1, 0));
	CHECK_EQ(nic->bridge->bridge->bridge, NULL);
	CHECK_EQ(nic->bridge->secondary_bus, 3);
	CHECK_EQ(nic->class_code, CLASS_NIC);
	CHECK_EQ(nic->revision, 3);
	CHECK_EQ(pci_find(0, 3, 4, 0), nic);
	CHECK_EQ(pci_find(0, 3, 4, 1), NULL);
	for (unsigned i = 0; i + 1 < pci_count(); i++) {
		const struct pci_device *a = pci_get(i), *b = pci_get(i + 1);

		CHECK((a->bus << 8 | a->device << 3 | a->function) <
		      (b->bus << 8 | b->device << 3 | b->function));
	}
	CHECK_EQ(pci_get(pci_count()), NULL);
}

/* A root bus that no bridge leads to is found, unless ACPI says that there is one root. */
static void
test_roots(void)
{
	machine_new();
	fake_add((struct pci_place){0, 0, 0, 0}, 0x060000, 0);
	fake_add((struct pci_place){0, 0x80, 0, 0}, CLASS_NIC, 0);
	CHECK_EQ(machine_scan(), 2);
	CHECK(pci_find(0, 0x80, 0, 0)->ecam);
	CHECK(!pci_find(0, 0, 0, 0)->ecam);
	acpi_info.pci_roots = 2;
	CHECK_EQ(machine_scan(), 2);
	acpi_info.pci_roots = 1;
	CHECK_EQ(machine_scan(), 1);
	CHECK(fake_reads < 100);
}

static void
test_segments(void)
{
	machine_new();
	fake_last_segment = 2;
	fake_add((struct pci_place){0, 0, 0, 0}, 0x060000, 0);
	fake_add((struct pci_place){2, 0, 0, 0}, CLASS_NIC, 0);
	fake_add_bridge((struct pci_place){2, 0, 1, 0}, 5, 5);
	fake_add((struct pci_place){2, 5, 0, 0}, CLASS_NIC, 0);
	CHECK_EQ(machine_scan(), 4);
	CHECK_EQ(pci_find(2, 5, 0, 0)->bridge, pci_find(2, 0, 1, 0));
	CHECK_EQ(pci_find(2, 0, 0, 0)->bridge, NULL);
}

/* A PCI Express link has one device; its other numbers may be echoes of it. */
static void
test_link(void)
{
	struct fake *port;

	machine_new();
	port = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 1);
	fake_add_capability(port, 0x40, PCI_CAP_EXPRESS);
	fake_put(port, 0x42, 2, 4 << 4); /* root port */
	fake_add((struct pci_place){0, 1, 0, 0}, CLASS_NIC, 0);
	fake_add((struct pci_place){0, 1, 9, 0}, CLASS_NIC, 0);
	CHECK_EQ(machine_scan(), 2);
	fake_put(port, 0x42, 2, 7 << 4); /* PCI Express to PCI bridge: a bus */
	CHECK_EQ(machine_scan(), 3);
}

/* Bridges that lead nowhere, back, or to a bus that another has. */
static void
test_lying_bridges(void)
{
	machine_new();
	acpi_info.pci_roots = 1;
	fake_add_bridge((struct pci_place){0, 0, 1, 0}, 0, 0);
	fake_add_bridge((struct pci_place){0, 0, 2, 0}, 4, 2);
	fake_add_bridge((struct pci_place){0, 0, 3, 0}, 2, 2);
	fake_add_bridge((struct pci_place){0, 0, 4, 0}, 2, 2);
	fake_add_bridge((struct pci_place){0, 2, 0, 0}, 1, 1);
	fake_add((struct pci_place){0, 1, 0, 0}, CLASS_NIC, 0);
	fake_add((struct pci_place){0, 4, 0, 0}, CLASS_NIC, 0);
	CHECK_EQ(machine_scan(), 5);
	CHECK_EQ(pci_find(0, 0, 1, 0)->secondary_bus, 0);
	CHECK_EQ(pci_find(0, 2, 0, 0)->secondary_bus, 0);
}

/* Vendor IDs that are none; a function that is never ready costs its deadline and no more. */
static void
test_absent(void)
{
	struct fake *slow;
	uint64_t start = fake_time;

	machine_new();
	acpi_info.pci_roots = 1;
	fake_put(fake_add((struct pci_place){0, 0, 1, 0}, CLASS_NIC, 0), PCI_VENDOR_ID, 2, 0);
	slow = fake_add((struct pci_place){0, 0, 2, 0}, CLASS_NIC, 0);
	fake_put(slow, PCI_VENDOR_ID, 2, 1);
	fake_add((struct pci_place){0, 0, 3, 0}, CLASS_NIC, 0);
	CHECK_EQ(machine_scan(), 1);
	CHECK(fake_time - start >= 100000000 && fake_time - start < 110000000);
}

static void
check_bar(const struct pci_bar *bar, uint64_t base, uint64_t size, bool io, bool is_64bit,
	  bool prefetchable)
{
	CHECK_EQ(bar->base, base);
	CHECK_EQ(bar->size, size);
	CHECK_EQ(bar->io, io);
	CHECK_EQ(bar->is_64bit, is_64bit);
	CHECK_EQ(bar->prefetchable, prefetchable);
}

static void
test_bars(void)
{
	struct fake *fake;
	struct pci_device *device;

	machine_new();
	acpi_info.pci_roots = 1;
	fake = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_NIC, 0);
	fake_put(fake, PCI_COMMAND, 2, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	fake_set_bar(fake, 0, 0xfebc0000, 0xfffe0000); /* 128 KB */
	fake_set_bar(fake, 1, 0xc001, 0xffe0);	       /* ports, no upper half */
	fake_set_bar(fake, 2, 0x0000000c, 0xfff00000); /* 64 bits, prefetchable, 1 MB */
	fake_set_bar(fake, 3, 0x00000040, 0xffffffff); /* at 256 GB */
	fake_set_bar(fake, 5, 0x00000000, 0xffffc000); /* not assigned, 16 KB */
	fake = fake_add((struct pci_place){0, 0, 2, 0}, CLASS_NIC, 0);
	fake_set_bar(fake, 0, 0x0000000c, 0x00000000); /* 64 bits, 8 GB */
	fake_set_bar(fake, 1, 0x00000002, 0xfffffffe);
	fake_set_bar(fake, 2, 0x0000e001, 0xfffffff8); /* ports, with the upper half */
	fake_set_bar(fake, 3, 0xfe000000, 0xf00ff000); /* no run of ones: broken */
	fake_set_bar(fake, 5, 0xfe000004, 0xffff0000); /* 64 bits in the last register */
	CHECK_EQ(machine_scan(), 2);
	device = pci_find(0, 0, 1, 0);
	check_bar(&device->bars[0], 0xfebc0000, 0x20000, false, false, false);
	check_bar(&device->bars[1], 0xc000, 0x20, true, false, false);
	check_bar(&device->bars[2], 0x4000000000, 0x100000, false, true, true);
	CHECK_EQ(device->bars[3].size, 0);
	CHECK_EQ(device->bars[4].size, 0);
	check_bar(&device->bars[5], 0, 0x4000, false, false, false);
	CHECK_EQ(fake_get(&fakes[0], PCI_COMMAND, 2) & 3, 3);
	CHECK_EQ(fake_get(&fakes[0], PCI_BAR0 + 12, 4), 0x40);
	CHECK(pci_map_bar(device, 0, PAGING_UC) == (void *)0xfebc0000);
	CHECK(pci_map_bar(device, 1, PAGING_UC) == NULL);
	CHECK(pci_map_bar(device, 2, PAGING_WC) == (void *)0x4000000000);
	CHECK(pci_map_bar(device, 3, PAGING_UC) == NULL);
	CHECK(pci_map_bar(device, 5, PAGING_UC) == NULL);
	CHECK(pci_map_bar(device, 6, PAGING_UC) == NULL);
	device = pci_find(0, 0, 2, 0);
	check_bar(&device->bars[0], 0x200000000, 0x200000000, false, true, true);
	check_bar(&device->bars[2], 0xe000, 8, true, false, false);
	CHECK_EQ(device->bars[3].size, 0);
	CHECK_EQ(device->bars[5].size, 0);
}

/* Firmware that puts a BAR over RAM: not mapped. Storage is sized only when it is claimed. */
static void
test_bar_in_ram(void)
{
	struct fake *fake;
	struct pci_device *device;

	machine_new();
	fake = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_DISK, 0);
	fake_set_bar(fake, 0, 0x7ff00000, 0xfffff000);
	boot_info.memory[0] = (struct boot_memory_range){0x100000, 0x7ff00000, BOOT_MEMORY_RAM};
	boot_info.memory_count = 1;
	machine_scan();
	device = pci_find(0, 0, 1, 0);
	CHECK_EQ(device->bars[0].size, 0);
	CHECK_EQ(pci_claim(device), 0);
	CHECK_EQ(device->bars[0].size, 0x1000);
	CHECK(pci_map_bar(device, 0, PAGING_UC) == NULL);
	boot_info.memory[0].length = 0x7fe00000;
	CHECK(pci_map_bar(device, 0, PAGING_UC) == (void *)0x7ff00000);
}

static void
test_capabilities(void)
{
	struct fake *fake;
	struct pci_device *device;

	machine_new();
	fake = fake_add((struct pci_place){0, 0x80, 1, 0}, 0, 0);
	fake_add_capability(fake, 0x40, PCI_CAP_POWER);
	fake_add_capability(fake, 0x70, PCI_CAP_VENDOR);
	fake_add_capability(fake, 0xfc, PCI_CAP_EXPRESS);
	fake_put(fake, 0x100, 4, 0x14000001);
	fake_put(fake, 0x140, 4, 0xffc00003);
	fake_put(fake, 0xffc, 4, 0x00000010);
	machine_scan();
	device = pci_find(0, 0x80, 1, 0);
	CHECK_EQ(pci_find_capability(device, PCI_CAP_VENDOR), 0x70);
	CHECK_EQ(pci_find_capability(device, PCI_CAP_EXPRESS), 0xfc);
	CHECK_EQ(pci_find_capability(device, PCI_CAP_MSIX), 0);
	CHECK_EQ(pci_find_extended_capability(device, 0x10), 0xffc);
	CHECK_EQ(pci_find_extended_capability(device, 0x11), 0);

	fake->config[0xfd] = 0x40; /* a loop */
	fake_put(fake, 0xffc, 4, 0x10000010);
	CHECK_EQ(pci_find_capability(device, PCI_CAP_MSIX), 0);
	CHECK_EQ(pci_find_capability(device, PCI_CAP_EXPRESS), 0xfc);
	CHECK_EQ(pci_find_extended_capability(device, 0x11), 0);
	fake->config[0x41] = 0x41; /* to itself, with its low bits set */
	CHECK_EQ(pci_find_capability(device, PCI_CAP_VENDOR), 0);
	fake->config[PCI_CAPABILITY_POINTER] = 0x10; /* into the header */
	CHECK_EQ(pci_find_capability(device, PCI_CAP_POWER), 0);
	fake->config[PCI_STATUS] = 0;
	fake->config[PCI_CAPABILITY_POINTER] = 0x40;
	CHECK_EQ(pci_find_capability(device, PCI_CAP_POWER), 0);
}

static void
test_config_access(void)
{
	struct fake *fake;
	struct pci_device *device;

	machine_new();
	fake = fake_add((struct pci_place){0, 0, 1, 0}, 0, 0);
	machine_scan();
	device = pci_find(0, 0, 1, 0);
	fake_put(fake, 0xfc, 4, 0x11223344);
	CHECK_EQ(pci_config_read(device, 0xfc, 4), 0x11223344);
	CHECK_EQ(pci_config_read(device, 0xfe, 2), 0x1122);
	CHECK_EQ(pci_config_read(device, 0xfd, 1), 0x33);
	CHECK_EQ(pci_config_read(device, 0x100, 4), 0xffffffff); /* no ECAM here */
	CHECK_EQ(pci_config_read(device, 0x100, 2), 0xffff);
	CHECK_EQ(pci_config_read(device, 0xfe, 4), 0xffffffff);
	CHECK_EQ(pci_config_read(device, 0xffffffff, 1), 0xff);
	CHECK_EQ(pci_find_extended_capability(device, 1), 0);
	pci_config_write(device, 0xf0, 2, 0xabcd);
	pci_config_write(device, 0x1000, 4, 1);
	CHECK_EQ(fake_get(fake, 0xf0, 4), 0xabcd);
}

/* A NIC after a network boot stops, with its MSI and MSI-X; a disk controller goes on. */
static void
test_quiet(void)
{
	struct fake *nic, *disk;

	machine_new();
	nic = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_NIC, 0);
	fake_put(nic, PCI_COMMAND, 2, 7);
	fake_add_capability(nic, 0x50, PCI_CAP_MSI);
	fake_put(nic, 0x52, 2, 0x81);
	fake_set_bar(nic, 0, 0xfe000000, 0xffffc000);
	fake_add_capability(nic, 0x60, PCI_CAP_MSIX);
	fake_put(nic, 0x62, 2, 0x8004);
	disk = fake_add((struct pci_place){0, 0, 2, 0}, CLASS_DISK, 0);
	fake_put(disk, PCI_COMMAND, 2, 7);
	CHECK_EQ(machine_scan(), 2);
	CHECK_EQ(fake_get(nic, PCI_COMMAND, 2), 3 | PCI_COMMAND_INTX_DISABLE);
	CHECK_EQ(fake_get(nic, 0x52, 2), 0x80);
	CHECK_EQ(fake_get(nic, 0x62, 2), 0x0004);
	CHECK_EQ(fake_get(disk, PCI_COMMAND, 2), 7);
}

static void
test_claim(void)
{
	struct fake *upper, *lower, *nic;
	struct pci_device *device;

	machine_new();
	upper = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 2);
	lower = fake_add_bridge((struct pci_place){0, 1, 0, 0}, 2, 2);
	nic = fake_add((struct pci_place){0, 2, 0, 0}, CLASS_NIC, 0);
	fake_set_bar(nic, 0, 0xfe00000c, 0xffff0000);
	fake_set_bar(nic, 1, 0x00000001, 0xffffffff);
	fake_set_bar(nic, 2, 0xd001, 0xfff0);
	fake_add_capability(nic, 0x40, PCI_CAP_POWER);
	fake_put(nic, 0x44, 2, 0x103); /* D3, PME enabled */
	nic->reset_by_power = true;
	machine_scan();
	device = pci_find(0, 2, 0, 0);
	CHECK_EQ(pci_claim(device), 0);
	CHECK(device->claimed);
	CHECK_EQ(fake_get(nic, 0x44, 2), 0x100);
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0xfe00000c);
	CHECK_EQ(fake_get(nic, PCI_BAR0 + 4, 4), 1);
	CHECK_EQ(fake_get(nic, PCI_BAR0 + 8, 4), 0xd001);
	CHECK_EQ(fake_get(nic, PCI_COMMAND, 2), 7 | PCI_COMMAND_INTX_DISABLE);
	CHECK_EQ(fake_get(upper, PCI_COMMAND, 2), 7);
	CHECK_EQ(fake_get(lower, PCI_COMMAND, 2), 7);
	pci_intx_mask(device, false);
	CHECK_EQ(fake_get(nic, PCI_COMMAND, 2), 7);
	pci_release(device);
	CHECK_EQ(fake_get(nic, PCI_COMMAND, 2), 3 | PCI_COMMAND_INTX_DISABLE);
	CHECK(!device->claimed);

	nic->command_mask &= ~PCI_COMMAND_MASTER;
	CHECK_EQ(pci_claim(device), -EIO);
	CHECK(!device->claimed);
	nic->command_mask |= PCI_COMMAND_MASTER;
	lower->command_mask = 0;
	fake_put(lower, PCI_COMMAND, 2, 0);
	CHECK_EQ(pci_claim(device), -EIO);
}

static void
test_msix(void)
{
	uint32_t *table = aligned_alloc(4096, 4096);
	struct fake *nic;
	struct pci_device *device;

	machine_new();
	nic = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_NIC, 0);
	fake_set_bar(nic, 4, (uint32_t)(uintptr_t)table | 4, 0xfffff000);
	fake_set_bar(nic, 5, (uint32_t)((uintptr_t)table >> 32), 0xffffffff);
	fake_add_capability(nic, 0x60, PCI_CAP_MSIX);
	fake_put(nic, 0x62, 2, 3); /* 4 vectors */
	fake_put(nic, 0x64, 4, 0x800 | 4);
	memset(table, 0, 4096);
	machine_scan();
	device = pci_find(0, 0, 1, 0);
	CHECK_EQ(device->msix_vectors, 4);
	CHECK_EQ(pci_claim(device), 0);
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(table[0x200 + 4 * i + 3], 1);
	CHECK_EQ(table[0x200 + 16], 0);
	CHECK_EQ(pci_msix_set(device, 2, 77), 0);
	CHECK_EQ(table[0x200 + 8], FAKE_VECTOR_ADDRESS);
	CHECK_EQ(table[0x200 + 9], 0);
	CHECK_EQ(table[0x200 + 10], 77);
	CHECK_EQ(table[0x200 + 11], 0);
	CHECK_EQ(pci_msix_enable(device, true), 0);
	CHECK_EQ(fake_get(nic, 0x62, 2), 0x8003);
	CHECK_EQ(pci_msix_mask(device, 2, true), 0);
	CHECK_EQ(table[0x200 + 11], 1);
	CHECK_EQ(pci_msix_set(device, 4, 77), -EINVAL);
	CHECK_EQ(pci_msix_mask(device, 65535, true), -EINVAL);
	pci_release(device);
	CHECK_EQ(fake_get(nic, 0x62, 2), 0x0003);
	device->bars[4].base = 0;
	CHECK_EQ(pci_msix_set(device, 0, 77), -EIO);
	free(table);
}

/* Tables that do not fit their BAR, or whose BAR is none. */
static void
test_msix_outside(void)
{
	static const uint32_t tables[] = {0x0fd0 | 0, 0xfffffff8 | 0, 0x0000 | 1, 0x0000 | 2,
					  0x0000 | 7};
	struct fake *nic;

	for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		machine_new();
		acpi_info.pci_roots = 1;
		nic = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_NIC, 0);
		fake_set_bar(nic, 0, 0xfe000000, 0xfffff000);
		fake_set_bar(nic, 1, 0xc001, 0xff00);
		fake_add_capability(nic, 0x60, PCI_CAP_MSIX);
		fake_put(nic, 0x62, 2, 3);
		fake_put(nic, 0x64, 4, tables[i]);
		machine_scan();
		CHECK_EQ(pci_find(0, 0, 1, 0)->msix_vectors, 0);
		CHECK_EQ(pci_msix_set(pci_find(0, 0, 1, 0), 0, 77), -ENOTSUP);
		CHECK_EQ(pci_msix_enable(pci_find(0, 0, 1, 0), true), -ENOTSUP);
	}
}

static void
test_intx(void)
{
	struct fake *nic;
	struct pci_device *device;
	uint32_t gsi = 0;

	machine_new();
	nic = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_NIC, 0);
	fake_put(nic, PCI_INTERRUPT_PIN, 1, 1);
	fake_put(nic, PCI_INTERRUPT_LINE, 1, 5);
	machine_scan();
	device = pci_find(0, 0, 1, 0);
	CHECK_EQ(pci_intx_gsi(device, &gsi), 0);
	CHECK_EQ(gsi, 21);
	device->interrupt_line = 0xff;
	CHECK_EQ(pci_intx_gsi(device, &gsi), -ENODEV);
	device->interrupt_line = 11;
	device->interrupt_pin = 0;
	CHECK_EQ(pci_intx_gsi(device, &gsi), -ENODEV);
}

/* More functions than there is room for: the first ones stay. */
static void
test_too_many(void)
{
	machine_new();
	acpi_info.pci_roots = 2;
	for (unsigned bus = 0; fake_count + 8 < FAKES_MAX && bus < 16; bus++) {
		for (unsigned i = 0; i < PCI_BUS_DEVICES * PCI_DEVICE_FUNCTIONS - 8; i++)
			fake_add((struct pci_place){0, (uint8_t)bus, (uint8_t)(i / 8),
						    (uint8_t)(i % 8)},
				 0, MULTIFUNCTION);
	}
	machine_scan();
	CHECK(pci_count() > PCI_DEVICES_MAX - 64 && pci_count() <= PCI_DEVICES_MAX);
	CHECK(pci_find(0, 0, 0, 0) != NULL);
}

int
main(void)
{
	test_tree();
	test_roots();
	test_segments();
	test_link();
	test_lying_bridges();
	test_absent();
	test_bars();
	test_bar_in_ram();
	test_capabilities();
	test_config_access();
	test_quiet();
	test_claim();
	test_msix();
	test_msix_outside();
	test_intx();
	test_too_many();
	return check_end();
}
