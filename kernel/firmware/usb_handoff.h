/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Takes USB controllers away from the firmware. Until an operating system asks for them, firmware
 * may drive them in system management mode, to show a USB keyboard as a PS/2 one: that takes time
 * from every CPU, unseen, and their DMA goes on in memory that is ours now.
 */
#ifndef KERNEL_USB_HANDOFF_H
#define KERNEL_USB_HANDOFF_H

/*
 * Asks for all xHCI, EHCI and OHCI controllers and takes UHCI ones, all at once; waits a second at
 * most for firmware to let go, then takes what it has not given; switches their SMIs off and stops
 * them. What was firmware's is reported. Does nothing with bare.usb=firmware. Boot CPU, after
 * pci_init() and clock_init().
 */
void usb_handoff(void);

#endif
