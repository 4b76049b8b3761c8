/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci/pci_node.c kernel/memory/paging_device.c */
/* SOURCES: kernel/pci/pci_claim.c */
/* SOURCES: kernel/pci/pci_init.c */
/* SOURCES: kernel/pci/pci.c kernel/pci/pci_scan.c kernel/pci/pci_bar.c kernel/pci/pci_config.c */
/* SOURCES: kernel/pci/pci_msi.c kernel/pci/pci_msix.c kernel/pci/pci_intx.c */
/* SOURCES: kernel/pci/pci_express.c kernel/loader/boot_info_memory.c kernel/pci/pci_number.c */
/* SOURCES: kernel/pci/pci_room.c kernel/pci/pci_window.c kernel/pci/pci_assign.c */
/*
 * A PCI function in a fake configuration space: every kind of BAR, capability lists that loop,
 * claiming behind bridges, MSI-X tables, INTx.
 */
#include "tests/unit/pci_fake.h"

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
	CHECK_EQ(pci_map_bar(device, 0, PAGING_UC), 0);
	CHECK_EQ(pci_map_bar(device, 1, PAGING_UC), -ENXIO);
	CHECK_EQ(pci_map_bar(device, 2, PAGING_WC), 0);
	CHECK_EQ(pci_map_bar(device, 3, PAGING_UC), -ENXIO);
	CHECK_EQ(pci_map_bar(device, 5, PAGING_UC), -EADDRNOTAVAIL);
	CHECK_EQ(pci_map_bar(device, 6, PAGING_UC), -ENXIO);
	device = pci_find(0, 0, 2, 0);
	check_bar(&device->bars[0], 0x200000000, 0x200000000, false, true, true);
	check_bar(&device->bars[2], 0xe000, 8, true, false, false);
	CHECK_EQ(device->bars[3].size, 0);
	CHECK_EQ(device->bars[5].size, 0);
}

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
	CHECK_EQ(pci_map_bar(device, 0, PAGING_UC), -EADDRINUSE);
	boot_info.memory[0].length = 0x7fe00000;
	CHECK_EQ(pci_map_bar(device, 0, PAGING_UC), 0);
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
	CHECK(device->private->claimed);
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
	CHECK(!device->private->claimed);

	nic->command_mask &= ~PCI_COMMAND_MASTER;
	CHECK_EQ(pci_claim(device), -EIO);
	CHECK(!device->private->claimed);
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

/* Both forms of the capability, with and without a mask bit. */
static void
test_msi(void)
{
	struct fake *nic;
	struct pci_device *device;

	machine_new();
	nic = fake_add((struct pci_place){0, 0, 1, 0}, CLASS_NIC, 0);
	machine_scan();
	device = pci_find(0, 0, 1, 0);
	CHECK(!pci_msi_has(device));
	CHECK_EQ(pci_msi_set(device, 77), -ENOTSUP);
	CHECK_EQ(pci_msi_enable(device, true), -ENOTSUP);

	fake_add_capability(nic, 0x50, PCI_CAP_MSI);
	fake_put(nic, 0x52, 2, 0x0034); /* 4 messages, all enabled, 32 bits */
	fake_put(nic, 0x5c, 4, 0x55555555);
	CHECK(pci_msi_has(device));
	CHECK_EQ(pci_msi_set(device, 77), 0);
	CHECK_EQ(fake_get(nic, 0x52, 2), 0x0004);
	CHECK_EQ(fake_get(nic, 0x54, 4), FAKE_VECTOR_ADDRESS);
	CHECK_EQ(fake_get(nic, 0x58, 4), 77);
	CHECK_EQ(fake_get(nic, 0x5c, 4), 0x55555555); /* not the capability's */
	CHECK_EQ(pci_msi_enable(device, true), 0);
	CHECK_EQ(fake_get(nic, 0x52, 2), 0x0005);

	fake_put(nic, 0x52, 2, 0x0181); /* 64 bits, with masks, left enabled */
	fake_put(nic, 0x58, 4, 0xffffffff);
	fake_put(nic, 0x60, 4, 1);
	CHECK_EQ(pci_msi_set(device, 78), 0);
	CHECK_EQ(fake_get(nic, 0x52, 2), 0x0180);
	CHECK_EQ(fake_get(nic, 0x58, 4), 0);
	CHECK_EQ(fake_get(nic, 0x5c, 2), 78);
	CHECK_EQ(fake_get(nic, 0x60, 4), 0);
	CHECK_EQ(pci_msi_enable(device, true), 0);
	CHECK_EQ(pci_claim(device), 0);
	CHECK_EQ(fake_get(nic, 0x52, 2), 0x0180);
	CHECK_EQ(pci_msi_enable(device, true), 0);
	pci_release(device);
	CHECK_EQ(fake_get(nic, 0x52, 2), 0x0180);
}

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

int
main(void)
{
	test_bars();
	test_bar_in_ram();
	test_capabilities();
	test_config_access();
	test_claim();
	test_msix();
	test_msi();
	test_msix_outside();
	test_intx();
	return check_end();
}
