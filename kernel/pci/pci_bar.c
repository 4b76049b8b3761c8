/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Base address registers, PCI 3.0 §6.2.5: their kinds and sizes, and mapping them.
 *
 * A size is found by writing all ones and reading which address bits stay 0. Meanwhile the
 * function decodes nothing, as its BARs point anywhere.
 */
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/pci/pci_internal.h"

#define DECODING (PCI_COMMAND_IO | PCI_COMMAND_MEMORY)
#define BAR_IO (1u << 0)
#define BAR_IO_MASK 0xfffffffcu
#define BAR_IO_HIGH 0xffff0000u /* need not be there */
#define BAR_TYPE_MASK (3u << 1)
#define BAR_TYPE_64BIT (2u << 1)
#define BAR_PREFETCHABLE (1u << 3)
#define BAR_MEMORY_MASK 0xfffffff0u

static unsigned
bar_count(const struct pci_device *device)
{
	switch (device->header_type) {
	case PCI_HEADER_DEVICE:
		return PCI_BARS;
	case PCI_HEADER_BRIDGE:
		return PCI_BRIDGE_BARS;
	default:
		return 0;
	}
}

/* Returns a register's value, and in *mask what it reads after all ones were written. */
static uint32_t
bar_probe(const struct pci_device *device, unsigned offset, uint32_t *mask)
{
	uint32_t value = pci_config_read(device, offset, 4);

	pci_config_write(device, offset, 4, UINT32_MAX);
	*mask = pci_config_read(device, offset, 4);
	pci_config_write(device, offset, 4, value);
	return value;
}

/* The size that a mask of writable address bits stands for; 0 when it is none. */
static uint64_t
bar_size_of(uint64_t mask)
{
	uint64_t size = ~mask + 1;

	/* One run of ones up to the top: the size is a power of two, and is the lowest one. */
	return mask != 0 && (size & (size - 1)) == 0 ? size : 0;
}

static void
bar_size_io(struct pci_bar *bar, uint32_t value, uint32_t mask)
{
	mask &= BAR_IO_MASK;
	bar->io = true;
	bar->base = value & BAR_IO_MASK;
	bar->size = mask ? bar_size_of(mask | BAR_IO_HIGH | ~(uint64_t)UINT32_MAX) : 0;
}

/* Sizes the BAR at an offset, the last one or not; returns how many registers it takes. */
static unsigned
bar_size(const struct pci_device *device, unsigned offset, bool last, struct pci_bar *bar)
{
	uint32_t mask, high_mask;
	uint32_t value = bar_probe(device, offset, &mask);

	if (mask == 0 || mask == UINT32_MAX)
		return 1;
	if (value & BAR_IO) {
		bar_size_io(bar, value, mask);
		return 1;
	}
	uint64_t wide_mask = (mask & BAR_MEMORY_MASK) | ~(uint64_t)UINT32_MAX;
	bar->prefetchable = value & BAR_PREFETCHABLE;
	bar->base = value & BAR_MEMORY_MASK;
	bar->is_64bit = (value & BAR_TYPE_MASK) == BAR_TYPE_64BIT;
	if (bar->is_64bit) {
		if (last) {
			*bar = (struct pci_bar){0}; /* its upper half would be beyond the BARs */
			return 1;
		}
		uint32_t high = bar_probe(device, offset + PCI_BAR_SIZE, &high_mask);
		bar->base |= (uint64_t)high << 32;
		wide_mask = (mask & BAR_MEMORY_MASK) | (uint64_t)high_mask << 32;
	}
	bar->size = (mask & BAR_MEMORY_MASK) || bar->is_64bit ? bar_size_of(wide_mask) : 0;
	return bar->is_64bit ? 2 : 1;
}

static bool
bar_is_host_bridge(const struct pci_device *device)
{
	return device->class_code >> 8 == (PCI_CLASS_BRIDGE << 8 | PCI_SUBCLASS_HOST);
}

/* Switches decoding off; gives what the command register was. Nothing decoded: nothing written. */
static uint32_t
decoding_off(const struct pci_device *device)
{
	uint32_t command = pci_config_read(device, PCI_COMMAND, 2);

	if (command & DECODING)
		pci_config_write(device, PCI_COMMAND, 2, command & ~DECODING);
	return command;
}

static void
decoding_back(const struct pci_device *device, uint32_t command)
{
	if (command & DECODING)
		pci_config_write(device, PCI_COMMAND, 2, command);
}

void
pci_bars_size(const struct pci_device *device, unsigned offset, unsigned count,
	      struct pci_bar *bars)
{
	uint32_t command = decoding_off(device);

	for (unsigned index = 0; index < count;)
		index += bar_size(device, offset + index * PCI_BAR_SIZE, index + 1 == count,
				  &bars[index]);
	decoding_back(device, command);
}

void
pci_bars_probe(struct pci_device *device)
{
	if (device->private->bars_probed)
		return;
	device->private->bars_probed = true;
	if (!bar_is_host_bridge(device))
		pci_bars_size(device, PCI_BAR0, bar_count(device), device->bars);
	pci_msix_find(device);
}

static void
bar_write(const struct pci_device *device, unsigned offset, const struct pci_bar *bar,
	  uint64_t base)
{
	pci_config_write(device, offset, 4, (uint32_t)base);
	if (bar->is_64bit)
		pci_config_write(device, offset + PCI_BAR_SIZE, 4, (uint32_t)(base >> 32));
}

static uint64_t
bar_read(const struct pci_device *device, unsigned offset, const struct pci_bar *bar)
{
	uint64_t base =
		pci_config_read(device, offset, 4) & (bar->io ? BAR_IO_MASK : BAR_MEMORY_MASK);

	if (bar->is_64bit)
		base |= (uint64_t)pci_config_read(device, offset + PCI_BAR_SIZE, 4) << 32;
	return base;
}

int
pci_bar_place(const struct pci_device *device, unsigned offset, struct pci_bar *bar, uint64_t base)
{
	uint32_t command = decoding_off(device);

	bar_write(device, offset, bar, base);
	bar->base = bar_read(device, offset, bar);
	if (bar->base != base) {
		bar_write(device, offset, bar, 0);
		bar->base = 0;
	}
	decoding_back(device, command);
	return bar->base ? 0 : -EIO;
}

void
pci_bars_restore(const struct pci_device *device)
{
	for (unsigned index = 0; index < bar_count(device); index++)
		if (device->bars[index].size)
			bar_write(device, PCI_BAR0 + index * PCI_BAR_SIZE, &device->bars[index],
				  device->bars[index].base);
}
