/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The PS/2 keyboard behind an 8042 controller, or what firmware makes a USB keyboard look like.
 */
#ifndef KERNEL_KEYBOARD_H
#define KERNEL_KEYBOARD_H

/*
 * Looks for the controller, and hooks the keyboard's interrupt; input goes to console_input().
 * Without an interrupt the keyboard is polled. Boot CPU, once, after ioapic_init().
 */
void keyboard_start(void);

#endif
