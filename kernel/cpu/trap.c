/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The IDT, and what becomes of an exception: a page fault that only met a stale TLB entry, or a
 * page of the program's that is there now, is tried again; an NMI sent by a panicking CPU parks
 * this one; a register that was asked for by processor.h and is missing is an answer; of what the
 * application has caused it may want to hear itself; everything else ends the run with a report.
 * Intel SDM vol. 3 ch. 6.
 */
#include "kernel/cpu/trap.h"

#include "kernel/base/panic.h"
#include "kernel/base/processor.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/segments.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/interrupts/irq.h"
#include "kernel/memory/paging.h"

#define STUB_SIZE 16
#define GATE_INTERRUPT 0x8e /* present, ring 0, 64-bit interrupt gate: IF is cleared */

/* boot/traps.asm: stubs of STUB_SIZE bytes for all vectors, and for the exceptions. */
extern const uint8_t trap_stubs[], trap_early_stubs[];

/* The stubs push in this order; see boot/traps.asm. */
_Static_assert(__builtin_offsetof(struct trap_frame, rax) == 14 * 8, "fifteen registers");
_Static_assert(__builtin_offsetof(struct trap_frame, vector) == 15 * 8, "then the vector");
_Static_assert(sizeof(struct trap_frame) == 22 * 8, "calls from the stubs are aligned");

static bool (*nmi_hook)(struct trap_frame *frame);
static bool (*fault_hook)(struct trap_frame *frame);
static struct trap_gate trap_gates[VECTORS];
static bool (*page_hook)(uint64_t address, uint64_t error_code);
static bool (*lend_hook)(uint64_t address, const struct trap_frame *frame);
struct trap_gate trap_early_gates[TRAP_COUNT]; /* the IDT that boot/trampoline.asm loads */

static uint8_t
trap_stack(unsigned vector)
{
	switch (vector) {
	case TRAP_NMI:
		return IST_NMI;
	case TRAP_DOUBLE_FAULT:
		return IST_DOUBLE_FAULT;
	case TRAP_MACHINE_CHECK:
		return IST_MACHINE_CHECK;
	default:
		return vector < TRAP_COUNT ? IST_EXCEPTION : IST_INTERRUPT;
	}
}

static struct trap_gate
trap_gate_to(const uint8_t *stubs, unsigned vector, uint8_t stack)
{
	uint64_t stub = (uint64_t)(stubs + vector * STUB_SIZE);

	return (struct trap_gate){
		.offset_low = (uint16_t)stub,
		.selector = SEGMENT_CODE,
		.ist = stack,
		.type = GATE_INTERRUPT,
		.offset_middle = (uint16_t)(stub >> 16),
		.offset_high = (uint32_t)(stub >> 32),
	};
}

void
trap_init(void)
{
	for (unsigned vector = 0; vector < VECTORS; vector++)
		trap_gates[vector] = trap_gate_to(trap_stubs, vector, trap_stack(vector));
	for (unsigned vector = 0; vector < TRAP_COUNT; vector++)
		trap_early_gates[vector] = trap_gate_to(trap_early_stubs, vector, IST_NONE);
}

void
trap_load(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __packed idt = {sizeof(trap_gates) - 1, (uint64_t)trap_gates};

	__asm__ volatile("lidt %0" : : "m"(idt));
}

void
trap_set_page_hook(bool (*resolve)(uint64_t address, uint64_t error_code))
{
	page_hook = resolve;
}

void
trap_set_lend_hook(bool (*lend)(uint64_t address, const struct trap_frame *frame))
{
	lend_hook = lend;
}

static bool
resolve_page(const struct trap_frame *frame)
{
	uint64_t address = cr2_read();

	return paging_resolve(address, frame->error_code) ||
	       (page_hook && page_hook(address, frame->error_code)) ||
	       (lend_hook && lend_hook(address, frame));
}

void
trap_set_fault_hook(bool (*hook)(struct trap_frame *frame))
{
	fault_hook = hook;
}

void
trap_set_nmi_hook(bool (*hook)(struct trap_frame *frame))
{
	nmi_hook = hook;
}

static bool
serve_nmi(struct trap_frame *frame)
{
	ipi_stop_here();
	bool taken = nmi_hook && nmi_hook(frame);
	return ipi_sample_here(frame->rip) || taken;
}

static bool
resume_probe(struct trap_frame *frame)
{
	uint64_t rip = processor_resume(frame->rip);

	if (rip)
		frame->rip = rip;
	return rip != 0;
}

void
trap_dispatch(struct trap_frame *frame)
{
	if (frame->vector >= TRAP_COUNT) {
		irq_dispatch((unsigned)frame->vector);
		return;
	}
	if (frame->vector == TRAP_PAGE_FAULT && resolve_page(frame))
		return;
	if (frame->vector == TRAP_NMI && serve_nmi(frame))
		return;
	if (frame->vector == TRAP_PROTECTION && resume_probe(frame))
		return;
	if (fault_hook && (frame->rflags & RFLAGS_IF) && fault_hook(frame))
		return;
	panic_trap(frame);
}
