/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The IOMMU of virtual machines: virtio-iommu (Virtual I/O Device 1.2, §5.13), a PCI function.
 * Until a driver has set it up it lets all accesses through, or, if its configuration says so,
 * none. A device that offers it is told to let them through, as the others are switched off; with
 * one that does not, ports would link and receive nothing, silently.
 */
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/firmware/iommu_internal.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci.h"

#define VIRTIO_VENDOR 0x1af4
#define VIRTIO_IOMMU 0x1057

/* A capability of its own kind, §4.1.4: where a structure is. */
#define CAPABILITY_TYPE 3
#define CAPABILITY_TYPE_COMMON 1
#define CAPABILITY_TYPE_DEVICE 4
#define CAPABILITY_BAR 4
#define CAPABILITY_OFFSET 8

/* The common structure, §4.1.4.3. */
#define COMMON_DEVICE_SELECT 0x00
#define COMMON_DEVICE_FEATURES 0x04
#define COMMON_DRIVER_SELECT 0x08
#define COMMON_DRIVER_FEATURES 0x0c
#define COMMON_STATUS 0x14
#define STATUS_ACKNOWLEDGE (1u << 0)
#define STATUS_DRIVER (1u << 1)
#define STATUS_FEATURES_OK (1u << 3)
#define FEATURE_BYPASS_CONFIG (1u << 6)
#define FEATURE_VERSION_1_HIGH (1u << 0)

/* The device's own, §5.13.4. */
#define DEVICE_BYPASS 36

/* The address of a structure of the device, mapped; 0: there is none. */
static uint64_t
structure_find(const struct pci_device *device, unsigned type)
{
	for (unsigned at = pci_find_capability(device, PCI_CAP_VENDOR); at != 0;
	     at = pci_next_capability(device, at, PCI_CAP_VENDOR)) {
		unsigned bar = pci_config_read(device, at + CAPABILITY_BAR, 1);

		if (pci_config_read(device, at + CAPABILITY_TYPE, 1) == type &&
		    pci_map_bar(device, bar, PAGING_UC) == 0)
			return device->bars[bar].base +
			       pci_config_read(device, at + CAPABILITY_OFFSET, 4);
	}
	return 0;
}

/* The features of a word that the device offers. */
static uint32_t
features_offered(uint64_t common, uint32_t word)
{
	mmio_write32(common + COMMON_DEVICE_SELECT, word);
	return mmio_read32(common + COMMON_DEVICE_FEATURES);
}

static void
features_accept(uint64_t common, uint32_t word, uint32_t features)
{
	mmio_write32(common + COMMON_DRIVER_SELECT, word);
	mmio_write32(common + COMMON_DRIVER_FEATURES, features);
}

/* As a driver would begin (§3.1.1), as far as the right to change the configuration. */
static bool
bypass_set(uint64_t common, uint64_t own)
{
	mmio_write8(common + COMMON_STATUS, 0);
	mmio_write8(common + COMMON_STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
	features_accept(common, 0, features_offered(common, 0) & FEATURE_BYPASS_CONFIG);
	features_accept(common, 1, features_offered(common, 1) & FEATURE_VERSION_1_HIGH);
	mmio_write8(common + COMMON_STATUS,
		    STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
	if (!(mmio_read8(common + COMMON_STATUS) & STATUS_FEATURES_OK))
		return false;
	mmio_write8(own + DEVICE_BYPASS, 1);
	return mmio_read8(own + DEVICE_BYPASS) == 1;
}

static void
iommu_virtio_look(struct pci_device *device)
{
	uint64_t common, own;

	pci_bars_probe(device);
	pci_config_write(device, PCI_COMMAND, 2,
			 pci_config_read(device, PCI_COMMAND, 2) | PCI_COMMAND_MEMORY);
	common = structure_find(device, CAPABILITY_TYPE_COMMON);
	own = structure_find(device, CAPABILITY_TYPE_DEVICE);
	if (common && own && features_offered(common, 0) & FEATURE_BYPASS_CONFIG) {
		if (mmio_read8(own + DEVICE_BYPASS) == 1)
			return;
		if (bypass_set(common, own)) {
			log_info("iommu: virtio-iommu " PCI_PLACE " let no access through: it "
				 "does now",
				 PCI_PLACE_ARGS(device));
			return;
		}
	}
	log_error("iommu: virtio-iommu " PCI_PLACE " may let no access of devices through: take it "
		  "out of the machine, or set its bypass",
		  PCI_PLACE_ARGS(device));
}

void
iommu_virtio_init(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		if (device->vendor_id == VIRTIO_VENDOR && device->device_id == VIRTIO_IOMMU)
			iommu_virtio_look(device);
	}
}
