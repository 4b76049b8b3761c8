/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The local APIC, in xAPIC (MMIO) or x2APIC (MSR) mode. Intel SDM vol. 3 ch. 10.
 */
#ifndef KERNEL_LAPIC_H
#define KERNEL_LAPIC_H

#include <stdbool.h>
#include <stdint.h>

#define XAPIC_IDS 255 /* that xAPIC mode can address; 255 itself is the broadcast */

#define LAPIC_DELIVER_FIXED (0u << 8)
#define LAPIC_DELIVER_NMI (4u << 8)
#define LAPIC_DELIVER_INIT (5u << 8)
#define LAPIC_DELIVER_STARTUP (6u << 8)
#define LAPIC_LEVEL_ASSERT (1u << 14)
#define LAPIC_TRIGGER_LEVEL (1u << 15)

/*
 * Chooses the mode (x2APIC where the CPU has it and firmware left it on, or an APIC ID needs it),
 * maps the registers, masks the 8259s. Boot CPU, once. Panics when there is no local APIC.
 */
void lapic_init(void);

/* Switches the calling CPU's local APIC on: LVT masked, spurious vector set, timer off. */
void lapic_enable(void);

bool lapic_is_x2apic(void);

/* Only the mode, of lapic_enable(). The calling CPU, after lapic_init(). */
void lapic_set_mode(void);

/* APIC ID of the calling CPU. */
uint32_t lapic_id(void);

/* The same by CPUID: before the local APIC has its mode. */
uint32_t lapic_id_of_cpuid(void);

void lapic_end_of_interrupt(void);

/*
 * Whether an interrupt has arrived at the calling CPU that has not been taken yet, as interrupts
 * are masked there: a test that a device's reaches it at all.
 */
bool lapic_is_requested(uint8_t vector);

/*
 * Sends an interrupt: mode is LAPIC_*, vector 0..255 (for STARTUP the page number of the code).
 * Returns 0, -EINVAL (an APIC ID above 254 in xAPIC mode), or -ETIMEDOUT when the ICR stays busy
 * for 100 ms. Any context.
 */
int lapic_send(uint32_t apic_id, uint32_t mode, uint8_t vector);

/*
 * Ends the measurement of the timer's frequency that lapic_init() has begun: from here on timers
 * may be armed. Waits for what is left of 1 ms. Panics when the timer stands still. Boot CPU, once.
 */
void lapic_timer_settle(void);

/*
 * Arms this CPU's one-shot timer for a clock_ns() time (IRQ_TIMER fires at or shortly after it;
 * at once when it has passed), or disarms it. TSC-deadline mode where the CPU has it.
 */
void lapic_timer_arm(uint64_t ns);
void lapic_timer_disarm(void);

/*
 * Whether the time that this CPU's timer was armed for has passed; disarmed then. When it came too
 * early, arms it again. Called by irq_dispatch() for IRQ_TIMER.
 */
bool lapic_timer_expired(void);

#endif
