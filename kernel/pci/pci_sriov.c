/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * bare.sriov: virtual functions of a NIC, PCIe Base 5.0 §9.3.3.
 *
 * The order is the specification's: page size, ARI, number of functions; only then the device tells
 * where they will be (first offset and stride). They may lie on buses after the NIC's own: the
 * bridges above are made to lead there. Their BARs get room for all functions together. Then they
 * are enabled, waited for (100 ms, and up to 1 s until they answer), and added to the list.
 *
 * A virtual function reads FFFF as its vendor and has no BARs of its own: vendor and device come
 * from the NIC's capability, addresses are computed. It decodes as the NIC makes it.
 */
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"
#include "kernel/time/clock.h"

#define EXTENDED_ARI 0x0e
#define EXTENDED_SRIOV 0x10

/* Relative to the SR-IOV capability. */
#define SRIOV_CONTROL 0x08
#define SRIOV_ENABLE (1u << 0)
#define SRIOV_MEMORY (1u << 3)
#define SRIOV_ARI (1u << 4) /* in the device's first function alone */
#define SRIOV_TOTAL 0x0e
#define SRIOV_NUMBER 0x10
#define SRIOV_FIRST_OFFSET 0x14
#define SRIOV_STRIDE 0x16
#define SRIOV_DEVICE_ID 0x1a
#define SRIOV_PAGES_SUPPORTED 0x1c
#define SRIOV_PAGE_SIZE 0x20
#define SRIOV_PAGE_4K (1u << 0)
#define SRIOV_BAR0 0x24

/* Relative to the PCI Express capability, §7.5.3.15. */
#define DEVICE_CAPABILITIES_2 0x24
#define DEVICE_CAPABILITIES_2_ARI (1u << 5)
#define DEVICE_CONTROL_2 0x28
#define DEVICE_CONTROL_2_ARI (1u << 5)

#define DISABLE_NS NS_PER_SECOND
#define ENABLE_NS (100 * NS_PER_MS)
#define VIRTUAL_READY_NS NS_PER_SECOND /* from when they were enabled */

struct sriov {
	struct pci_device *device;
	unsigned at; /* the capability */
	unsigned count;
	unsigned first, stride;	       /* routing IDs: bus << 8 | device << 3 | function */
	struct pci_bar bars[PCI_BARS]; /* of one function each; base is the first one's */
	struct pci_bar all[PCI_BARS];  /* of all together */
};

static struct sriov sriovs[SRIOV_SPECS_MAX];

static int
sriov_find(struct sriov *sriov)
{
	const struct pci_device *device = sriov->device;

	sriov->at = device->physical ? 0 : pci_find_extended_capability(device, EXTENDED_SRIOV);
	if (!sriov->at) {
		log_error("pci: " PCI_PLACE ": bare.sriov: it has no SR-IOV%s",
			  PCI_PLACE_ARGS(device),
			  device->ecam ? "" : ", or no ECAM to reach it by");
		return -ENOTSUP;
	}
	if (device->private->virtual_bars) {
		log_error("pci: " PCI_PLACE ": bare.sriov: named twice", PCI_PLACE_ARGS(device));
		return -EBUSY;
	}
	unsigned total = pci_config_read(device, sriov->at + SRIOV_TOTAL, 2);
	if (sriov->count > total) {
		log_error("pci: " PCI_PLACE ": bare.sriov: %u virtual functions: it can have %u",
			  PCI_PLACE_ARGS(device), sriov->count, total);
		return -EINVAL;
	}
	if (!(pci_config_read(device, sriov->at + SRIOV_PAGES_SUPPORTED, 4) & SRIOV_PAGE_4K)) {
		log_error("pci: " PCI_PLACE ": bare.sriov: it does not support pages of 4 KB",
			  PCI_PLACE_ARGS(device));
		return -ENOTSUP;
	}
	return 0;
}

/* What firmware has enabled is off before anything changes. */
static void
sriov_disable(const struct sriov *sriov)
{
	uint32_t control = pci_config_read(sriov->device, sriov->at + SRIOV_CONTROL, 2);

	if (!(control & (SRIOV_ENABLE | SRIOV_MEMORY)))
		return;
	pci_config_write(sriov->device, sriov->at + SRIOV_CONTROL, 2,
			 control & ~(SRIOV_ENABLE | SRIOV_MEMORY));
	if (control & SRIOV_ENABLE)
		clock_delay_ns(DISABLE_NS);
}

/* Has the port above take the device number for part of the function's (§6.13), if it can. */
static bool
sriov_forward_ari(const struct pci_device *device)
{
	const struct pci_device *port = device->private->bridge;
	unsigned at = port && pci_is_link(port) ? pci_find_capability(port, PCI_CAP_EXPRESS) : 0;

	if (!at || !pci_find_extended_capability(device, EXTENDED_ARI) ||
	    !(pci_config_read(port, at + DEVICE_CAPABILITIES_2, 4) & DEVICE_CAPABILITIES_2_ARI))
		return false;
	uint32_t control = pci_config_read(port, at + DEVICE_CONTROL_2, 2);
	pci_config_write(port, at + DEVICE_CONTROL_2, 2, control | DEVICE_CONTROL_2_ARI);
	return true;
}

/* The device's first function says for all of them whether ARI is there. */
static bool
sriov_ari(const struct pci_device *device)
{
	const struct pci_device *first = pci_find(device->segment, device->bus, device->device, 0);
	unsigned at = first ? pci_find_extended_capability(first, EXTENDED_SRIOV) : 0;

	if (!at || !sriov_forward_ari(device))
		return false;
	uint32_t control = pci_config_read(first, at + SRIOV_CONTROL, 2);
	if (!(control & SRIOV_ENABLE))
		pci_config_write(first, at + SRIOV_CONTROL, 2, control | SRIOV_ARI);
	return pci_config_read(first, at + SRIOV_CONTROL, 2) & SRIOV_ARI;
}

/* Whether all routing IDs can be reached; the bridges above lead to their buses then. */
static bool
sriov_reach(const struct sriov *sriov, bool ari)
{
	struct pci_device *bridge = sriov->device->private->bridge;
	unsigned last = sriov->first + (sriov->count - 1) * sriov->stride;
	unsigned bus = last / (PCI_BUS_DEVICES * PCI_DEVICE_FUNCTIONS);

	if (bus >= PCI_SEGMENT_BUSES || !pci_access_extended(sriov->device->segment, (uint8_t)bus))
		return false;
	for (unsigned i = 0; bridge && pci_is_link(bridge) && !ari && i < sriov->count; i++) {
		unsigned id = sriov->first + i * sriov->stride;

		if (id >> 8 == bridge->private->secondary_bus && (id >> 3) % PCI_BUS_DEVICES != 0)
			return false; /* a link has but device 0 */
	}
	if (!bridge)
		return bus == sriov->device->bus;
	return bus <= bridge->private->subordinate_bus || pci_number_extend(bridge, bus);
}

/* Sets how many there are to be, and learns where. */
static int
sriov_number(struct sriov *sriov)
{
	const struct pci_device *device = sriov->device;
	unsigned own = (unsigned)device->bus << 8 | device->device << 3 | device->function;
	bool ari = sriov_ari(device);

	pci_config_write(device, sriov->at + SRIOV_PAGE_SIZE, 4, SRIOV_PAGE_4K);
	pci_config_write(device, sriov->at + SRIOV_NUMBER, 2, sriov->count);
	unsigned offset = pci_config_read(device, sriov->at + SRIOV_FIRST_OFFSET, 2);
	sriov->first = own + offset;
	sriov->stride = pci_config_read(device, sriov->at + SRIOV_STRIDE, 2);
	if (offset == 0 || (sriov->stride == 0 && sriov->count > 1) || !sriov_reach(sriov, ari)) {
		log_error("pci: " PCI_PLACE ": bare.sriov: %u virtual functions from %#x on, each "
			  "%#x further, cannot be reached",
			  PCI_PLACE_ARGS(device), sriov->count, sriov->first, sriov->stride);
		return -ENXIO;
	}
	return 0;
}

/* Room for a BAR of all functions: where firmware has it, if that is free, else anew. */
static int
sriov_place(struct sriov *sriov, unsigned index)
{
	struct pci_bar *bar = &sriov->bars[index], *all = &sriov->all[index];
	uint64_t base = bar->base;
	struct pci_room room = {.space = pci_bar_space(bar),
				.size = bar->size * sriov->count,
				.alignment = bar->size > PAGE_4K ? bar->size : PAGE_4K,
				.to = bar->is_64bit ? UINT64_MAX : UINT32_MAX + 1ull};

	if (!base || !pci_room_holds(sriov->device, base, room.size))
		base = pci_room_make(sriov->device, &room);
	if (!base || pci_bar_place(sriov->device, sriov->at + SRIOV_BAR0 + index * PCI_BAR_SIZE,
				   bar, base) != 0) {
		log_error("pci: " PCI_PLACE ": bare.sriov: no room for BAR %u of %u virtual "
			  "functions, %#lx bytes each",
			  PCI_PLACE_ARGS(sriov->device), index, sriov->count, bar->size);
		return -ENOSPC;
	}
	*all = *bar;
	all->size = room.size;
	return 0;
}

static int
sriov_place_all(struct sriov *sriov)
{
	int error = 0;

	pci_rooms_collect();
	pci_bars_size(sriov->device, sriov->at + SRIOV_BAR0, PCI_BARS, sriov->bars);
	sriov->device->private->virtual_bars = sriov->all;
	for (unsigned i = 0; !error && i < PCI_BARS; i++) {
		if (sriov->bars[i].io)
			sriov->bars[i] = (struct pci_bar){0}; /* there are none of ports */
		if (sriov->bars[i].size)
			error = sriov_place(sriov, i);
	}
	if (error)
		sriov->device->private->virtual_bars = NULL;
	return error;
}

/* Whether a function answers before the deadline: all that reads FF is not there yet. */
static bool
sriov_ready(struct pci_place place, uint64_t deadline)
{
	while (pci_access_read(place, PCI_VENDOR_ID, 2) == PCI_VENDOR_NOT_READY ||
	       pci_access_read(place, PCI_REVISION, 4) == UINT32_MAX) {
		if (clock_passed(deadline))
			return false;
		clock_delay_ns(PCI_READY_STEP_NS);
	}
	return true;
}

static void
sriov_add(const struct sriov *sriov, unsigned index, struct pci_place place)
{
	struct pci_device *physical = sriov->device, *device = pci_add();

	if (!device)
		return;
	device->segment = place.segment;
	device->bus = place.bus;
	device->device = place.device;
	device->function = place.function;
	device->physical = physical;
	device->private->bridge = physical->private->bridge;
	device->node = physical->node;
	device->ecam = true;
	device->vendor_id = physical->vendor_id;
	device->device_id = (uint16_t)pci_config_read(physical, sriov->at + SRIOV_DEVICE_ID, 2);
	device->subsystem_vendor_id = physical->subsystem_vendor_id;
	device->subsystem_id = (uint16_t)pci_config_read(device, PCI_SUBSYSTEM_ID, 2);
	device->revision = (uint8_t)pci_config_read(device, PCI_REVISION, 1);
	device->class_code = pci_config_read(device, PCI_REVISION, 4) >> 8;
	device->private->bars_probed = true;
	for (unsigned i = 0; i < PCI_BARS; i++) {
		device->bars[i] = sriov->bars[i];
		device->bars[i].base += sriov->bars[i].size * index;
	}
	pci_msix_find(device);
	physical->virtual_functions++;
}

static void
sriov_enable(const struct sriov *sriov)
{
	const struct pci_device *device = sriov->device;
	uint32_t control = pci_config_read(device, sriov->at + SRIOV_CONTROL, 2);

	pci_config_write(device, sriov->at + SRIOV_CONTROL, 2,
			 control | SRIOV_ENABLE | SRIOV_MEMORY);
	uint64_t deadline = clock_deadline_ns(VIRTUAL_READY_NS);
	clock_delay_ns(ENABLE_NS);
	for (unsigned i = 0; i < sriov->count; i++) {
		unsigned id = sriov->first + i * sriov->stride;
		struct pci_place place = {device->segment, (uint8_t)(id >> 8),
					  id >> 3 & (PCI_BUS_DEVICES - 1),
					  id & (PCI_DEVICE_FUNCTIONS - 1)};

		if (sriov_ready(place, deadline))
			sriov_add(sriov, i, place);
		else
			log_error("pci: " PCI_PLACE ": this virtual function is not ready after "
				  "1 s: left out",
				  PCI_PLACE_ARGS(&place));
	}
	log_info("pci: " PCI_PLACE ": %u virtual functions from %04x:%02x:%02x.%u on",
		 PCI_PLACE_ARGS(device), device->virtual_functions, device->segment,
		 sriov->first >> 8, sriov->first >> 3 & (PCI_BUS_DEVICES - 1),
		 sriov->first & (PCI_DEVICE_FUNCTIONS - 1));
}

static void
sriov_run(struct sriov *sriov)
{
	if (sriov_find(sriov) != 0)
		return;
	pci_power_up(sriov->device);
	sriov_disable(sriov);
	if (sriov_number(sriov) != 0 || sriov_place_all(sriov) != 0)
		return;
	pci_express_tune(sriov->device);
	sriov_enable(sriov);
}

void
pci_sriov(void)
{
	for (unsigned i = 0; i < settings.sriov_count; i++) {
		const struct sriov_spec *spec = &settings.sriov[i];
		struct pci_device *device =
			pci_find(spec->segment, spec->bus, spec->device, spec->function);

		if (!device) {
			log_error("pci: bare.sriov: there is no function " PCI_PLACE,
				  PCI_PLACE_ARGS(spec));
			continue;
		}
		sriovs[i] = (struct sriov){.device = device, .count = spec->count};
		sriov_run(&sriovs[i]);
	}
}
