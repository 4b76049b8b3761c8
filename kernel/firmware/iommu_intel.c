/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An Intel unit: Virtualization Technology for Directed I/O 4.0, §11.4.
 *
 * Off goes, in this order: translation and interrupt remapping, each by one bit of the global
 * command; then the queue, once it is empty, as commands in it belong to those two; then the
 * protected memory regions. The unit's own interrupts are masked: their vectors are ours now.
 */
#include "kernel/base/x86.h"
#include "kernel/firmware/iommu_internal.h"
#include "kernel/firmware/registers.h"
#include "kernel/time/clock.h"

/* clang-format off */
#define VERSION 0x00
#define CAPABILITY 0x08
#define   CAPABILITY_PROTECTED_LOW (1u << 5)
#define   CAPABILITY_PROTECTED_HIGH (1u << 6)
#define GLOBAL_COMMAND 0x18
#define GLOBAL_STATUS 0x1c /* the command's bits as they are in force */
#define   GLOBAL_TRANSLATION (1u << 31)
#define   GLOBAL_QUEUE (1u << 26)
#define   GLOBAL_INTERRUPTS (1u << 25)
#define   GLOBAL_KEPT 0x96ffffffu /* without those that act once (§11.4.4.1) */
#define FAULT_CONTROL 0x38
#define PROTECTED_ENABLE 0x64
#define   PROTECTED_ASKED (1u << 31)
#define   PROTECTED_IN_FORCE (1u << 0)
#define QUEUE_HEAD 0x80 /* the next command that the unit takes */
#define QUEUE_TAIL 0x88
#define   QUEUE_PLACE 0x7fff0u
#define INVALIDATION_CONTROL 0xa0
#define   INTERRUPT_MASK (1u << 31) /* of the two *_CONTROL registers */
/* clang-format on */

#define DRAIN_NS NS_PER_SECOND

bool
iommu_intel_answers(uint64_t registers)
{
	uint32_t version = registers_read32(registers + VERSION);

	return version != 0 && version != UINT32_MAX;
}

static bool
has_protected(uint64_t registers)
{
	return registers_read32(registers + CAPABILITY) &
	       (CAPABILITY_PROTECTED_LOW | CAPABILITY_PROTECTED_HIGH);
}

unsigned
iommu_intel_state(uint64_t registers)
{
	uint32_t status = registers_read32(registers + GLOBAL_STATUS);
	unsigned state = 0;

	if (status & GLOBAL_TRANSLATION)
		state |= IOMMU_TRANSLATION;
	if (status & GLOBAL_INTERRUPTS)
		state |= IOMMU_INTERRUPTS;
	if (status & GLOBAL_QUEUE)
		state |= IOMMU_QUEUE;
	if (has_protected(registers) &&
	    registers_read32(registers + PROTECTED_ENABLE) & (PROTECTED_ASKED | PROTECTED_IN_FORCE))
		state |= IOMMU_PROTECTED;
	return state;
}

/* The command register takes one change at a time, and does not read back: the status does. */
static void
global_off(uint64_t registers, uint32_t bit)
{
	uint32_t status = registers_read32(registers + GLOBAL_STATUS);

	if (!(status & bit))
		return;
	registers_write32(registers + GLOBAL_COMMAND, (status & GLOBAL_KEPT) & ~bit);
	registers_await_clear(registers + GLOBAL_STATUS, bit);
}

/* A queue that has stopped at an error never drains; it is switched off all the same. */
static void
queue_drain(uint64_t registers)
{
	uint64_t deadline = clock_deadline_ns(DRAIN_NS);

	while ((registers_read32(registers + QUEUE_HEAD) & QUEUE_PLACE) !=
	       (registers_read32(registers + QUEUE_TAIL) & QUEUE_PLACE)) {
		if (clock_passed(deadline))
			return;
		cpu_pause();
	}
}

void
iommu_intel_stop(uint64_t registers)
{
	unsigned state = iommu_intel_state(registers);

	registers_write32(registers + FAULT_CONTROL, INTERRUPT_MASK);
	registers_write32(registers + INVALIDATION_CONTROL, INTERRUPT_MASK);
	global_off(registers, GLOBAL_TRANSLATION);
	global_off(registers, GLOBAL_INTERRUPTS);
	if (state & IOMMU_QUEUE) {
		queue_drain(registers);
		global_off(registers, GLOBAL_QUEUE);
	}
	if (state & IOMMU_PROTECTED) {
		registers_write32(registers + PROTECTED_ENABLE, 0);
		registers_await_clear(registers + PROTECTED_ENABLE, PROTECTED_IN_FORCE);
	}
}
