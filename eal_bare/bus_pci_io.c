/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configuration space and I/O ports. A register is read and written whole: what is asked for is
 * cut into pieces of 4, 2 and 1 bytes, as large as length and alignment allow.
 */
#include <errno.h>
#include <string.h>

#include <rte_bus_pci.h>
#include <rte_log.h>

#include "kernel/base/io.h"
#include "kernel/pci/pci.h"

#include <private.h>

#include "eal_bare/bus_pci.h"

/* Size of the next piece at an offset. */
static unsigned
piece(uint64_t offset, size_t length)
{
	if (length >= 4 && offset % 4 == 0)
		return 4;
	return length >= 2 && offset % 2 == 0 ? 2 : 1;
}

/* -- Configuration space -------------------------------------------------------------------- */

/* The function, if it has all of [offset, offset + length) in its configuration space. */
static struct pci_device *
config_device(const struct rte_pci_device *dev, size_t length, off_t offset)
{
	struct pci_device *device = bus_pci_device(dev);
	size_t size;

	if (device == NULL || offset < 0)
		return NULL;
	size = device->ecam ? PCIE_CONFIG_SIZE : PCI_CONFIG_SIZE;
	return (size_t)offset <= size && length <= size - offset ? device : NULL;
}

int
rte_pci_read_config(const struct rte_pci_device *dev, void *buffer, size_t length, off_t offset)
{
	const struct pci_device *device = config_device(dev, length, offset);
	uint8_t *to = buffer;

	if (device == NULL)
		return -1;
	for (size_t done = 0; done < length;) {
		unsigned size = piece(offset + done, length - done);
		uint32_t value = pci_config_read(device, offset + done, size);

		memcpy(to + done, &value, size);
		done += size;
	}
	return length;
}

int
rte_pci_write_config(const struct rte_pci_device *dev, const void *buffer, size_t length,
		     off_t offset)
{
	const struct pci_device *device = config_device(dev, length, offset);
	const uint8_t *from = buffer;

	if (device == NULL)
		return -1;
	for (size_t done = 0; done < length;) {
		unsigned size = piece(offset + done, length - done);
		uint32_t value = 0;

		memcpy(&value, from + done, size);
		pci_config_write(device, offset + done, size, value);
		done += size;
	}
	return length;
}

/* -- I/O ports -------------------------------------------------------------------------------- */

/* The program runs in ring 0. */
int
rte_eal_iopl_init(void)
{
	return 0;
}

int
rte_pci_ioport_map(struct rte_pci_device *dev, int index, struct rte_pci_ioport *port)
{
	struct bus_function *function = bus_pci_function(dev);
	const struct pci_bar *bar;

	if (function == NULL || index < 0 || index >= PCI_BARS)
		return -1;
	bar = &function->device->bars[index];
	if (bar->size == 0 || !bar->io || bar->base == 0 ||
	    bar->base + bar->size > UINT16_MAX + 1) {
		RTE_LOG(ERR, EAL, "BAR %d of PCI device %s is no usable I/O range\n", index,
			dev->name);
		return -1;
	}
	if (bus_pci_claim(function, dev) != 0)
		return -1;
	function->ports = true;
	port->dev = dev;
	port->base = bar->base;
	port->len = bar->size;
	return 0;
}

int
rte_pci_ioport_unmap(struct rte_pci_ioport *port)
{
	struct bus_function *function = port->dev == NULL ? NULL : bus_pci_function(port->dev);

	if (function == NULL)
		return -1;
	function->ports = false;
	bus_pci_release(function, port->dev);
	return 0;
}

void
rte_pci_ioport_read(struct rte_pci_ioport *port, void *buffer, size_t length, off_t offset)
{
	uint16_t from = port->base + offset;
	uint8_t *to = buffer;

	while (length > 0) {
		unsigned size = piece(from, length);
		uint32_t value = size == 4   ? io_in32(from)
				 : size == 2 ? io_in16(from)
					     : io_in8(from);

		memcpy(to, &value, size);
		to += size;
		from += size;
		length -= size;
	}
}

void
rte_pci_ioport_write(struct rte_pci_ioport *port, const void *buffer, size_t length, off_t offset)
{
	uint16_t to = port->base + offset;
	const uint8_t *from = buffer;

	while (length > 0) {
		unsigned size = piece(to, length);
		uint32_t value = 0;

		memcpy(&value, from, size);
		if (size == 4)
			io_out32(to, value);
		else if (size == 2)
			io_out16(to, value);
		else
			io_out8(to, value);
		from += size;
		to += size;
		length -= size;
	}
}
