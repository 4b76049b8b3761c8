/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The local APIC: mode, registers, end of interrupt, interrupts to other CPUs.
 *
 * The mode is that of the boot CPU as firmware left it; x2APIC is also switched on when some CPU
 * has an ID that xAPIC cannot address, or when it is asked for. All CPUs then use the same mode.
 */
#include "kernel/interrupts/lapic.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic_registers.h"
#include "kernel/interrupts/pic8259.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"

#define APIC_BASE_ADDRESS_MASK 0x000ffffffffff000ULL

#define IN_SERVICE_REGISTERS 8
#define BITMAP_STRIDE 0x10u
#define SEND_NS (100 * NS_PER_MS)

/* Index of the LVT entries that not every APIC has, in LAPIC_VERSION's count. */
#define LVT_PERFORMANCE_INDEX 4
#define LVT_THERMAL_INDEX 5

bool
lapic_is_x2apic(void)
{
	return lapic_access.x2apic;
}

uint32_t
lapic_id(void)
{
	uint32_t id = lapic_read(LAPIC_ID);

	return lapic_access.x2apic ? id : id >> LAPIC_ID_SHIFT;
}

uint32_t
lapic_id_of_cpuid(void)
{
	if (cpuid(0, 0).eax >= CPUID_TOPOLOGY) {
		struct cpuid_result topology = cpuid(CPUID_TOPOLOGY, 0);

		if (topology.ebx)
			return topology.edx;
	}
	return cpuid(CPUID_FEATURES, 0).ebx >> CPUID_FEATURES_EBX_APIC_ID_SHIFT;
}

void
lapic_end_of_interrupt(void)
{
	lapic_write(LAPIC_EOI, 0);
}

bool
lapic_is_requested(uint8_t vector)
{
	return lapic_read(LAPIC_REQUESTED + vector / 32 * BITMAP_STRIDE) >> vector % 32 & 1;
}

/* x2APIC: one MSR, never busy; the fences keep earlier stores before the interrupt (§10.12.3). */
static void
lapic_send_x2apic(uint32_t apic_id, uint32_t command)
{
	__asm__ volatile("mfence; lfence" : : : "memory");
	msr_write(MSR_X2APIC + LAPIC_ICR_LOW / 16, (uint64_t)apic_id << 32 | command);
}

int
lapic_send(uint32_t apic_id, uint32_t mode, uint8_t vector)
{
	uint64_t deadline;
	uint64_t flags;

	if (lapic_access.x2apic) {
		lapic_send_x2apic(apic_id, mode | vector);
		return 0;
	}
	if (apic_id >= XAPIC_IDS)
		return -EINVAL;
	deadline = clock_deadline_ns(SEND_NS);
	flags = interrupts_save(); /* nobody between the two halves */
	while (lapic_read(LAPIC_ICR_LOW) & LAPIC_ICR_PENDING) {
		if (clock_passed(deadline)) {
			interrupts_restore(flags);
			return -ETIMEDOUT;
		}
		cpu_pause();
	}
	lapic_write(LAPIC_ICR_HIGH, apic_id << LAPIC_ICR_DESTINATION_SHIFT);
	lapic_write(LAPIC_ICR_LOW, mode | vector);
	interrupts_restore(flags);
	return 0;
}

/* Masks a local interrupt, unless firmware uses it to reach itself. */
static void
lapic_mask_lvt(unsigned offset)
{
	uint32_t entry = lapic_read(offset);

	if ((entry & LAPIC_LVT_MODE_MASK) != LAPIC_LVT_MODE_SMI)
		lapic_write(offset, entry | LAPIC_LVT_MASKED);
}

/* LINT1 stays as firmware wired it: it is the NMI. */
static void
lapic_mask_local(void)
{
	uint32_t last =
		lapic_read(LAPIC_VERSION) >> LAPIC_VERSION_LVT_SHIFT & LAPIC_VERSION_LVT_MASK;

	lapic_mask_lvt(LAPIC_LVT_LINT0);
	lapic_mask_lvt(LAPIC_LVT_ERROR);
	if (last >= LVT_PERFORMANCE_INDEX)
		lapic_mask_lvt(LAPIC_LVT_PERFORMANCE);
	if (last >= LVT_THERMAL_INDEX)
		lapic_mask_lvt(LAPIC_LVT_THERMAL);
}

void
lapic_set_mode(void)
{
	uint64_t base = msr_read(MSR_APIC_BASE) & ~(APIC_BASE_ADDRESS_MASK | APIC_BASE_X2APIC);

	base |= lapic_access.base | APIC_BASE_ENABLE;
	if (lapic_access.x2apic) {
		/* From "disabled" the way leads over xAPIC (§10.12.5). */
		if (!(msr_read(MSR_APIC_BASE) & APIC_BASE_X2APIC))
			msr_write(MSR_APIC_BASE, base);
		base |= APIC_BASE_X2APIC;
	}
	msr_write(MSR_APIC_BASE, base);
}

void
lapic_enable(void)
{
	lapic_set_mode();
	lapic_write(LAPIC_TASK_PRIORITY, 0);
	lapic_mask_local();
	lapic_write(LAPIC_SPURIOUS, LAPIC_SOFTWARE_ENABLE | IRQ_SPURIOUS);
	lapic_timer_enable();
}

static bool
lapic_wants_x2apic(void)
{
	if (settings.x2apic)
		return true;
	for (unsigned i = 0; i < acpi_info.cpu_count; i++) {
		if (acpi_info.cpus[i].enabled && acpi_info.cpus[i].apic_id >= XAPIC_IDS)
			return true;
	}
	return false;
}

/* Ends what the boot loader left in service: it would hold back all lower vectors. */
static void
lapic_end_left_over(void)
{
	for (unsigned rounds = 0; rounds < VECTORS; rounds++) {
		uint32_t in_service = 0;

		for (unsigned i = 0; i < IN_SERVICE_REGISTERS; i++)
			in_service |= lapic_read(LAPIC_IN_SERVICE + i * BITMAP_STRIDE);
		if (!in_service)
			return;
		lapic_end_of_interrupt();
	}
	log_warning("lapic: an interrupt stays in service");
}

void
lapic_init(void)
{
	struct cpuid_result features = cpuid(CPUID_FEATURES, 0);
	uint64_t msr;

	if (!(features.edx & CPUID_FEATURES_EDX_APIC))
		panic("lapic: this CPU has no local APIC");
	pic8259_mask();
	msr = msr_read(MSR_APIC_BASE);
	lapic_access.base = msr & APIC_BASE_ADDRESS_MASK;
	lapic_access.x2apic = msr & APIC_BASE_X2APIC ||
			      (features.ecx & CPUID_FEATURES_ECX_X2APIC && lapic_wants_x2apic());
	if (settings.x2apic && !lapic_access.x2apic)
		log_error("lapic: this CPU has no x2APIC");
	if (!lapic_access.x2apic &&
	    paging_map_device(lapic_access.base, LAPIC_LENGTH, PAGING_UC) != 0)
		panic("lapic: cannot map the registers at %#lx", lapic_access.base);
	lapic_enable();
	lapic_end_left_over();
	lapic_timer_init();
	if (lapic_id() >= XAPIC_IDS)
		log_warning("lapic: devices' interrupts have 8 bits for the destination, and do "
			    "not reach this CPU: APIC ID %u",
			    lapic_id());
	log_info("lapic: %s, APIC ID %u", lapic_access.x2apic ? "x2APIC" : "xAPIC", lapic_id());
}
