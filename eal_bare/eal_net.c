/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The port that a network stack has for itself: its device is left out of scans until the others
 * have been probed, so that theirs are the numbers that they would have without it.
 */
#include <stdio.h>
#include <string.h>

#include <rte_bus_pci.h>
#include <rte_common.h>

#include "kernel/pci/pci.h"

#include <private.h>

#include "eal_bare/bus_pci.h"
#include "eal_bare/compat.h"
#include "eal_bare/eal_net.h"

#define NAME_SIZE 16
#define CLASS_SHIFT 16
#define CLASS_NETWORK 0x02

static const char *hidden;

static void
name_of(const struct pci_device *device, char *name, size_t size)
{
	snprintf(name, size, "%.4x:%.2x:%.2x.%x", device->segment, device->bus, device->device,
		 device->function);
}

static bool
is_adapter(const struct pci_device *device)
{
	return device->header_type == 0 && device->class_code >> CLASS_SHIFT == CLASS_NETWORK;
}

static bool
is_to_hide(const struct pci_device *device)
{
	char name[NAME_SIZE];

	if (hidden == NULL)
		return false;
	if (hidden[0] == '\0')
		return is_adapter(device);
	name_of(device, name, sizeof(name));
	return strcmp(name, hidden) == 0;
}

void
eal_net_hide(const char *pci)
{
	hidden = pci;
	bus_pci_set_hidden(is_to_hide);
}

int
eal_net_scan(void)
{
	return rte_pci_scan();
}

bool
eal_net_adapter(unsigned number, char *pci, size_t size)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		if (!is_adapter(pci_get(i)) || number-- > 0)
			continue;
		name_of(pci_get(i), pci, size);
		return true;
	}
	return false;
}

static compat_thread_result
thread_main(void *argument)
{
	void (*run)(void) = (void (*)(void))argument;

	run();
	return COMPAT_THREAD_DONE;
}

int
eal_net_thread(const char *name, void (*run)(void))
{
	pthread_t thread;

	return compat_control_thread(&thread, name, thread_main, (void *)run);
}
