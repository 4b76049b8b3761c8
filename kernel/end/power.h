/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ending a run.
 */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include <stdint.h>

#include "kernel/loader/settings.h"

#define QEMU_DEBUG_EXIT_PORT 0xf4 /* -device isa-debug-exit; QEMU's status is value << 1 | 1 */

/*
 * Ends the machine's run as `action` says. status is main's, 0..255; END_DEBUG writes it to the
 * debug-exit port. A reboot waits for wait_seconds (0 to 3600), in which a report can be read, then
 * tries the ACPI reset register, the keyboard controller, port 0xCF9 and a triple fault, a
 * power-off ACPI S5; what does not work within its deadline is logged, then the CPU halts.
 */
void power_end(enum end_action action, uint32_t wait_seconds, uint8_t status)
	__attribute__((noreturn));

/* main returned or exit() was called: drains the console, says the status, bare.exit= decides. */
void power_exit(int status) __attribute__((noreturn));

/*
 * From here on the power button ends the run, as by exit(143): at once, or when it is pressed again
 * where the program takes it. Then bare.exit= decides; without it the machine goes off. Boot CPU.
 */
void power_end_on_button(void);

/*
 * Has handler() called when the power button is pressed for the first time, on the control CPU, in
 * interrupt context. Any context, once.
 */
void power_set_button_handler(void (*handler)(void));

/* From here on Ctrl-C ends the run, as by exit(130), unless the program takes it. Boot CPU. */
void power_end_on_interrupt(void);

#endif
