/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A GDT and a TSS for each CPU, in one block. The GDT is flat; only the TSS differs.
 * Stacks for exceptions, NMI, double fault, machine check and interrupts while idle come from
 * the arena, each with a guard page and a name by which an overflow is reported.
 */
#include "kernel/cpu/segments.h"

#include "kernel/base/cpu.h"
#include "kernel/base/format.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/memory/arena.h"

#define TRAP_STACK_SIZE (8 * KB)

/* Descriptors, SDM vol. 3 §3.4.5. */
#define DESCRIPTOR_CODE 0x00af9a000000ffffULL /* 64-bit, present, ring 0, execute and read */
#define DESCRIPTOR_DATA 0x00cf92000000ffffULL /* present, ring 0, read and write */
#define DESCRIPTOR_TSS (0x89ULL << 40)	      /* 64-bit TSS, available, present */

struct segments {
	uint64_t gdt[5]; /* null, code, data, TSS (two entries) */
	struct tss tss;
	uint64_t idle_interrupt_stack;
};

struct table_pointer {
	uint16_t limit;
	uint64_t base;
} __packed;

static struct segments early_segments;
uint8_t segments_early_stack[SEGMENTS_EARLY_STACK_SIZE] __attribute__((aligned(16)));

static void
segments_load(struct segments *segments)
{
	uint64_t tss = (uint64_t)&segments->tss;
	struct table_pointer gdt = {sizeof(segments->gdt) - 1, (uint64_t)segments->gdt};

	segments->tss.io_map = sizeof(struct tss);
	segments->gdt[1] = DESCRIPTOR_CODE;
	segments->gdt[2] = DESCRIPTOR_DATA;
	segments->gdt[3] = DESCRIPTOR_TSS | (sizeof(struct tss) - 1) | (tss & 0xffffff) << 16 |
			   (tss >> 24 & 0xff) << 56;
	segments->gdt[4] = tss >> 32;
	__asm__ volatile("lgdt %0; ltr %w1" : : "m"(gdt), "r"(SEGMENT_TSS) : "memory");
}

void
segments_init_early(struct cpu *cpu)
{
	for (unsigned slot = 0; slot < IST_SLOTS; slot++)
		early_segments.tss.ist[slot] =
			(uint64_t)segments_early_stack + SEGMENTS_EARLY_STACK_SIZE;
	segments_load(&early_segments);
	cpu->self = cpu;
	cpu->tss = &early_segments.tss;
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
}

static uint64_t
segments_stack(const struct cpu *cpu, const char *what)
{
	char owner[32];
	void *top;

	format_text(owner, sizeof(owner), "%s stack of CPU %u", what, cpu->index);
	top = arena_stack_grant(TRAP_STACK_SIZE, owner);
	if (top == NULL)
		panic("no memory for the %s", owner);
	return (uint64_t)top;
}

void
segments_prepare(struct cpu *cpu)
{
	struct segments *segments = arena_grant(sizeof(struct segments));

	if (segments == NULL)
		panic("no memory for the segments of CPU %u", cpu->index);
	memset(segments, 0, sizeof(*segments));
	segments->idle_interrupt_stack = segments_stack(cpu, "interrupt");
	segments->tss.ist[IST_INTERRUPT - 1] = segments->idle_interrupt_stack;
	segments->tss.ist[IST_EXCEPTION - 1] = segments_stack(cpu, "exception");
	segments->tss.ist[IST_NMI - 1] = segments_stack(cpu, "NMI");
	segments->tss.ist[IST_DOUBLE_FAULT - 1] = segments_stack(cpu, "double fault");
	segments->tss.ist[IST_MACHINE_CHECK - 1] = segments_stack(cpu, "machine check");
	cpu->tss = &segments->tss;
}

void
segments_init(struct cpu *cpu)
{
	segments_load(CONTAINER_OF(cpu->tss, struct segments, tss));
	cpu->self = cpu;
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
}

void
segments_set_interrupt_stack(struct cpu *cpu, uint64_t top)
{
	cpu->tss->ist[IST_INTERRUPT - 1] = top;
}

uint64_t
segments_idle_interrupt_stack(const struct cpu *cpu)
{
	return CONTAINER_OF(cpu->tss, struct segments, tss)->idle_interrupt_stack;
}
