/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every controller is asked before any is waited for, so that the slowest firmware costs a second
 * and not a second a controller. A machine without one pays a look at the class codes.
 */
#include "kernel/firmware/usb_handoff.h"

#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/base/x86.h"
#include "kernel/firmware/registers.h"
#include "kernel/firmware/usb_handoff_internal.h"
#include "kernel/loader/settings.h"
#include "kernel/pci/pci.h"
#include "kernel/time/clock.h"

#define CLASS_USB 0x0c03 /* serial bus, USB */
#define CONTROLLERS_MAX 32

#define GIVE_NS NS_PER_SECOND
#define USB_STOP_NS (20 * NS_PER_MS) /* xHCI 1.2 §5.4.1.1 allows 16 ms, the others less */

static const struct usb_kind *const usb_kinds[] = {&usb_uhci, &usb_ohci, &usb_ehci, &usb_xhci};

static struct usb_controller controllers[CONTROLLERS_MAX];
static unsigned controller_count;

static const struct usb_kind *
kind_of(const struct pci_device *device)
{
	if (device->class_code >> 8 != CLASS_USB)
		return NULL;
	for (unsigned i = 0; i < ARRAY_SIZE(usb_kinds); i++) {
		if (usb_kinds[i]->interface == (device->class_code & 0xff))
			return usb_kinds[i];
	}
	return NULL;
}

/*
 * Reaches the registers. A controller that decodes none is not driven by firmware either, which
 * would need them just the same.
 */
static bool
controller_open(struct usb_controller *controller, struct pci_device *device)
{
	const struct usb_kind *kind = controller->kind;
	const struct pci_bar *bar = &device->bars[kind->bar];
	uint32_t command = pci_config_read(device, PCI_COMMAND, 2);

	pci_bars_probe(device);
	controller->device = device;
	controller->registers = bar->base;
	controller->length = bar->size;
	if (!bar->base || !bar->size || bar->io != (kind == &usb_uhci) ||
	    !(command & (bar->io ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY)))
		return false;
	if (!bar->io && registers_map(bar->base, bar->size) != 0)
		return false;
	return kind->open(controller);
}

static void
controllers_find(void)
{
	controller_count = 0;
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);
		const struct usb_kind *kind = kind_of(device);

		if (!kind)
			continue;
		if (controller_count == CONTROLLERS_MAX) {
			log_warning("usb: more than %u controllers: the rest stay the firmware's",
				    CONTROLLERS_MAX);
			return;
		}
		struct usb_controller *controller = &controllers[controller_count];
		*controller = (struct usb_controller){.kind = kind};
		if (controller_open(controller, device))
			controller_count++;
	}
}

static bool
all_given(void)
{
	bool all = true;

	for (unsigned i = 0; i < controller_count; i++) {
		struct usb_controller *controller = &controllers[i];

		if (!controller->given)
			controller->given = controller->kind->is_given(controller);
		all = all && controller->given;
	}
	return all;
}

static bool
all_stopped(void)
{
	for (unsigned i = 0; i < controller_count; i++) {
		if (!controllers[i].kind->is_stopped(&controllers[i]))
			return false;
	}
	return true;
}

static void
await_all(bool (*all)(void), uint64_t ns)
{
	uint64_t deadline = clock_deadline_ns(ns);

	while (!all() && !clock_passed(deadline))
		cpu_pause();
}

static void
controller_report(const struct usb_controller *controller)
{
	const struct pci_device *device = controller->device;
	const char *name = controller->kind->name;

	if (!controller->given)
		log_warning("usb: " PCI_PLACE ": the firmware does not let go of the %s controller"
			    ": taken all the same",
			    PCI_PLACE_ARGS(device), name);
	else if (controller->was_firmwares)
		log_info("usb: " PCI_PLACE ": the firmware has handed over the %s controller",
			 PCI_PLACE_ARGS(device), name);
	if (!controller->kind->is_stopped(controller))
		log_warning("usb: " PCI_PLACE ": the %s controller does not stop",
			    PCI_PLACE_ARGS(device), name);
}

void
usb_handoff(void)
{
	uint64_t start = clock_ns();

	if (settings.usb_stays)
		return;
	controllers_find();
	if (!controller_count)
		return;
	for (unsigned i = 0; i < controller_count; i++) {
		struct usb_controller *controller = &controllers[i];

		controller->was_firmwares = controller->kind->ask(controller);
		controller->given = !controller->was_firmwares || !controller->kind->is_given;
	}
	await_all(all_given, GIVE_NS);
	for (unsigned i = 0; i < controller_count; i++)
		controllers[i].kind->take(&controllers[i]);
	await_all(all_stopped, USB_STOP_NS);
	for (unsigned i = 0; i < controller_count; i++)
		controller_report(&controllers[i]);
	log_info("usb: %u controllers are stopped after %llu us", controller_count,
		 (clock_ns() - start) / NS_PER_US);
}
