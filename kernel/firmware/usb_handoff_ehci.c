/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * EHCI 1.0: the capability USBLEGSUP (§2.1.7) is in configuration space, in a list of its own.
 * The two semaphores in it have a byte each, so that neither side overwrites the other's.
 */
#include "kernel/firmware/registers.h"
#include "kernel/firmware/usb_handoff_internal.h"
#include "kernel/pci/pci.h"

/* clang-format off */
#define INTERFACE_EHCI 0x20
#define EHCI_PARAMETERS 0x08
#define   EHCI_PARAMETERS_EXTENDED_SHIFT 8
#define   EHCI_PARAMETERS_EXTENDED_MASK 0xffu
#define EHCI_COMMAND 0x00 /* operational */
#define   EHCI_COMMAND_RUN (1u << 0)
/* In USB_STATUS: */
#define   EHCI_STATUS_HALTED (1u << 12)
#define INTERRUPTS 0x08
/* clang-format on */

#define EHCI_EXTENDED_FIRST 0x40
#define EHCI_EXTENDED_MAX ((PCI_CONFIG_SIZE - EHCI_EXTENDED_FIRST) / 4)
#define EHCI_LEAST_LENGTH 0x0c /* of the capability registers */
#define FIRMWARE_BYTE 2	  /* of USBLEGSUP */
#define OUR_BYTE 3

static uint64_t
ehci_legacy_find(const struct usb_controller *controller)
{
	uint32_t at = registers_read32(controller->registers + EHCI_PARAMETERS) >>
			      EHCI_PARAMETERS_EXTENDED_SHIFT &
		      EHCI_PARAMETERS_EXTENDED_MASK;

	for (unsigned steps = 0; steps < EHCI_EXTENDED_MAX; steps++) {
		uint32_t capability;

		if (at < EHCI_EXTENDED_FIRST || at % USB_REGISTER_SIZE != 0 ||
		    at + USB_LEGACY_CONTROL >= PCI_CONFIG_SIZE)
			return 0;
		capability = pci_config_read(controller->device, at, 4);
		if ((capability & USB_LEGACY_ID_MASK) == USB_LEGACY_ID)
			return at;
		at = capability >> USB_LEGACY_NEXT_SHIFT & USB_LEGACY_NEXT_MASK;
	}
	return 0;
}

static bool
ehci_open(struct usb_controller *controller)
{
	if (!usb_operation_find(controller, EHCI_LEAST_LENGTH, INTERRUPTS + USB_REGISTER_SIZE))
		return false;
	controller->legacy = ehci_legacy_find(controller);
	return true;
}

static bool
ehci_firmware_has(const struct usb_controller *controller)
{
	return controller->legacy &&
	       pci_config_read(controller->device, (unsigned)controller->legacy, 4) &
		       USB_LEGACY_FIRMWARE;
}

static bool
ehci_ask(const struct usb_controller *controller)
{
	if (!ehci_firmware_has(controller))
		return false;
	pci_config_write(controller->device, (unsigned)controller->legacy + OUR_BYTE, 1, 1);
	return true;
}

static bool
ehci_is_given(const struct usb_controller *controller)
{
	return !ehci_firmware_has(controller);
}

static void
ehci_take(const struct usb_controller *controller)
{
	unsigned legacy = (unsigned)controller->legacy;
	uint32_t command = registers_read32(controller->operation + EHCI_COMMAND);

	if (ehci_firmware_has(controller))
		pci_config_write(controller->device, legacy + FIRMWARE_BYTE, 1, 0);
	if (legacy)
		pci_config_write(controller->device, legacy + USB_LEGACY_CONTROL, 4,
				 USB_LEGACY_EVENTS);
	if (registers_read32(controller->operation + USB_STATUS) & EHCI_STATUS_HALTED)
		return;
	registers_write32(controller->operation + INTERRUPTS, 0);
	registers_write32(controller->operation + EHCI_COMMAND, command & ~EHCI_COMMAND_RUN);
}

static bool
ehci_is_stopped(const struct usb_controller *controller)
{
	return registers_read32(controller->operation + USB_STATUS) & EHCI_STATUS_HALTED;
}

const struct usb_kind usb_ehci = {
	.name = "EHCI",
	.interface = INTERFACE_EHCI,
	.bar = 0,
	.open = ehci_open,
	.ask = ehci_ask,
	.is_given = ehci_is_given,
	.take = ehci_take,
	.is_stopped = ehci_is_stopped,
};
