/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exceptions. With the name of one as argument provokes it, on the CPU that a second argument
 * says; test_traps.py judges the report. Without: what the kernel resolves by itself.
 */
/* QEMU: -smp 2 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel/base/cpu.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/segments.h"
#include "kernel/cpu/trap.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/arena.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread.h"
#include "tests/guest/pin.h"
#include "tests/unit/check.h"

#define NON_CANONICAL 0x8000000000000000ULL
#define NOT_MAPPED 0x7ffffffff000ULL
#define CR0_TASK_SWITCHED (1ULL << 3)

static volatile int zero;
static const int constant = 5;
static int data = 0xc3; /* RET, if it could be executed */

static void
divide(void)
{
	zero = 7 / zero;
}

static void
single_step(void)
{
	__asm__ volatile("pushfq; orl $0x100, (%%rsp); popfq; nop" : : : "memory");
}

static void
breakpoint(void)
{
	__asm__ volatile("int3");
}

static void
invalid_opcode(void)
{
	__asm__ volatile("ud2");
}

static void
no_device(void)
{
	__asm__ volatile("mov %%cr0, %%rax; or %0, %%rax; mov %%rax, %%cr0; pxor %%xmm0, %%xmm0"
			 :
			 : "i"(CR0_TASK_SWITCHED)
			 : "rax", "xmm0");
}

/* The exception's own stack is gone. */
static void
double_fault(void)
{
	uint64_t top = cpu_this()->tss->ist[IST_EXCEPTION - 1];

	paging_unmap(top - PAGE_4K, PAGE_4K);
	invalid_opcode();
}

static void
selector(void)
{
	__asm__ volatile("mov %0, %%ds" : : "r"(0x2b));
}

static void
protection(void)
{
	*(volatile int *)NON_CANONICAL = 1;
}

static void
x87(void)
{
	uint16_t control = 0x340; /* nothing masked */

	__asm__ volatile("fninit; fldcw %0; fldz; fld1; fdivp; fwait" : : "m"(control));
}

/* QEMU's emulator raises neither this one nor the next by itself. */
static void
simd(void)
{
	__asm__ volatile("int $19");
}

static void
machine_check(void)
{
	__asm__ volatile("int $18");
}

static void
reserved(void)
{
	__asm__ volatile("int $15");
}

static void
nmi(void)
{
	lapic_send(lapic_id(), LAPIC_DELIVER_NMI | LAPIC_LEVEL_ASSERT, 0);
	sleep(1);
}

static void
null_read(void)
{
	volatile int *nothing = (int *)(uintptr_t)(zero + 16);

	data = *nothing;
}

static void
null_call(void)
{
	void (*volatile nothing)(void) = (void (*)(void))(uintptr_t)zero;

	nothing();
	data = 0;
}

static void
unmapped(void)
{
	*(volatile int *)NOT_MAPPED = 1;
}

static void
write_text(void)
{
	*(volatile uint8_t *)divide = 0xcc;
}

static void
write_constant(void)
{
	*(volatile int *)&constant = 6;
}

static void
execute_data(void)
{
	((void (*)(void))(void *)&data)();
	data = 0;
}

static void
execute_stack(void)
{
	volatile uint8_t code[] = {0xc3};

	((void (*)(void))(void *)code)();
	data = code[0];
}

static int
deeper(volatile char *above)
{
	volatile char room[256];

	room[0] = above ? above[0] : 1;
	return room[0] ? deeper(room) + room[0] : 0;
}

static void
stack_overflow(void)
{
	data = deeper(NULL);
}

/* Read without any need of stack. */
static void
wild_guard(void)
{
	uint64_t top = cpu_this()->kernel_stack_top;

	data = *(volatile int *)(top - THREAD_KERNEL_STACK_SIZE - PAGE_4K - sizeof(int));
}

/* A handler of the kernel's, called with interrupts off on a kernel stack. */
static void
handler(void *argument)
{
	*(volatile int *)argument = 7 / zero;
}

static void
in_interrupt(void)
{
	int vector = irq_alloc(handler, &data, "a test");

	/* As the control CPU would get it from a device. */
	lapic_send(lapic_id(), LAPIC_DELIVER_FIXED | LAPIC_LEVEL_ASSERT, (uint8_t)vector);
	sleep(1);
}

/* What was granted is given back twice. */
static void
arena_twice(void)
{
	void *page = arena_grant(PAGE_4K);

	arena_return(page, PAGE_4K);
	arena_return(page, PAGE_4K);
	data = 0;
}

static const struct {
	const char *name;
	void (*provoke)(void);
} cases[] = {
	{"divide", divide},
	{"single-step", single_step},
	{"breakpoint", breakpoint},
	{"invalid-opcode", invalid_opcode},
	{"no-device", no_device},
	{"double-fault", double_fault},
	{"selector", selector},
	{"protection", protection},
	{"x87", x87},
	{"simd", simd},
	{"machine-check", machine_check},
	{"reserved", reserved},
	{"nmi", nmi},
	{"null-read", null_read},
	{"null-call", null_call},
	{"unmapped", unmapped},
	{"write-text", write_text},
	{"write-constant", write_constant},
	{"execute-data", execute_data},
	{"execute-stack", execute_stack},
	{"stack-overflow", stack_overflow},
	{"wild-guard", wild_guard},
	{"in-interrupt", in_interrupt},
	{"arena-twice", arena_twice},
	{"abort", abort},
};

static void
provoke(const char *name)
{
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(cases[i].name, name) == 0)
			cases[i].provoke();
	printf("%s: nothing has happened\n", name);
	exit(1);
}

/* -- What the kernel resolves ---------------------------------------------------------------------
 */

static volatile int *page;
static volatile int asked, done;

/* Keeps a TLB entry of the page that does not allow writing, then writes. */
static void *
write_when_asked(void *argument)
{
	(void)argument;
	while (!asked)
		data += *page;
	*page = 7;
	done = 1;
	return NULL;
}

/* A mapping that gets more rights reaches the other CPU without an interrupt. */
static void
stale_entries(void)
{
	pthread_t thread;

	page = arena_grant(PAGE_4K);
	*page = 0;
	CHECK_EQ(paging_map((uint64_t)page, PAGE_4K, 0), 0);
	pthread_create(&thread, NULL, write_when_asked, NULL);
	usleep(20000);
	CHECK_EQ(paging_map((uint64_t)page, PAGE_4K, PAGING_WRITE), 0);
	asked = 1;
	pthread_join(thread, NULL);
	CHECK_EQ(done, 1);
	CHECK_EQ(*page, 7);
	arena_return((void *)page, PAGE_4K);
}

int
main(int argc, char **argv)
{
	if (argc > 2)
		pin((unsigned)atoi(argv[2]));
	if (argc > 1)
		provoke(argv[1]);
	stale_entries();
	return check_end();
}
