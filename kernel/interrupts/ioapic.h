/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The IO-APICs: which interrupt line goes to which vector. All go to the control CPU.
 */
#ifndef KERNEL_IOAPIC_H
#define KERNEL_IOAPIC_H

#include <stdbool.h>
#include <stdint.h>

/* Finds the IO-APICs of acpi_info and masks all their inputs. Boot CPU, once. */
void ioapic_init(void);

/*
 * Routes an IO-APIC input to a vector, masked at first; polarity and trigger by the arguments,
 * which the MADT's overrides correct for ISA interrupts. Returns 0, -ENODEV (no such input). Boot
 * or control context.
 */
int ioapic_route_gsi(uint32_t gsi, int vector, bool active_low, bool level);
int ioapic_route_isa(uint8_t isa_irq, int vector);

/* Has an input, by its edge, be an NMI of the control CPU. Returns 0, -ENODEV. As above. */
int ioapic_route_nmi(uint32_t gsi);

void ioapic_mask_gsi(uint32_t gsi, bool masked);

/* IO-APIC input of an ISA interrupt after the MADT's overrides. */
uint32_t ioapic_isa_to_gsi(uint8_t isa_irq);

#endif
