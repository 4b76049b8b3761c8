/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The PCI bus: DPDK's list of devices is made from the kernel's, in the order of addresses.
 *
 * Bridges are left to the kernel. A function is claimed (powered, bus mastering on) when its
 * driver maps its BARs or ports, and released when it unmaps them. MSI-X, where a function has
 * it, is on from then, with all entries masked: drivers look whether it is.
 *
 * DPDK asks which Linux driver a device is bound to. igb_uio is the one that promises the most of
 * what is true here: BARs mapped, bus mastering, MSI-X, and addresses used as they are.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus_pci.h>
#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_log.h>
#include <rte_memory.h>
#include <rte_pci.h>

#include "kernel/pci/pci.h"

#include <eal_internal_cfg.h>
#include <eal_private.h>
#include <private.h>

#include "eal_bare/bus_pci.h"
#include "eal_bare/compat_pci.h"
#include "eal_bare/eal_bare.h"
#include "eal_bare/eal_event.h"

static struct bus_function *functions; /* pci_count() of them, made by the first scan */
static bool (*is_hidden)(const struct pci_device *device); /* NULL: none is */

/* -- From DPDK's device to the kernel's ------------------------------------------------------- */

struct pci_device *
bus_pci_device(const struct rte_pci_device *dev)
{
	return pci_get(compat_pci_of(dev)->index);
}

struct bus_function *
bus_pci_function(const struct rte_pci_device *dev)
{
	return functions == NULL ? NULL : &functions[compat_pci_of(dev)->index];
}

static int
functions_init(void)
{
	if (functions != NULL)
		return 0;
	functions = calloc(pci_count(), sizeof(*functions));
	if (functions == NULL && pci_count() > 0)
		return -1;
	for (unsigned i = 0; i < pci_count(); i++)
		functions[i] = (struct bus_function){.device = pci_get(i), .event = -1};
	return 0;
}

bool
bus_pci_is_claimed(const struct pci_device *device)
{
	for (unsigned i = 0; functions != NULL && i < pci_count(); i++)
		if (functions[i].device == device)
			return functions[i].event >= 0;
	return false;
}

/* -- Scan ------------------------------------------------------------------------------------- */

static void
resources_fill(struct rte_pci_device *dev, const struct pci_device *device)
{
	for (unsigned i = 0; i < PCI_BARS; i++) {
		const struct pci_bar *bar = &device->bars[i];

		if (bar->size == 0 || bar->io)
			continue;
		dev->mem_resource[i].phys_addr = bar->base;
		dev->mem_resource[i].len = bar->size;
	}
}

static void
device_fill(struct rte_pci_device *dev, const struct pci_device *device)
{
	dev->device.bus = COMPAT_PCI_BUS;
	dev->device.numa_node = device->node < 0 ? SOCKET_ID_ANY : device->node;
	dev->addr.domain = device->segment;
	dev->addr.bus = device->bus;
	dev->addr.devid = device->device;
	dev->addr.function = device->function;
	dev->id.class_id = device->class_code;
	dev->id.vendor_id = device->vendor_id;
	dev->id.device_id = device->device_id;
	dev->id.subsystem_vendor_id = device->subsystem_vendor_id;
	dev->id.subsystem_device_id = device->subsystem_id;
	dev->max_vfs = device->virtual_functions; /* its driver serves them then */
	dev->kdrv = RTE_PCI_KDRV_IGB_UIO;
	pci_common_set(dev);
	resources_fill(dev, device);
}

/* Puts the device at its place by address; a second scan finds it there already. */
static void
device_insert(struct rte_pci_device *dev)
{
	struct rte_pci_device *other;

	COMPAT_PCI_FOREACH(other) {
		int order = rte_pci_addr_cmp(&dev->addr, &other->addr);

		if (order > 0)
			continue;
		if (order < 0) {
			compat_pci_insert(other, dev);
		} else {
			pci_common_set(other); /* its devargs may be new */
			compat_pci_free(dev);
		}
		return;
	}
	compat_pci_add(dev);
}

static int
device_scan(unsigned index)
{
	const struct pci_device *device = pci_get(index);
	struct rte_pci_addr address = {
		.domain = device->segment,
		.bus = device->bus,
		.devid = device->device,
		.function = device->function,
	};
	struct compat_pci *pci;

	if (device->header_type != 0 || compat_pci_is_ignored(&address) ||
	    (is_hidden != NULL && is_hidden(device)))
		return 0;
	pci = calloc(1, sizeof(*pci));
	if (pci == NULL)
		return -1;
	pci->index = index;
	device_fill(compat_pci_device(pci), device);
	device_insert(compat_pci_device(pci));
	return 0;
}

void
bus_pci_set_hidden(bool (*hidden)(const struct pci_device *device))
{
	is_hidden = hidden;
}

int
rte_pci_scan(void)
{
	if (!rte_eal_has_pci())
		return 0;
	bus_pci_dma_init();
	if (functions_init() != 0) {
		RTE_LOG(ERR, EAL, "No memory for the list of PCI devices\n");
		return -1;
	}
	for (unsigned i = 0; i < pci_count(); i++)
		if (device_scan(i) != 0) {
			RTE_LOG(ERR, EAL, "No memory for the list of PCI devices\n");
			return -1;
		}
	return 0;
}

/* -- Claim and release ------------------------------------------------------------------------ */

/*
 * Drivers that do not support MSI-X though their device may have it. em clears an interrupt's
 * cause by reading it, which does nothing on an 82574 in MSI-X mode: it would interrupt once.
 */
static const char *const one_vector_drivers[] = {"net_e1000_em"};

static bool
wants_one_vector(const struct rte_pci_device *dev)
{
	const struct rte_pci_driver *driver = compat_pci_driver(dev);

	for (unsigned i = 0; driver != NULL && i < RTE_DIM(one_vector_drivers); i++)
		if (strcmp(driver->driver.name, one_vector_drivers[i]) == 0)
			return true;
	return eal_get_internal_configuration()->vfio_intr_mode == RTE_INTR_MODE_MSI;
}

/* MSI rather than INTx: the way of a pin to the CPU is often not known, that of a message is. */
static enum event_source
source_choose(const struct bus_function *function, const struct rte_pci_device *dev)
{
	if (eal_get_internal_configuration()->vfio_intr_mode == RTE_INTR_MODE_LEGACY)
		return EVENT_BY_INTX;
	if (function->device->msix_vectors > 0 && !wants_one_vector(dev))
		return EVENT_BY_MSIX;
	return pci_msi_has(function->device) ? EVENT_BY_MSI : EVENT_BY_INTX;
}

/* Returns 0 or a negative error. */
static int
handle_fill(struct rte_intr_handle *handle, int fd, enum event_source source)
{
	static const enum rte_intr_handle_type types[] = {
		[EVENT_BY_MSIX] = RTE_INTR_HANDLE_VFIO_MSIX,
		[EVENT_BY_MSI] = RTE_INTR_HANDLE_VFIO_MSI,
		[EVENT_BY_INTX] = RTE_INTR_HANDLE_VFIO_LEGACY,
	};

	if (rte_intr_fd_set(handle, fd) != 0 || rte_intr_dev_fd_set(handle, fd) != 0 ||
	    rte_intr_type_set(handle, types[source]) != 0)
		return -EINVAL;
	return 0;
}

static int
interrupt_init(struct bus_function *function, struct rte_pci_device *dev)
{
	enum event_source source = source_choose(function, dev);
	int fd = event_open(function->device, 0, source), error = 0;

	if (fd < 0)
		return fd;
	if (function->device->msix_vectors > 0)
		error = pci_msix_enable(function->device, source == EVENT_BY_MSIX);
	if (error == 0)
		error = handle_fill(dev->intr_handle, fd, source);
	if (error != 0) {
		event_close(fd);
		return error;
	}
	function->event = fd;
	return 0;
}

int
bus_pci_claim(struct bus_function *function, struct rte_pci_device *dev)
{
	int error;

	if (function->event >= 0)
		return 0;
	error = pci_claim(function->device);
	if (error == 0) {
		error = interrupt_init(function, dev);
		if (error != 0)
			pci_release(function->device);
	}
	if (error != 0)
		RTE_LOG(ERR, EAL, "Cannot claim PCI device %s: %s\n", dev->name,
			rte_strerror(-error));
	return error;
}

static void
function_release(struct bus_function *function)
{
	if (function->event < 0)
		return;
	event_close(function->event);
	function->event = -1;
	function->bars = function->ports = false;
	pci_release(function->device);
}

void
bus_pci_release(struct bus_function *function, struct rte_pci_device *dev)
{
	if (function->bars || function->ports)
		return;
	function_release(function);
	rte_intr_fd_set(dev->intr_handle, -1);
	rte_intr_type_set(dev->intr_handle, RTE_INTR_HANDLE_UNKNOWN);
}

void
eal_pci_release_all(void)
{
	for (unsigned i = 0; functions != NULL && i < pci_count(); i++)
		function_release(&functions[i]);
	free(functions);
	functions = NULL;
}

/* -- IOVA ------------------------------------------------------------------------------------- */

/* An address of the program is that of the memory, and the device's. */
bool
pci_device_iommu_support_va(const struct rte_pci_device *dev __rte_unused)
{
	return true;
}

/* So every driver has what it wants in either mode. */
enum rte_iova_mode
pci_device_iova_mode(const struct rte_pci_driver *driver __rte_unused,
		     const struct rte_pci_device *dev __rte_unused)
{
	return RTE_IOVA_DC;
}
