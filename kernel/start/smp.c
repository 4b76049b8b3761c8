/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Starting the application processors, all at once.
 *
 * 1. Each CPU of the MADT that is wanted gets a block and a stack; the trampoline is copied.
 * 2. INIT to all, start-up interrupt to all; once more to those that have not come after a while.
 * 3. Each arrives in smp_arrive() on a stack of the pile, finds its block by its APIC ID, sets
 *    itself up, compares its TSC, says that it is ready, and waits.
 * 4. Those that are ready at the deadline get their numbers in the MADT's order; the rest are
 *    named, and halt should they still come. All are released into sched_idle() together.
 */
#include "kernel/start/smp.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/format.h"
#include "kernel/base/log.h"
#include "kernel/base/processor.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/cpu/segments.h"
#include "kernel/cpu/topology.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/arena.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/speed/microcode.h"
#include "kernel/speed/speed.h"
#include "kernel/start/smp_start.h"
#include "kernel/thread/thread.h"
#include "kernel/time/clock.h"

/* Intel's and AMD's CPUs since these families need no pause between INIT and start-up. */
#define FAMILY_WITHOUT_PAUSE 6
#define INIT_PAUSE_NS (10 * NS_PER_MS) /* Intel SDM vol. 3 §8.4.4.1 */
#define SECOND_STARTUP_NS (20 * NS_PER_MS)
#define CPU_MEMORY (128 * KB) /* of each: its block, its stacks with their guards, its run queue   \
			       */
#define CPU_READY_NS (5 * NS_PER_SECOND)

enum smp_state {
	SMP_AWAITED,
	SMP_ARRIVED,
	SMP_READY,
	SMP_LEFT_OUT,
};

uint32_t smp_root;
uint32_t smp_arrivals;
uint32_t smp_expected;
uint64_t *smp_stacks;

static struct cpu *smp_blocks; /* of the CPUs to start */
static uint8_t *smp_states;    /* enum smp_state of each */
static uint32_t smp_released;  /* ready CPUs may go on */

static unsigned
smp_block_of(uint32_t apic_id)
{
	for (unsigned i = 0; i < smp_expected; i++) {
		if (smp_blocks[i].apic_id == apic_id)
			return i;
	}
	cpu_halt_forever(); /* nobody has called this CPU */
}

static bool
smp_state_change(unsigned i, uint8_t from, uint8_t to)
{
	return __atomic_compare_exchange_n(&smp_states[i], &from, to, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_ACQUIRE);
}

/*
 * In HLT: under an emulator waiting CPUs would take the time of those that still start. Ends, as
 * the boot CPU releases at its own deadline at the latest.
 */
static void
smp_wait_release(void)
{
	while (!__atomic_load_n(&smp_released, __ATOMIC_ACQUIRE))
		__asm__ volatile("sti; hlt; cli" : : : "memory");
}

void
smp_arrive(void)
{
	paging_load();
	lapic_enable();
	unsigned i = smp_block_of(lapic_id());
	struct cpu *cpu = &smp_blocks[i];

	if (!smp_state_change(i, SMP_AWAITED, SMP_ARRIVED))
		cpu_halt_forever();
	cpu_init(cpu);
	microcode_start_cpu();
	topology_read(cpu);
	clock_start_cpu();
	speed_start_cpu();
	if (!smp_state_change(i, SMP_ARRIVED, SMP_READY))
		cpu_halt_forever();
	smp_wait_release();
	if (__atomic_load_n(&smp_states[i], __ATOMIC_ACQUIRE) != SMP_READY)
		cpu_halt_forever();
	sched_idle();
}

void
smp_identify(void)
{
	struct cpu *cpu = &smp_blocks[smp_block_of(lapic_id_of_cpuid())];

	cpu->self = cpu;
	msr_write(MSR_GS_BASE, (uint64_t)cpu);
	lapic_set_mode();
}

static void
smp_describe(struct cpu *cpu, const struct acpi_cpu *entry)
{
	cpu->apic_id = entry->apic_id;
	cpu->processor_uid = entry->processor_uid;
	cpu->node = acpi_node_of_apic(entry->apic_id);
}

/* Writes the CPUs to start into blocks (NULL: only counts). Returns how many they are. */
static unsigned
smp_choose(struct cpu *blocks)
{
	unsigned limit = settings.cpus ? MIN(settings.cpus, CPUS_MAX) - 1 : CPUS_MAX - 1;
	uint32_t own_id = cpu_this()->apic_id;
	unsigned count = 0;

	for (unsigned i = 0; i < acpi_info.cpu_count && count < limit; i++) {
		const struct acpi_cpu *entry = &acpi_info.cpus[i];

		if (!entry->enabled || entry->apic_id == own_id)
			continue;
		if (entry->apic_id >= XAPIC_IDS && !lapic_is_x2apic()) {
			if (!blocks)
				log_warning("smp: APIC ID %u needs x2APIC, which this CPU has not",
					    entry->apic_id);
			continue;
		}
		if (blocks) {
			memset(&blocks[count], 0, sizeof(blocks[count]));
			smp_describe(&blocks[count], entry);
			blocks[count].index = count + 1;
		}
		count++;
	}
	return count;
}

static void
smp_describe_boot_cpu(void)
{
	struct cpu *cpu = cpu_this();

	cpu->apic_id = lapic_id();
	for (unsigned i = 0; i < acpi_info.cpu_count; i++) {
		if (acpi_info.cpus[i].apic_id == cpu->apic_id)
			smp_describe(cpu, &acpi_info.cpus[i]);
	}
	topology_read(cpu);
	cpu->online = true;
}

/* For how many of them there is memory, if half of what is free is left to the program. */
static unsigned
smp_affordable(unsigned count)
{
	uint64_t free = 0;

	for (unsigned node = 0; node < memory_node_count(); node++) {
		struct memory_stats stats;

		memory_stats(node, &stats);
		free += stats.free;
	}
	return (unsigned)MIN((uint64_t)count, free / 2 / CPU_MEMORY);
}

/* Blocks, states and stacks for `count` CPUs; returns for how many there was memory. */
static unsigned
smp_provide(unsigned count)
{
	size_t blocks_size = ALIGN_UP(count * sizeof(*smp_blocks), PAGE_4K);
	size_t stacks_size = count * sizeof(*smp_stacks);
	uint8_t *memory = memory_grant(blocks_size + stacks_size + count, PAGE_4K, MEMORY_ANY_NODE);
	unsigned given, most = smp_affordable(count);

	if (!memory)
		return 0;
	smp_blocks = (struct cpu *)memory;
	smp_stacks = (uint64_t *)(memory + blocks_size);
	smp_states = memory + blocks_size + stacks_size;
	memset(smp_states, SMP_AWAITED, count);
	smp_choose(smp_blocks);
	for (given = 0; given < most; given++) {
		char owner[ARENA_OWNER_SIZE];

		format_text(owner, sizeof(owner), "idle stack of CPU %u", given + 1);
		smp_stacks[given] = (uint64_t)arena_stack_grant(THREAD_KERNEL_STACK_SIZE, owner);
		if (!smp_stacks[given])
			break;
		segments_prepare(&smp_blocks[given]);
	}
	return given;
}

static void
smp_send_awaited(uint32_t mode, uint8_t vector)
{
	for (unsigned i = 0; i < smp_expected; i++) {
		if (__atomic_load_n(&smp_states[i], __ATOMIC_ACQUIRE) != SMP_AWAITED)
			continue;
		if (lapic_send(smp_blocks[i].apic_id, mode, vector) != 0)
			log_warning("smp: APIC ID %u: the interrupt does not leave",
				    smp_blocks[i].apic_id);
	}
}

static bool
smp_all_ready(void)
{
	for (unsigned i = 0; i < smp_expected; i++) {
		if (__atomic_load_n(&smp_states[i], __ATOMIC_ACQUIRE) != SMP_READY)
			return false;
	}
	return true;
}

/* Takes part in the TSC check while it waits. */
static bool
smp_wait_ready(uint64_t deadline)
{
	while (!smp_all_ready()) {
		if (clock_passed(deadline))
			return false;
		clock_check_cpu();
		cpu_pause();
	}
	return true;
}

static void
smp_call(uint64_t page)
{
	uint64_t start = clock_ns();

	memcpy((void *)page, trampoline_start, (size_t)(trampoline_end - trampoline_start));
	smp_send_awaited(LAPIC_DELIVER_INIT | LAPIC_LEVEL_ASSERT, 0);
	if (processor_family() < FAMILY_WITHOUT_PAUSE)
		clock_delay_ns(INIT_PAUSE_NS);
	smp_send_awaited(LAPIC_DELIVER_STARTUP | LAPIC_LEVEL_ASSERT, (uint8_t)(page / PAGE_4K));
	if (smp_wait_ready(start + SECOND_STARTUP_NS))
		return;
	smp_send_awaited(LAPIC_DELIVER_STARTUP | LAPIC_LEVEL_ASSERT, (uint8_t)(page / PAGE_4K));
	smp_wait_ready(start + CPU_READY_NS);
}

/* Gives the ready CPUs their numbers, names the others. */
static void
smp_number(void)
{
	for (unsigned i = 0; i < smp_expected; i++) {
		struct cpu *cpu = &smp_blocks[i];

		if (__atomic_load_n(&smp_states[i], __ATOMIC_ACQUIRE) == SMP_READY) {
			cpu->online = true;
			cpu_add(cpu);
			continue;
		}
		bool arrived = __atomic_exchange_n(&smp_states[i], SMP_LEFT_OUT,
						   __ATOMIC_ACQ_REL) != SMP_AWAITED;
		log_error("smp: the CPU with APIC ID %u %s within %llu s: left out", cpu->apic_id,
			  arrived ? "is not set up" : "does not come",
			  CPU_READY_NS / NS_PER_SECOND);
	}
}

static void
smp_release(void)
{
	__atomic_store_n(&smp_released, 1, __ATOMIC_SEQ_CST);
	for (unsigned i = 1; i < cpu_count(); i++)
		lapic_send(cpu_get(i)->apic_id, LAPIC_DELIVER_FIXED, IRQ_RELEASE);
}

void
smp_start(void)
{
	uint64_t start = clock_ns();
	uint64_t page = memory_trampoline_page();

	smp_describe_boot_cpu();
	unsigned count = smp_choose(NULL);
	if (count && !page) {
		log_error("smp: no page below 1 MB: only the boot CPU runs");
		count = 0;
	}
	if (count) {
		smp_expected = smp_provide(count);
		if (smp_expected < count)
			log_error("smp: memory for %u of %u CPUs only", smp_expected, count);
	}
	if (smp_expected) {
		smp_root = paging_root();
		smp_call(page);
		smp_number();
		clock_check_report();
	}
	topology_number();
	smp_release();
	log_info("smp: %u CPUs after %llu us", cpu_count(), (clock_ns() - start) / NS_PER_US);
}
