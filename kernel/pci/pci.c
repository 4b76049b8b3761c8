/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list of PCI functions.
 *
 * Entries are made in chunks and never move: bridges are pointed to.
 */
#include "kernel/pci/pci.h"

#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"

#define CHUNK_SIZE PAGE_4K
#define CHUNK_DEVICES (CHUNK_SIZE / sizeof(struct entry))
#define CHUNKS (PCI_DEVICES_MAX / CHUNK_DEVICES)

struct entry {
	struct pci_device device;
	struct pci_private private;
};

static struct entry *pci_chunks[CHUNKS];
static unsigned pci_device_count;
static bool pci_no_room_logged;

void
pci_clear(void)
{
	pci_device_count = 0;
}

struct pci_device *
pci_add(void)
{
	unsigned chunk = pci_device_count / CHUNK_DEVICES;

	if (chunk < CHUNKS && !pci_chunks[chunk])
		pci_chunks[chunk] = memory_grant(CHUNK_SIZE, PAGE_4K, MEMORY_ANY_NODE);
	if (chunk >= CHUNKS || !pci_chunks[chunk]) {
		if (!pci_no_room_logged)
			log_error("pci: no room for more than %u functions", pci_device_count);
		pci_no_room_logged = true;
		return NULL;
	}
	struct entry *entry = &pci_chunks[chunk][pci_device_count++ % CHUNK_DEVICES];
	*entry = (struct entry){.device.private = &entry->private};
	return &entry->device;
}

unsigned
pci_count(void)
{
	return pci_device_count;
}

struct pci_device *
pci_get(unsigned index)
{
	if (index >= pci_device_count)
		return NULL;
	return &pci_chunks[index / CHUNK_DEVICES][index % CHUNK_DEVICES].device;
}

struct pci_device *
pci_find(uint16_t segment, uint8_t bus, uint8_t device, uint8_t function)
{
	for (unsigned i = 0; i < pci_device_count; i++) {
		struct pci_device *found = pci_get(i);

		if (found->segment == segment && found->bus == bus && found->device == device &&
		    found->function == function)
			return found;
	}
	return NULL;
}
