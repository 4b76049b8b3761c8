/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * xHCI 1.2: the extended capability USBLEGSUP (§7.1) is in the registers, anywhere in the BAR, in
 * a list whose links count 4 bytes each and are relative.
 */
#include "kernel/firmware/registers.h"
#include "kernel/firmware/usb_handoff_internal.h"

/* clang-format off */
#define INTERFACE_XHCI 0x30
#define XHCI_PARAMETERS 0x10
#define   XHCI_PARAMETERS_EXTENDED_SHIFT 16
#define XHCI_COMMAND 0x00 /* operational */
#define   XHCI_COMMAND_RUN (1u << 0)
#define   XHCI_COMMAND_INTERRUPTS (1u << 2)
#define   XHCI_COMMAND_ERROR_INTERRUPTS (1u << 3)
/* In USB_STATUS: */
#define   XHCI_STATUS_HALTED (1u << 0)
/* In the legacy control register; its other bits are reserved or report events. */
#define XHCI_CONTROL_SMIS (1u << 0 | 1u << 4 | 7u << 13)
/* clang-format on */

#define LINK_SIZE 4
#define XHCI_LEAST_LENGTH 0x20 /* of the capability registers */

/* The address of USBLEGSUP, 0 when there is none or the list leaves the BAR. */
static uint64_t
xhci_legacy_find(const struct usb_controller *controller)
{
	uint32_t link = registers_read32(controller->registers + XHCI_PARAMETERS) >>
			XHCI_PARAMETERS_EXTENDED_SHIFT;
	uint64_t offset = 0;

	while (link) {
		uint32_t capability;

		offset += link * LINK_SIZE; /* ever further: the list cannot loop */
		if (offset + USB_LEGACY_CONTROL + LINK_SIZE > controller->length)
			return 0;
		capability = registers_read32(controller->registers + offset);
		if ((capability & USB_LEGACY_ID_MASK) == USB_LEGACY_ID)
			return controller->registers + offset;
		link = capability >> USB_LEGACY_NEXT_SHIFT & USB_LEGACY_NEXT_MASK;
	}
	return 0;
}

static bool
xhci_open(struct usb_controller *controller)
{
	if (!usb_operation_find(controller, XHCI_LEAST_LENGTH, USB_STATUS + LINK_SIZE))
		return false;
	controller->legacy = xhci_legacy_find(controller);
	return true;
}

static bool
xhci_ask(const struct usb_controller *controller)
{
	uint32_t legacy;

	if (!controller->legacy)
		return false;
	legacy = registers_read32(controller->legacy);
	registers_write32(controller->legacy, legacy | USB_LEGACY_OURS);
	return legacy & USB_LEGACY_FIRMWARE;
}

static bool
xhci_is_given(const struct usb_controller *controller)
{
	return !(registers_read32(controller->legacy) & USB_LEGACY_FIRMWARE);
}

static void
xhci_take(const struct usb_controller *controller)
{
	uint32_t command = registers_read32(controller->operation + XHCI_COMMAND);

	if (controller->legacy) {
		uint64_t control = controller->legacy + USB_LEGACY_CONTROL;
		uint32_t legacy = registers_read32(controller->legacy);

		if (legacy & USB_LEGACY_FIRMWARE)
			registers_write32(controller->legacy, legacy & ~USB_LEGACY_FIRMWARE);
		registers_write32(control, (registers_read32(control) & ~XHCI_CONTROL_SMIS) |
						   USB_LEGACY_EVENTS);
	}
	if (!(registers_read32(controller->operation + USB_STATUS) & XHCI_STATUS_HALTED))
		registers_write32(controller->operation + XHCI_COMMAND,
				  command & ~(XHCI_COMMAND_RUN | XHCI_COMMAND_INTERRUPTS |
					      XHCI_COMMAND_ERROR_INTERRUPTS));
}

static bool
xhci_is_stopped(const struct usb_controller *controller)
{
	return registers_read32(controller->operation + USB_STATUS) & XHCI_STATUS_HALTED;
}

const struct usb_kind usb_xhci = {
	.name = "xHCI",
	.interface = INTERFACE_XHCI,
	.bar = 0,
	.open = xhci_open,
	.ask = xhci_ask,
	.is_given = xhci_is_given,
	.take = xhci_take,
	.is_stopped = xhci_is_stopped,
};
