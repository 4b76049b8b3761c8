/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a driver may do wrong with the kernel. With the name of a case as argument the kernel ends
 * the run; test_misuse.py judges the report. Without: what it only warns of, once.
 */
/* QEMU: -smp 2 */
/* EXPECT: warning: irq: vector \d+ came, and is nobody's */
/* EXPECT: warned of */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>

#include "kernel/base/cpu.h"
#include "kernel/base/x86.h"
#include "kernel/end/panic_report.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/arena.h"
#include "kernel/memory/frames.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "tests/guest/pin.h"
#include "tests/unit/check.h"

#define NOT_MAPPED 0x7ffffffff000ULL

static volatile int count, deaf;

static void
memory_twice(void)
{
	void *page = memory_grant(PAGE_4K, PAGE_4K, MEMORY_ANY_NODE);

	memory_return(page, PAGE_4K);
	memory_return(page, PAGE_4K);
}

static void
memory_foreign(void)
{
	memory_return((void *)NOT_MAPPED, PAGE_4K);
}

/* One of a block, as nothing else is left, and another beside it, so that the block stays one. */
static void
frame_twice(void)
{
	uint64_t frame;

	while (memory_grant_scrap(PAGE_4K, UINT64_MAX))
		;
	frame = frames_take();
	while (frames_take() / PAGE_2M != frame / PAGE_2M)
		;
	frames_return(frame);
	frames_return(frame);
}

static void
arena_foreign(void)
{
	arena_return(memory_grant(PAGE_4K, PAGE_4K, MEMORY_ANY_NODE), PAGE_4K);
}

static void
claim_device_vector(void)
{
	irq_claim(IRQ_FIRST_DEVICE, abort);
}

static void
never_end(void *argument)
{
	(void)argument;
	count = 1;
	while (count)
		cpu_pause();
}

/* The handler runs on CPU 0 and does not end; CPU 1 gives its vector back. */
static void
handler_endless(void)
{
	int vector = irq_alloc(never_end, NULL, "endless");

	pin(1);
	lapic_send(cpu_get(0)->apic_id, LAPIC_DELIVER_FIXED, (uint8_t)vector);
	while (!count)
		cpu_pause();
	irq_free(vector);
}

static void *
hear_nothing(void *argument)
{
	pin(1);
	interrupts_save();
	deaf = 1;
	while (deaf)
		cpu_pause();
	return argument;
}

/* CPU 1 holds interrupts off for good, and may have stale entries in its TLB. */
static void
deaf_cpu(void)
{
	pthread_t thread;

	pin(0);
	pthread_create(&thread, NULL, hear_nothing, NULL);
	while (!deaf)
		sched_yield();
	paging_unmap((uint64_t)arena_grant(PAGE_4K), PAGE_4K);
	ipi_flush(paging_epoch());
}

static const char *
fail_again(uint64_t address)
{
	return *(const char *const *)(NOT_MAPPED + address % sizeof(address));
}

/* Who is asked whose guard page it is fails itself. */
static void
fault_in_report(void)
{
	panic_report_set_guards(fail_again);
	*(volatile char *)NOT_MAPPED = 1;
}

static const struct {
	const char *name;
	void (*provoke)(void);
} cases[] = {
	{"memory-twice", memory_twice},
	{"memory-foreign", memory_foreign},
	{"frame-twice", frame_twice},
	{"arena-foreign", arena_foreign},
	{"claim-device-vector", claim_device_vector},
	{"handler-endless", handler_endless},
	{"deaf-cpu", deaf_cpu},
	{"fault-in-report", fault_in_report},
};

static void
ignore(void *argument)
{
	(void)argument;
	count++;
}

/* A vector that was given back interrupts again: a warning, and only one. */
static void
nobodys_vector(void)
{
	int vector = irq_alloc(ignore, NULL, "given back");
	uint64_t before;

	pin(0);
	CHECK_EQ(lapic_send(cpu_get(0)->apic_id, LAPIC_DELIVER_FIXED, (uint8_t)vector), 0);
	while (!count)
		sched_yield();
	irq_free(vector);
	for (int i = 0; i < 3; i++) {
		before = irq_count(0);
		CHECK_EQ(lapic_send(cpu_get(0)->apic_id, LAPIC_DELIVER_FIXED, (uint8_t)vector), 0);
		while (irq_count(0) == before)
			sched_yield();
	}
	CHECK_EQ(count, 1);
}

int
main(int argc, char **argv)
{
	for (unsigned i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(cases[i].name, argv[1]) == 0)
			cases[i].provoke();
	if (argc > 1) {
		printf("%s: nothing has happened\n", argv[1]);
		return 1;
	}
	nobodys_vector();
	puts("warned of");
	return check_end();
}
