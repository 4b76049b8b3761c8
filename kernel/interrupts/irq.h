/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt vectors and where they come from. All device interrupts go to the control CPU.
 */
#ifndef KERNEL_IRQ_H
#define KERNEL_IRQ_H

#include <stdbool.h>
#include <stdint.h>

enum irq_vector {
	IRQ_FIRST_DEVICE = 48, /* vectors handed out by irq_alloc() */
	IRQ_LAST_DEVICE = 239,
	IRQ_TIMER = 240,    /* local APIC timer; irq_claim() */
	IRQ_KICK = 241,	    /* ipi_kick(); irq_claim() */
	IRQ_RELEASE = 242,  /* smp_start()'s: ends the HLT of a CPU that waits, and no more */
	IRQ_FLUSH = 243,    /* ipi_flush()'s: the CPU flushes what is stale in its TLB */
	IRQ_SPURIOUS = 255, /* low nibble is 1111 as old APICs require */
};

/*
 * Hands out a vector. handler(argument) runs on the control CPU with interrupts masked; it must
 * not block; futex_wake() and ipi_kick() are allowed. `name` stays the caller's and is for
 * reports. Returns the vector, -ENOSPC when all are taken, -EINVAL without a handler. Any context.
 */
int irq_alloc(void (*handler)(void *argument), void *argument, const char *name);

/*
 * Says who serves IRQ_TIMER or IRQ_KICK, on each CPU: handler() runs with interrupts masked, after
 * the end of the interrupt, and may switch to another thread. Boot CPU, once each, before the first
 * timer is armed and the first CPU kicked.
 */
void irq_claim(enum irq_vector vector, void (*handler)(void));

/* Gives a vector back; waits until a running handler is done (deadline 1 s, then panics). */
void irq_free(int vector);

/* Message address and data that deliver `vector` to the control CPU (SDM vol. 3 §10.11). */
uint64_t irq_msi_address(void);
uint32_t irq_msi_data(int vector);

/* Called by trap_dispatch() for vectors from 32 on. */
void irq_dispatch(unsigned vector);

/* Interrupts that a CPU has taken since its start. */
uint64_t irq_count(unsigned cpu);

#endif
