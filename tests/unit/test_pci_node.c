/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci/pci_node.c kernel/base/format.c */
/* SOURCES: kernel/pci/pci_claim.c kernel/memory/paging_device.c */
/* SOURCES: kernel/pci/pci_init.c */
/* SOURCES: kernel/pci/pci.c kernel/pci/pci_scan.c kernel/pci/pci_bar.c kernel/pci/pci_config.c */
/* SOURCES: kernel/pci/pci_msi.c kernel/pci/pci_msix.c kernel/pci/pci_intx.c */
/* SOURCES: kernel/pci/pci_express.c kernel/loader/boot_info_memory.c kernel/pci/pci_number.c */
/* SOURCES: kernel/pci/pci_room.c kernel/pci/pci_window.c kernel/pci/pci_assign.c */
/*
 * The nodes of functions, by what ACPI's tables tell: root bridges, VT-d units and their scopes.
 * What nobody tells stays unknown.
 */
#include "tests/unit/log_captured.h"
#include "tests/unit/pci_fake.h"

#define CLASS_NIC 0x020000
#define UNIT 0xfed01000
#define UNIT_FOR_ALL 0xfed02000

/* Two root buses, 0x00 and 0x40; a NIC on the first, and two bridges with a NIC on the second. */
static void
machine(void)
{
	machine_new();
	log_forget();
	fake_nodes = 2;
	acpi_info.pci_roots = 2;
	fake_add((struct pci_place){0, 0, 3, 0}, CLASS_NIC, 0);
	fake_add_bridge((struct pci_place){0, 0x40, 1, 0}, 0x41, 0x42);
	fake_add_bridge((struct pci_place){0, 0x41, 2, 0}, 0x42, 0x42);
	fake_add((struct pci_place){0, 0x42, 0, 0}, CLASS_NIC, 0);
}

static int
node_at(uint8_t bus, uint8_t device)
{
	const struct pci_device *found = pci_find(0, bus, device, 0);

	return CHECK(found != NULL) ? found->node : -2;
}

static void
root_add(const char *name, uint8_t bus, uint32_t domain)
{
	struct acpi_root_node *root = &acpi_info.root_nodes[acpi_info.root_node_count++];

	*root = (struct acpi_root_node){.is_root = true, .has_bus = true, .has_domain = true};
	memcpy(root->name, name, sizeof(root->name));
	root->bus = bus;
	root->domain = domain;
}

static void
scope_add(const struct acpi_scope *scope)
{
	acpi_info.scopes[acpi_info.scope_count++] = *scope;
}

static void
unit_add(uint64_t address, uint32_t domain)
{
	acpi_info.unit_nodes[acpi_info.unit_node_count++] =
		(struct acpi_unit_node){address, domain};
}

static void
test_nobody_tells(void)
{
	machine();
	machine_scan();
	CHECK_EQ(node_at(0x42, 0), -1);
	CHECK(log_said("0000:42:00.0: the tables do not tell its node"));
	machine();
	fake_nodes = 1;
	root_add("PC00", 0, 10);
	machine_scan();
	CHECK_EQ(node_at(0, 3), -1);
	CHECK(!log_said("node"));
}

static void
test_aml(void)
{
	machine();
	root_add("PC00", 0, 10);
	root_add("PC40", 0x40, 11);
	unit_add(UNIT, 10);
	scope_add(&(struct acpi_scope){.address = UNIT, .all = true});
	machine_scan();
	CHECK_EQ(node_at(0, 3), 0);
	CHECK_EQ(node_at(0x40, 1), 1);
	CHECK_EQ(node_at(0x42, 0), 1);
	CHECK(log_said("0000:42:00.0: node 1, by its root bridge's _PXM"));
	machine();
	root_add("PC40", 0x40, 99); /* a domain that no CPU and no memory has */
	acpi_info.root_nodes[0].segment = 0;
	root_add("PC41", 0x41, 11); /* no root bus */
	machine_scan();
	CHECK_EQ(node_at(0x42, 0), -1);
}

static void
test_units(void)
{
	machine();
	unit_add(UNIT, 11);
	unit_add(UNIT_FOR_ALL, 10);
	scope_add(&(struct acpi_scope){.address = UNIT_FOR_ALL, .all = true});
	scope_add(&(struct acpi_scope){.address = UNIT, .is_bridge = true, .bus = 0x40,
				       .path = {{1, 0}}, .path_length = 1});
	machine_scan();
	CHECK_EQ(node_at(0, 3), 0);
	CHECK_EQ(node_at(0x40, 1), 1);
	CHECK_EQ(node_at(0x42, 0), 1);
	CHECK(log_said("0000:42:00.0: node 1, by its VT-d unit's affinity (DMAR)"));
}

/* A path from bridge to bridge; and those that lead nowhere, or to a function that is no bridge. */
static void
test_paths(void)
{
	machine();
	unit_add(UNIT, 11);
	scope_add(&(struct acpi_scope){.address = UNIT_FOR_ALL, .bus = 0x40,
				       .path = {{9, 0}, {1, 0}}, .path_length = 2});
	scope_add(&(struct acpi_scope){.address = UNIT_FOR_ALL, .bus = 0,
				       .path = {{3, 0}, {1, 0}}, .path_length = 2});
	scope_add(&(struct acpi_scope){.address = UNIT, .bus = 0x40,
				       .path = {{1, 0}, {2, 0}, {0, 0}}, .path_length = 3});
	machine_scan();
	CHECK_EQ(node_at(0x42, 0), 1);
	CHECK_EQ(node_at(0x41, 2), -1);
	machine();
	unit_add(UNIT, 11);
	scope_add(&(struct acpi_scope){.address = UNIT, .segment = 1, .all = true});
	machine_scan();
	CHECK_EQ(node_at(0x42, 0), -1);
}

int
main(void)
{
	test_nobody_tells();
	test_aml();
	test_units();
	test_paths();
	return check_end();
}
