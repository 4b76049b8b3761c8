/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which NUMA node a function is near, as far as firmware's tables tell it in a form that needs no
 * interpreter:
 *
 * 1. the node of its root bridge in AML (acpi_pxm.c), found by the number of the root bus;
 * 2. the node of the VT-d unit that translates it: RHSA in the DMAR, by the unit's device scopes,
 *    VT-d 4.0 §8.3.1: the function itself, or a bridge above it, before the segment's unit for all.
 *
 * Else the node stays -1. What an answer rests on is logged for network cards.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/log.h"
#include "kernel/memory/memory.h"
#include "kernel/pci/pci_internal.h"

#define NODE_UNKNOWN (-1)

static int
node_of_domain(uint32_t domain)
{
	return acpi_has_domain(domain) ? (int)acpi_node_of_domain(domain) : NODE_UNKNOWN;
}

static uint8_t
root_bus(const struct pci_device *device)
{
	while (device->private->bridge)
		device = device->private->bridge;
	return device->bus;
}

static int
node_by_aml(const struct pci_device *device)
{
	for (unsigned i = 0; i < acpi_info.root_node_count; i++) {
		const struct acpi_root_node *root = &acpi_info.root_nodes[i];

		if (root->is_root && root->has_bus && root->has_domain &&
		    root->segment == device->segment && root->bus == root_bus(device))
			return node_of_domain(root->domain);
	}
	return NODE_UNKNOWN;
}

/* The function at the end of a scope's path, from bridge to bridge; NULL: there is none. */
static const struct pci_device *
scope_end(const struct acpi_scope *scope)
{
	const struct pci_device *found = NULL;
	uint8_t bus = scope->bus;

	for (unsigned i = 0; i < scope->path_length; i++) {
		if (i > 0 && found->private->secondary_bus == 0)
			return NULL;
		bus = i > 0 ? found->private->secondary_bus : bus;
		found = pci_find(scope->segment, bus, scope->path[i][0], scope->path[i][1]);
		if (!found)
			return NULL;
	}
	return found;
}

static bool
scope_has(const struct acpi_scope *scope, const struct pci_device *device)
{
	const struct pci_device *end = scope_end(scope);

	if (end && end == device)
		return true;
	for (const struct pci_device *bridge = device->private->bridge;
	     end && scope->is_bridge && bridge; bridge = bridge->private->bridge) {
		if (bridge == end)
			return true;
	}
	return false;
}

/* The unit that translates a function. */
static const struct acpi_scope *
scope_of(const struct pci_device *device)
{
	const struct acpi_scope *for_all = NULL;

	for (unsigned i = 0; i < acpi_info.scope_count; i++) {
		const struct acpi_scope *scope = &acpi_info.scopes[i];

		if (scope->segment != device->segment)
			continue;
		if (scope->all)
			for_all = scope;
		else if (scope_has(scope, device))
			return scope;
	}
	return for_all;
}

static int
node_by_unit(const struct pci_device *device)
{
	const struct acpi_scope *scope = acpi_info.unit_node_count ? scope_of(device) : NULL;

	for (unsigned i = 0; scope && i < acpi_info.unit_node_count; i++) {
		if (acpi_info.unit_nodes[i].address == scope->address)
			return node_of_domain(acpi_info.unit_nodes[i].domain);
	}
	return NODE_UNKNOWN;
}

static void
node_find(struct pci_device *device)
{
	const char *by = "its root bridge's _PXM";

	device->node = node_by_aml(device);
	if (device->node == NODE_UNKNOWN) {
		by = "its VT-d unit's affinity (DMAR)";
		device->node = node_by_unit(device);
	}
	if (device->class_code >> 16 != PCI_CLASS_NETWORK)
		return;
	if (device->node == NODE_UNKNOWN)
		log_info("pci: " PCI_PLACE ": the tables do not tell its node",
			 PCI_PLACE_ARGS(device));
	else
		log_info("pci: " PCI_PLACE ": node %d, by %s", PCI_PLACE_ARGS(device), device->node,
			 by);
}

void
pci_nodes(void)
{
	if (memory_node_count() < 2)
		return;
	for (unsigned i = 0; i < pci_count(); i++)
		node_find(pci_get(i));
}
