/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What xHCI and EHCI have in common.
 */
#include "kernel/firmware/registers.h"
#include "kernel/firmware/usb_handoff_internal.h"

#define CAPABILITY_LENGTH_MASK 0xffu

bool
usb_operation_find(struct usb_controller *controller, uint32_t least, uint32_t needed)
{
	uint32_t length;

	if (controller->length < least)
		return false;
	length = registers_read32(controller->registers) & CAPABILITY_LENGTH_MASK;
	if (length < least || length % USB_REGISTER_SIZE != 0 ||
	    length + needed > controller->length)
		return false;
	controller->operation = controller->registers + length;
	return registers_read32(controller->operation + USB_STATUS) != UINT32_MAX;
}
