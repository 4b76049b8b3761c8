/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/interrupts/ipi.c kernel/interrupts/lapic.c */
/* SOURCES: kernel/interrupts/lapic_registers.c kernel/interrupts/lapic_timer.c */
/* SOURCES: kernel/interrupts/pic8259.c */
/*
 * Interrupts to CPUs that answer, that answer late, and that never do.
 */
#include <setjmp.h>

#include "kernel/base/compiler.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "tests/unit/cases.h"
#include "tests/unit/apic_fake.h"

#define TICK_NS 10000
#define NMI (LAPIC_DELIVER_NMI | LAPIC_LEVEL_ASSERT)

static unsigned answers; /* CPUs from 1 on that answer, as a mask */
static uint64_t epochs[FAKE_CPUS];
static bool is_stopping;
static bool second_stops; /* another CPU panics, too */

bool
paging_passed(unsigned cpu, uint64_t epoch)
{
	return epochs[cpu] >= epoch;
}

void
paging_flush_stale(void)
{
	epochs[fake_this] = 5;
}

/* Where a CPU is that halts for ever: back in the tick that let it run. */
static jmp_buf halted;

void
cpu_halt_forever(void)
{
	longjmp(halted, 1);
}

/* A CPU has an NMI. */
static void
take_nmi(unsigned cpu)
{
	fake_this = cpu;
	if (setjmp(halted) == 0) {
		if (second_stops && cpu == 2)
			ipi_stop_others();
		ipi_stop_here();
		CHECK(!is_stopping);
		ipi_sample_here(0x1000 + cpu);
	}
	fake_this = 0;
}

static void
fake_tick(void)
{
	static bool is_within;

	if (is_within)
		return;
	is_within = true;
	for (unsigned i = 0; i < MIN(fake.sends, 16u); i++) {
		unsigned cpu = (unsigned)(fake.sent[i] >> 32);

		if (!(answers >> cpu & 1))
			continue;
		if ((uint32_t)fake.sent[i] == NMI)
			take_nmi(cpu);
		else if ((uint8_t)fake.sent[i] == IRQ_FLUSH)
			epochs[cpu] = 5;
		fake.sent[i] = 0;
	}
	is_within = false;
}

static void
kick(void)
{
	ipi_kick(2);
	CHECK_EQ(fake.sent[0], 2ULL << 32 | IRQ_KICK);
	ipi_kick(FAKE_CPUS); /* none */
	CHECK_EQ(fake.sends, 1);
	fake.busy = true;
	ipi_kick(1);
	CHECK(log_said("ipi: no interrupt leaves to CPU 1"));
}

static void
flush(void)
{
	answers = 0xe;
	epochs[1] = 5; /* has flushed already: is left alone */
	ipi_flush(5);
	CHECK_EQ(fake.sends, 2);
	for (unsigned i = 0; i < FAKE_CPUS; i++)
		CHECK_EQ(epochs[i], 5);
}

static void
flush_never_answered(void)
{
	answers = 0x6;
	case_must_panic("CPU 3 does not flush its TLB");
	ipi_flush(5);
}

static void
flush_never_sent(void)
{
	fake.busy = true;
	case_must_panic("CPU 1 does not flush its TLB");
	ipi_flush(5);
}

static void
sample(void)
{
	answers = 0xa;
	fake_cpus[2].sampled_rip = 0xdead;
	uint64_t before = fake.ns;
	ipi_sample();
	CHECK_EQ(fake_cpus[1].sampled_rip, 0x1001);
	CHECK_EQ(fake_cpus[2].sampled_rip, 0); /* no answer in 100 ms */
	CHECK_EQ(fake_cpus[3].sampled_rip, 0x1003);
	CHECK(fake.ns - before >= 100000000 && fake.ns - before < 200000000);
	fake_this = 1;
	CHECK(!ipi_sample_here(0x2000)); /* an NMI of something else */
	CHECK_EQ(fake_cpus[1].sampled_rip, 0x1001);
}

static void
stop(void)
{
	answers = 0xe;
	is_stopping = true;
	uint64_t before = fake.ns;
	ipi_stop_others();
	CHECK_EQ(fake.sends, 3);
	CHECK(fake.ns - before < 1000000);
	ipi_stop_others(); /* a panic in a panic goes on */
	CHECK_EQ(fake.sends, 3);
}

static void
stop_never_answered(void)
{
	answers = 0x2;
	is_stopping = true;
	uint64_t before = fake.ns;
	ipi_stop_others();
	CHECK(fake.ns - before >= 100000000 && fake.ns - before < 101000000);
}

/* Of two that panic at once the second halts. */
static void
stop_by_two(void)
{
	answers = 0xe;
	is_stopping = second_stops = true;
	ipi_stop_others();
	CHECK_EQ(fake.sends, 3);
}

int
main(void)
{
	static const struct test_case cases[] = {
		CASE(kick),
		CASE(flush),
		CASE(flush_never_answered),
		CASE(flush_never_sent),
		CASE(sample),
		CASE(stop),
		CASE(stop_never_answered),
		CASE(stop_by_two),
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_new();
		fake.tick_ns = TICK_NS;
		lapic_access.base = FAKE_LAPIC;
		case_run(&cases[i]);
	}
	return check_end();
}
