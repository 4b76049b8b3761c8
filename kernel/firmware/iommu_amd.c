/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An AMD unit: I/O Virtualization Technology 3.08, §3.4. One bit switches translation and the
 * remapping of interrupts; the queue and the logs are stopped before it.
 */
#include "kernel/firmware/iommu_internal.h"
#include "kernel/firmware/registers.h"

/* clang-format off */
#define CONTROL 0x18
#define   CONTROL_ENABLE (1ULL << 0)
#define   CONTROL_EVENT_LOG (1ULL << 2)
#define   CONTROL_EVENT_INTERRUPT (1ULL << 3)
#define   CONTROL_WAIT_INTERRUPT (1ULL << 4)
#define   CONTROL_QUEUE (1ULL << 12)
#define   CONTROL_REQUEST_LOG (1ULL << 13)
#define   CONTROL_REQUEST_INTERRUPT (1ULL << 14)
#define   CONTROL_GUEST_LOG (1ULL << 28)
#define   CONTROL_GUEST_INTERRUPT (1ULL << 29)
#define STATUS 0x2020
#define   STATUS_EVENT_LOG_RUNS (1u << 3)
#define   STATUS_QUEUE_RUNS (1u << 4)
#define   STATUS_REQUEST_LOG_RUNS (1u << 7)
#define   STATUS_GUEST_LOG_RUNS (1u << 8)
/* clang-format on */

#define CONTROL_HELPERS                                                                            \
	(CONTROL_EVENT_LOG | CONTROL_EVENT_INTERRUPT | CONTROL_WAIT_INTERRUPT |                    \
	 CONTROL_REQUEST_LOG | CONTROL_REQUEST_INTERRUPT | CONTROL_GUEST_LOG |                     \
	 CONTROL_GUEST_INTERRUPT)
#define STATUS_LOGS_RUN (STATUS_EVENT_LOG_RUNS | STATUS_REQUEST_LOG_RUNS | STATUS_GUEST_LOG_RUNS)

bool
iommu_amd_answers(uint64_t registers)
{
	return registers_read64(registers + CONTROL) != UINT64_MAX;
}

unsigned
iommu_amd_state(uint64_t registers)
{
	uint64_t control = registers_read64(registers + CONTROL);
	unsigned state = 0;

	if (control & CONTROL_ENABLE)
		state |= IOMMU_TRANSLATION | IOMMU_INTERRUPTS;
	if (control & CONTROL_QUEUE || registers_read32(registers + STATUS) & STATUS_QUEUE_RUNS)
		state |= IOMMU_QUEUE;
	return state;
}

static void
control_off(uint64_t registers, uint64_t bits)
{
	uint64_t control = registers_read64(registers + CONTROL);

	registers_write64(registers + CONTROL, control & ~bits);
}

void
iommu_amd_stop(uint64_t registers)
{
	control_off(registers, CONTROL_QUEUE);
	registers_await_clear(registers + STATUS, STATUS_QUEUE_RUNS);
	control_off(registers, CONTROL_HELPERS);
	registers_await_clear(registers + STATUS, STATUS_LOGS_RUN);
	control_off(registers, CONTROL_ENABLE);
}
