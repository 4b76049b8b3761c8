/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACPI mode, in which events of the power management no longer go to firmware as SMIs but to us as
 * one interrupt, the SCI, and the power button among them. ACPI 6.5 §4.8.3, §16.3.1.
 */
#ifndef KERNEL_SCI_H
#define KERNEL_SCI_H

/*
 * Enters ACPI mode and serves the SCI, on the control CPU: of all events only the power button
 * that is fixed hardware is enabled. Does nothing on machines without (FADT's hardware-reduced
 * flag, no FADT) and with bare.power=firmware; what cannot be is logged. Boot CPU, once, after
 * ioapic_init().
 */
void sci_init(void);

/*
 * Has pressed() called, on the control CPU, in interrupt context (it must not block), each time
 * that the power button is pressed. Until then a press is logged and has no effect. Others that
 * learn of a press in another way (a control method's GPIO, a hypervisor's device) call
 * sci_power_button(). Boot CPU, once.
 */
void sci_on_power_button(void (*pressed)(void));

/* The power button was pressed: logs it, and calls what sci_on_power_button() was given. */
void sci_power_button(void);

#endif
