/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci/pci_node.c kernel/memory/paging_device.c */
/* SOURCES: kernel/pci/pci_claim.c */
/* SOURCES: kernel/pci/pci_init.c */
/* SOURCES: kernel/pci/pci.c kernel/pci/pci_scan.c kernel/pci/pci_bar.c kernel/pci/pci_config.c */
/* SOURCES: kernel/pci/pci_msi.c kernel/pci/pci_msix.c kernel/pci/pci_intx.c */
/* SOURCES: kernel/pci/pci_express.c kernel/loader/boot_info_memory.c kernel/pci/pci_number.c */
/* SOURCES: kernel/pci/pci_room.c kernel/pci/pci_window.c kernel/pci/pci_assign.c */
/*
 * Finding PCI functions in a fake configuration space: bridges, roots, segments, what lies or is
 * not there, NICs left running.
 */
#include "tests/unit/pci_fake.h"

#define MULTIFUNCTION PCI_HEADER_MULTIFUNCTION

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
	CHECK_EQ(nic->private->bridge, pci_find(0, 1, 7, 0));
	CHECK_EQ(nic->private->bridge->private->bridge, pci_find(0, 0, 1, 0));
	CHECK_EQ(nic->private->bridge->private->bridge->private->bridge, NULL);
	CHECK_EQ(nic->private->bridge->private->secondary_bus, 3);
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
	CHECK_EQ(pci_find(2, 5, 0, 0)->private->bridge, pci_find(2, 0, 1, 0));
	CHECK_EQ(pci_find(2, 0, 0, 0)->private->bridge, NULL);
}

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

static void
test_lying_bridges(void)
{
	machine_new();
	acpi_info.pci_roots = 1;
	fake_add_bridge((struct pci_place){0, 0, 1, 0}, 0, 1);
	fake_add_bridge((struct pci_place){0, 0, 2, 0}, 4, 2);
	fake_add_bridge((struct pci_place){0, 0, 3, 0}, 2, 2);
	fake_add_bridge((struct pci_place){0, 0, 4, 0}, 2, 2);
	fake_add_bridge((struct pci_place){0, 2, 0, 0}, 1, 1);
	fake_add_bridge((struct pci_place){0, 2, 1, 0}, 2, 2);
	fake_add((struct pci_place){0, 1, 0, 0}, CLASS_NIC, 0);
	fake_add((struct pci_place){0, 4, 0, 0}, CLASS_NIC, 0);
	CHECK_EQ(machine_scan(), 6);
	CHECK_EQ(pci_find(0, 2, 1, 0)->private->secondary_bus, 0);
	CHECK_EQ(pci_find(0, 0, 1, 0)->private->secondary_bus, 0);
	CHECK_EQ(pci_find(0, 2, 0, 0)->private->secondary_bus, 0);
}

static void
check_numbers(const struct fake *bridge, unsigned secondary, unsigned subordinate)
{
	CHECK_EQ(fake_get(bridge, PCI_PRIMARY_BUS, 1), bridge->place.bus);
	CHECK_EQ(fake_get(bridge, PCI_SECONDARY_BUS, 1), secondary);
	CHECK_EQ(fake_get(bridge, PCI_SUBORDINATE_BUS, 1), subordinate);
}

/* Bridges without bus numbers, beside and below those that have some. */
static void
test_unnumbered(void)
{
	struct fake *first, *second, *upper, *left, *right, *inside;

	machine_new();
	acpi_info.pci_roots = 1;
	first = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 0, 0);
	second = fake_add_bridge((struct pci_place){0, 0, 2, 0}, 0, 0);
	upper = fake_add_bridge((struct pci_place){0, 1, 0, 0}, 0, 0);
	left = fake_add_bridge((struct pci_place){0, 2, 0, 0}, 0, 0);
	right = fake_add_bridge((struct pci_place){0, 2, 1, 0}, 0, 0);
	fake_add_bridge((struct pci_place){0, 0, 3, 0}, 6, 7);
	inside = fake_add_bridge((struct pci_place){0, 6, 0, 0}, 0, 0);
	fake_add((struct pci_place){0, 4, 0, 0}, CLASS_NIC, 0); /* behind `right` */
	fake_add((struct pci_place){0, 5, 0, 0}, CLASS_NIC, 0); /* behind `second` */
	fake_add((struct pci_place){0, 7, 0, 0}, CLASS_NIC, 0); /* behind `inside` */
	CHECK_EQ(machine_scan(), 10);
	check_numbers(first, 1, 4);
	check_numbers(upper, 2, 4);
	check_numbers(left, 3, 3);
	check_numbers(right, 4, 4);
	check_numbers(second, 5, 5);
	check_numbers(inside, 7, 7);
	CHECK_EQ(pci_find(0, 4, 0, 0)->private->bridge, pci_find(0, 2, 1, 0));
	CHECK_EQ(pci_find(0, 7, 0, 0)->private->bridge, pci_find(0, 6, 0, 0));
	for (unsigned i = 0; i < pci_count(); i++) {
		CHECK(!pci_get(i)->private->unnumbered);
		for (unsigned j = 0; j < i; j++)
			CHECK(pci_get(j)->private->bridge != pci_get(i));
	}
}

/* Nothing is taken beyond the next root bus, nor from another bridge's range. */
static void
test_no_number(void)
{
	struct fake *free, *blocked, *below;

	machine_new();
	acpi_info.pci_roots = 2;
	free = fake_add_bridge((struct pci_place){0, 0x10, 1, 0}, 0, 0);
	blocked = fake_add_bridge((struct pci_place){0, 0x10, 2, 0}, 0, 0);
	fake_add((struct pci_place){0, 0x12, 0, 0}, CLASS_NIC, 0); /* another root */
	fake_add_bridge((struct pci_place){0, 0x12, 1, 0}, 0x20, 0x20);
	fake_add_bridge((struct pci_place){0, 0x12, 2, 0}, 0x21, 0x21);
	below = fake_add_bridge((struct pci_place){0, 0x20, 0, 0}, 0, 0);
	CHECK_EQ(machine_scan(), 6);
	check_numbers(free, 0x11, 0x11);
	CHECK_EQ(fake_get(blocked, PCI_SECONDARY_BUS, 1), 0);
	CHECK_EQ(fake_get(below, PCI_SECONDARY_BUS, 1), 0);
	CHECK_EQ(pci_find(0, 0x10, 2, 0)->private->secondary_bus, 0);
}

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
	test_unnumbered();
	test_no_number();
	test_absent();
	test_quiet();
	test_too_many();
	return check_end();
}
