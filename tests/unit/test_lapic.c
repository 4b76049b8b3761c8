/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/interrupts/lapic.c kernel/interrupts/lapic_registers.c */
/* SOURCES: kernel/interrupts/lapic_timer.c kernel/interrupts/pic8259.c */
/*
 * The local APIC and its timer, on CPUs with and without x2APIC and TSC deadlines, and on some that
 * are broken.
 */
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "tests/unit/cases.h"
#include "tests/unit/apic_fake.h"

#define LATER_NS 10000000

static void
fake_tick(void)
{
}

static uint32_t
lvt(unsigned offset)
{
	return fake.registers[offset / 16];
}

static void
xapic(void)
{
	fake.registers[LAPIC_ID / 16] = 7u << LAPIC_ID_SHIFT;
	fake.registers[LAPIC_LVT_LINT0 / 16] = 0x700;
	fake.registers[LAPIC_LVT_LINT1 / 16] = 0x400;
	fake.registers[LAPIC_LVT_THERMAL / 16] = LAPIC_LVT_MODE_SMI;
	fake.registers[LAPIC_REQUESTED / 16 + 2] = 1u << 5;
	lapic_init();
	CHECK(!lapic_is_x2apic());
	CHECK_EQ(lapic_id(), 7);
	CHECK_EQ(lvt(LAPIC_LVT_LINT0), 0x700 | LAPIC_LVT_MASKED);
	CHECK_EQ(lvt(LAPIC_LVT_LINT1), 0x400);
	CHECK_EQ(lvt(LAPIC_LVT_PERFORMANCE), LAPIC_LVT_MASKED);
	CHECK_EQ(lvt(LAPIC_LVT_THERMAL), LAPIC_LVT_MODE_SMI); /* firmware's way to itself */
	CHECK_EQ(lvt(LAPIC_SPURIOUS), LAPIC_SOFTWARE_ENABLE | IRQ_SPURIOUS);
	CHECK(fake_pic_writes == 10 && fake_pic_masks[0] == 0xff && fake_pic_masks[1] == 0xff);
	CHECK(lapic_is_requested(69) && !lapic_is_requested(68));
	CHECK(log_said("lapic: xAPIC, APIC ID 7"));
}

/* Entries that an old APIC has not are not touched. */
static void
xapic_of_few_entries(void)
{
	fake.registers[LAPIC_VERSION / 16] = 3 << LAPIC_VERSION_LVT_SHIFT;
	lapic_init();
	CHECK_EQ(lvt(LAPIC_LVT_PERFORMANCE), 0);
	CHECK_EQ(lvt(LAPIC_LVT_THERMAL), 0);
	CHECK_EQ(lvt(LAPIC_LVT_ERROR), LAPIC_LVT_MASKED);
}

static void
x2apic_of_firmware(void)
{
	fake.has_x2apic = true;
	fake.base_msr |= APIC_BASE_X2APIC;
	fake.registers[LAPIC_ID / 16] = 0x12345;
	fake.unmappable = true; /* nothing to map */
	lapic_init();
	CHECK(lapic_is_x2apic());
	CHECK_EQ(lapic_id(), 0x12345);
	CHECK_EQ(fake.base_writes, 1);
	CHECK(log_said("8 bits for the destination"));
	CHECK_EQ(lapic_send(0x10000, LAPIC_DELIVER_NMI, 2), 0);
	CHECK_EQ(fake.sent[0], 0x10000ULL << 32 | LAPIC_DELIVER_NMI | 2);
	lapic_end_of_interrupt();
	CHECK_EQ(fake.ends, 1);
}

/* Asked for, on an APIC that firmware has left off: over xAPIC. */
static void
x2apic_by_setting(void)
{
	fake.has_x2apic = settings.x2apic = true;
	fake.base_msr = FAKE_LAPIC | APIC_BASE_BSP;
	lapic_init();
	CHECK(lapic_is_x2apic());
	CHECK_EQ(fake.base_writes, 2);
	CHECK_EQ(fake.base_written[0], FAKE_LAPIC | APIC_BASE_BSP | APIC_BASE_ENABLE);
	CHECK_EQ(fake.base_written[1],
		 FAKE_LAPIC | APIC_BASE_BSP | APIC_BASE_ENABLE | APIC_BASE_X2APIC);
}

static void
x2apic_by_setting_without(void)
{
	settings.x2apic = true;
	lapic_init();
	CHECK(!lapic_is_x2apic());
	CHECK(log_said("this CPU has no x2APIC"));
}

/* An ID that xAPIC cannot name asks for it, but not that of a CPU that is never started. */
static void
x2apic_by_id(void)
{
	fake.has_x2apic = true;
	acpi_info.cpu_count = 2;
	acpi_info.cpus[0] = (struct acpi_cpu){.apic_id = 300, .enabled = true};
	lapic_init();
	CHECK(lapic_is_x2apic());
}

static void
x2apic_not_by_id(void)
{
	fake.has_x2apic = true;
	acpi_info.cpu_count = 2;
	acpi_info.cpus[0] = (struct acpi_cpu){.apic_id = 300, .enabled = false};
	acpi_info.cpus[1] = (struct acpi_cpu){.apic_id = 254, .enabled = true};
	lapic_init();
	CHECK(!lapic_is_x2apic());
}

static void
no_apic(void)
{
	fake.no_apic = true;
	case_must_panic("this CPU has no local APIC");
	lapic_init();
}

static void
unmappable(void)
{
	fake.unmappable = true;
	case_must_panic("cannot map the registers at 0xfee00000");
	lapic_init();
}

static void
id_of_cpuid(void)
{
	CHECK_EQ(lapic_id_of_cpuid(), 0x34);
	fake.has_topology_leaf = true;
	CHECK_EQ(lapic_id_of_cpuid(), 0x1234);
}

static void
left_in_service(void)
{
	fake.registers[LAPIC_IN_SERVICE / 16 + 1] = 0x80000001;
	fake.registers[LAPIC_IN_SERVICE / 16 + 7] = 1;
	lapic_init();
	CHECK_EQ(fake.ends, 3);
	CHECK_EQ(fake.registers[LAPIC_IN_SERVICE / 16 + 1], 0);
	CHECK(!log_said("stays in service"));
}

static void
stays_in_service(void)
{
	fake.registers[LAPIC_IN_SERVICE / 16] = 1;
	fake.eoi_broken = true;
	lapic_init();
	CHECK(log_said("an interrupt stays in service"));
}

static void
sending(void)
{
	lapic_init();
	CHECK_EQ(lapic_send(3, LAPIC_DELIVER_INIT, 0), 0);
	CHECK_EQ(fake.sent[0], 3ULL << 32 | LAPIC_DELIVER_INIT);
	CHECK_EQ(lapic_send(XAPIC_IDS, LAPIC_DELIVER_INIT, 0), -EINVAL);
	uint64_t before = fake.ns;
	fake.busy = true;
	CHECK_EQ(lapic_send(3, LAPIC_DELIVER_INIT, 0), -ETIMEDOUT);
	CHECK(fake.ns - before >= 100000000 && fake.ns - before < 101000000);
	CHECK_EQ(fake.sends, 1);
}

static void
timer_by_deadline(void)
{
	fake.has_deadline = true;
	lapic_init();
	CHECK_EQ(lvt(LAPIC_LVT_TIMER), IRQ_TIMER | LAPIC_TIMER_TSC_DEADLINE);
	CHECK_EQ(fake.deadline, 0);
	lapic_timer_settle();
	lapic_timer_arm(LATER_NS);
	CHECK_EQ(fake.deadline, 2 * LATER_NS);
	lapic_timer_arm(0); /* 0 would disarm it */
	CHECK_EQ(fake.deadline, 1);
	lapic_timer_disarm();
	CHECK_EQ(fake.deadline, 0);
	CHECK(!lapic_timer_expired());
}

/* How long the timer waits by its count now. */
static uint64_t
armed_ns(void)
{
	return (uint64_t)(fake.registers[LAPIC_TIMER_INITIAL / 16] / fake.timer_hz * 1e9);
}

static void
timer_by_count(void)
{
	lapic_init();
	lapic_timer_settle();
	CHECK_EQ(lvt(LAPIC_LVT_TIMER), IRQ_TIMER);
	CHECK_EQ(lvt(LAPIC_TIMER_DIVIDE), LAPIC_TIMER_DIVIDE_BY_16);
	uint64_t when = fake.ns + LATER_NS;
	lapic_timer_arm(when);
	CHECK(armed_ns() > LATER_NS - LATER_NS / 1000 && armed_ns() < LATER_NS + LATER_NS / 1000);
	fake.ns = when - 1000000;
	CHECK(!lapic_timer_expired()); /* too early: again, for the rest */
	CHECK(armed_ns() > 900000 && armed_ns() < 1010000);
	fake.ns = when;
	CHECK(lapic_timer_expired());
	CHECK(!lapic_timer_expired()); /* once */
	lapic_timer_arm(when); /* has passed: at once */
	CHECK_EQ(fake.registers[LAPIC_TIMER_INITIAL / 16], 1);
	lapic_timer_arm(fake.ns + 1000000000000); /* longer than it counts */
	CHECK_EQ(fake.registers[LAPIC_TIMER_INITIAL / 16], UINT32_MAX);
	lapic_timer_disarm();
	CHECK_EQ(fake.registers[LAPIC_TIMER_INITIAL / 16], 0);
}

/* The boot took longer than the count lasts: measured again. */
static void
timer_ran_out(void)
{
	lapic_init();
	fake.ns += 100000000000;
	lapic_timer_settle();
	lapic_timer_arm(fake.ns + LATER_NS);
	CHECK(armed_ns() > LATER_NS - LATER_NS / 1000 && armed_ns() < LATER_NS + LATER_NS / 1000);
}

static void
timer_stands_still(void)
{
	fake.timer_hz = 0;
	case_must_panic("the timer stands still");
	lapic_init();
	lapic_timer_settle();
}

int
main(void)
{
	static const struct test_case cases[] = {
		CASE(xapic),
		CASE(xapic_of_few_entries),
		CASE(x2apic_of_firmware),
		CASE(x2apic_by_setting),
		CASE(x2apic_by_setting_without),
		CASE(x2apic_by_id),
		CASE(x2apic_not_by_id),
		CASE(no_apic),
		CASE(unmappable),
		CASE(id_of_cpuid),
		CASE(left_in_service),
		CASE(stays_in_service),
		CASE(sending),
		CASE(timer_by_deadline),
		CASE(timer_by_count),
		CASE(timer_ran_out),
		CASE(timer_stands_still),
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fake_new();
		case_run(&cases[i]);
	}
	return check_end();
}
