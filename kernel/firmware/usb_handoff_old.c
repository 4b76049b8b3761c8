/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two kinds of the first USB.
 *
 * OHCI 1.0a §5.1.1.3: firmware has it while its interrupts are routed to an SMI, and gives it back
 * at an "ownership change request". UHCI (Intel 82371AB §5.2.2, register LEGSUP): there is nobody
 * to ask; the traps that raise SMIs are switched off.
 */
#include "kernel/firmware/registers.h"
#include "kernel/firmware/usb_handoff_internal.h"
#include "kernel/pci/pci.h"

/* clang-format off */
#define INTERFACE_OHCI 0x10
#define OHCI_CONTROL 0x04
#define   OHCI_CONTROL_STATE (3u << 6) /* 0: reset, no lists are followed */
#define   OHCI_CONTROL_SMI (1u << 8)
#define   OHCI_CONTROL_WAKE (1u << 9)
#define OHCI_COMMAND 0x08
#define   OHCI_COMMAND_OWNERSHIP (1u << 3)
#define OHCI_INTERRUPT_ENABLE 0x10
#define   OHCI_INTERRUPT_OWNERSHIP (1u << 30) /* by which firmware hears of the request */
#define OHCI_INTERRUPT_DISABLE 0x14

#define INTERFACE_UHCI 0x00
#define UHCI_PORTS_BAR 4
#define UHCI_COMMAND 0x00
#define   UHCI_COMMAND_RUN (1u << 0)
#define UHCI_STATUS 0x02
#define   UHCI_STATUS_HALTED (1u << 5)
#define UHCI_INTERRUPTS 0x04
#define UHCI_LEGACY 0xc0 /* in configuration space */
#define   UHCI_LEGACY_SMIS 0x003fu
#define   UHCI_LEGACY_OFF 0x8f00u /* what is known of events is cleared, nothing is on */
/* clang-format on */

#define OHCI_LENGTH 0x18
#define UHCI_LENGTH 0x06

static bool
ohci_open(struct usb_controller *controller)
{
	return controller->length >= OHCI_LENGTH &&
	       registers_read32(controller->registers + OHCI_CONTROL) != UINT32_MAX;
}

static bool
ohci_is_given(const struct usb_controller *controller)
{
	return !(registers_read32(controller->registers + OHCI_CONTROL) & OHCI_CONTROL_SMI);
}

static bool
ohci_ask(const struct usb_controller *controller)
{
	if (ohci_is_given(controller))
		return false;
	registers_write32(controller->registers + OHCI_INTERRUPT_ENABLE, OHCI_INTERRUPT_OWNERSHIP);
	registers_write32(controller->registers + OHCI_COMMAND, OHCI_COMMAND_OWNERSHIP);
	return true;
}

static void
ohci_take(const struct usb_controller *controller)
{
	uint32_t control = registers_read32(controller->registers + OHCI_CONTROL);

	registers_write32(controller->registers + OHCI_INTERRUPT_DISABLE, UINT32_MAX);
	if (control & ~OHCI_CONTROL_WAKE)
		registers_write32(controller->registers + OHCI_CONTROL,
				  control & OHCI_CONTROL_WAKE);
}

static bool
ohci_is_stopped(const struct usb_controller *controller)
{
	return !(registers_read32(controller->registers + OHCI_CONTROL) & OHCI_CONTROL_STATE);
}

static bool
uhci_open(struct usb_controller *controller)
{
	return controller->length >= UHCI_LENGTH &&
	       registers_port_read16((uint16_t)controller->registers + UHCI_COMMAND) != UINT16_MAX;
}

static bool
uhci_ask(const struct usb_controller *controller)
{
	return pci_config_read(controller->device, UHCI_LEGACY, 2) & UHCI_LEGACY_SMIS;
}

static void
uhci_take(const struct usb_controller *controller)
{
	uint16_t ports = (uint16_t)controller->registers;
	uint16_t command = registers_port_read16(ports + UHCI_COMMAND);

	pci_config_write(controller->device, UHCI_LEGACY, 2, UHCI_LEGACY_OFF);
	registers_port_write16(ports + UHCI_INTERRUPTS, 0);
	if (command & UHCI_COMMAND_RUN)
		registers_port_write16(ports + UHCI_COMMAND, command & (uint16_t)~UHCI_COMMAND_RUN);
}

static bool
uhci_is_stopped(const struct usb_controller *controller)
{
	return registers_port_read16((uint16_t)controller->registers + UHCI_STATUS) &
	       UHCI_STATUS_HALTED;
}

const struct usb_kind usb_ohci = {
	.name = "OHCI",
	.interface = INTERFACE_OHCI,
	.bar = 0,
	.open = ohci_open,
	.ask = ohci_ask,
	.is_given = ohci_is_given,
	.take = ohci_take,
	.is_stopped = ohci_is_stopped,
};

const struct usb_kind usb_uhci = {
	.name = "UHCI",
	.interface = INTERFACE_UHCI,
	.bar = UHCI_PORTS_BAR,
	.open = uhci_open,
	.ask = uhci_ask,
	.take = uhci_take,
	.is_stopped = uhci_is_stopped,
};
