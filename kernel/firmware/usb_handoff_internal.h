/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between usb_handoff.c and the four kinds of controller.
 */
#ifndef KERNEL_USB_HANDOFF_INTERNAL_H
#define KERNEL_USB_HANDOFF_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

struct pci_device;

struct usb_controller {
	const struct pci_device *device;
	const struct usb_kind *kind;
	uint64_t registers; /* xHCI, EHCI, OHCI: address of BAR 0, mapped; UHCI: I/O ports */
	uint64_t length;    /* bytes there */
	uint64_t operation; /* xHCI, EHCI: address of the operational registers */
	uint64_t legacy;    /* xHCI: address, EHCI: configuration offset of USBLEGSUP; 0: none */
	bool was_firmwares;
	bool given; /* firmware has let go, or never had it */
};

/* What a kind of controller can do, in the order of the calls. None of them waits. */
struct usb_kind {
	const char *name;
	uint8_t interface; /* of the class code */
	uint8_t bar;
	/* Finds the rest of the fields from registers and length; false when they make no sense. */
	bool (*open)(struct usb_controller *controller);
	/* Asks for ownership; true when firmware has it. */
	bool (*ask)(const struct usb_controller *controller);
	/* Whether firmware has let go; NULL where it need not. */
	bool (*is_given)(const struct usb_controller *controller);
	/* Makes us the owner if firmware has not let go, switches SMIs off, stops it. */
	void (*take)(const struct usb_controller *controller);
	/* Whether it has stopped: no DMA any more. */
	bool (*is_stopped)(const struct usb_controller *controller);
};

extern const struct usb_kind usb_xhci, usb_ehci, usb_ohci, usb_uhci;

/*
 * For xHCI and EHCI: sets `operation` to what follows the capability registers, whose length is in
 * their first byte. False when that is below `least`, the operational registers do not have
 * `needed` bytes there, or nobody answers.
 */
bool usb_operation_find(struct usb_controller *controller, uint32_t least, uint32_t needed);

/* The status register of both, in the operational registers. */
#define USB_STATUS 4
#define USB_REGISTER_SIZE 4

/* The semaphore that xHCI and EHCI share: xHCI 1.2 §7.1, EHCI 1.0 §2.1.7. */
#define USB_LEGACY_ID 1u /* bits 7:0; bits 15:8 lead to the next capability */
#define USB_LEGACY_ID_MASK 0xffu
#define USB_LEGACY_NEXT_SHIFT 8
#define USB_LEGACY_NEXT_MASK 0xffu
#define USB_LEGACY_FIRMWARE (1u << 16)
#define USB_LEGACY_OURS (1u << 24)
#define USB_LEGACY_CONTROL 4	     /* the register behind it: which events raise an SMI */
#define USB_LEGACY_EVENTS (7u << 29) /* written as 1 to clear */

#endif
