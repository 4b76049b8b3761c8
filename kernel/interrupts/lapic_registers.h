/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The local APIC's registers, for lapic.c and lapic_timer.c. Intel SDM vol. 3 table 10-1; in
 * x2APIC mode each is the MSR at MSR_X2APIC + offset / 16 (table 10-6).
 */
#ifndef KERNEL_LAPIC_REGISTERS_H
#define KERNEL_LAPIC_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#define LAPIC_LENGTH 0x1000
#define LAPIC_ID 0x020
#define LAPIC_ID_SHIFT 24 /* xAPIC */
#define LAPIC_VERSION 0x030
#define LAPIC_VERSION_LVT_SHIFT 16 /* number of LVT entries less 1 */
#define LAPIC_VERSION_LVT_MASK 0xff
#define LAPIC_TASK_PRIORITY 0x080
#define LAPIC_EOI 0x0b0
#define LAPIC_SPURIOUS 0x0f0
#define LAPIC_SOFTWARE_ENABLE (1u << 8)
#define LAPIC_IN_SERVICE 0x100 /* eight registers, 0x10 apart */
#define LAPIC_REQUESTED 0x200  /* likewise */
#define LAPIC_ICR_LOW 0x300
#define LAPIC_ICR_PENDING (1u << 12) /* xAPIC */
#define LAPIC_ICR_HIGH 0x310
#define LAPIC_ICR_DESTINATION_SHIFT 24
#define LAPIC_LVT_TIMER 0x320
#define LAPIC_TIMER_TSC_DEADLINE (2u << 17)
#define LAPIC_LVT_THERMAL 0x330
#define LAPIC_LVT_PERFORMANCE 0x340
#define LAPIC_LVT_LINT0 0x350
#define LAPIC_LVT_LINT1 0x360
#define LAPIC_LVT_ERROR 0x370
#define LAPIC_LVT_MASKED (1u << 16)
#define LAPIC_LVT_MODE_MASK (7u << 8)
#define LAPIC_LVT_MODE_SMI (2u << 8)
#define LAPIC_TIMER_INITIAL 0x380
#define LAPIC_TIMER_CURRENT 0x390
#define LAPIC_TIMER_DIVIDE 0x3e0
#define LAPIC_TIMER_DIVIDE_BY_16 0x3

/* How the registers are reached: lapic.c sets it, the same on all CPUs. */
extern struct lapic_access {
	uint64_t base; /* of the xAPIC's registers */
	bool x2apic;
} lapic_access;

uint32_t lapic_read(unsigned offset);
void lapic_write(unsigned offset, uint32_t value);

/* Chooses the timer's mode, and begins to measure its frequency. Boot CPU, from lapic_init(). */
void lapic_timer_init(void);

/* Readies the calling CPU's timer, disarmed. From lapic_enable(). */
void lapic_timer_enable(void);

#endif
