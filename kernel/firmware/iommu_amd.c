/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An AMD unit: I/O Virtualization Technology 3.08, §3.4. One bit switches translation and the
 * remapping of interrupts; the queue and the logs are stopped before it.
 */
#include "kernel/firmware/iommu_internal.h"
#include "kernel/firmware/registers.h"

/* clang-format off */
#define AMD_CONTROL 0x18
#define   AMD_CONTROL_ENABLE (1ULL << 0)
#define   AMD_CONTROL_EVENT_LOG (1ULL << 2)
#define   AMD_CONTROL_EVENT_INTERRUPT (1ULL << 3)
#define   AMD_CONTROL_WAIT_INTERRUPT (1ULL << 4)
#define   AMD_CONTROL_QUEUE (1ULL << 12)
#define   AMD_CONTROL_REQUEST_LOG (1ULL << 13)
#define   AMD_CONTROL_REQUEST_INTERRUPT (1ULL << 14)
#define   AMD_CONTROL_GUEST_LOG (1ULL << 28)
#define   AMD_CONTROL_GUEST_INTERRUPT (1ULL << 29)
#define STATUS 0x2020
#define   STATUS_EVENT_LOG_RUNS (1u << 3)
#define   STATUS_QUEUE_RUNS (1u << 4)
#define   STATUS_REQUEST_LOG_RUNS (1u << 7)
#define   STATUS_GUEST_LOG_RUNS (1u << 8)
/* clang-format on */

#define AMD_CONTROL_HELPERS                                                                        \
	(AMD_CONTROL_EVENT_LOG | AMD_CONTROL_EVENT_INTERRUPT | AMD_CONTROL_WAIT_INTERRUPT |        \
	 AMD_CONTROL_REQUEST_LOG | AMD_CONTROL_REQUEST_INTERRUPT | AMD_CONTROL_GUEST_LOG |         \
	 AMD_CONTROL_GUEST_INTERRUPT)
#define STATUS_LOGS_RUN (STATUS_EVENT_LOG_RUNS | STATUS_REQUEST_LOG_RUNS | STATUS_GUEST_LOG_RUNS)

bool
iommu_amd_answers(uint64_t registers)
{
	return registers_read64(registers + AMD_CONTROL) != UINT64_MAX;
}

unsigned
iommu_amd_state(uint64_t registers)
{
	uint64_t control = registers_read64(registers + AMD_CONTROL);
	unsigned state = 0;

	if (control & AMD_CONTROL_ENABLE)
		state |= IOMMU_TRANSLATION | IOMMU_INTERRUPTS;
	if (control & AMD_CONTROL_QUEUE || registers_read32(registers + STATUS) & STATUS_QUEUE_RUNS)
		state |= IOMMU_QUEUE;
	return state;
}

static void
control_off(uint64_t registers, uint64_t bits)
{
	uint64_t control = registers_read64(registers + AMD_CONTROL);

	registers_write64(registers + AMD_CONTROL, control & ~bits);
}

void
iommu_amd_stop(uint64_t registers)
{
	control_off(registers, AMD_CONTROL_QUEUE);
	registers_await_clear(registers + STATUS, STATUS_QUEUE_RUNS);
	control_off(registers, AMD_CONTROL_HELPERS);
	registers_await_clear(registers + STATUS, STATUS_LOGS_RUN);
	control_off(registers, AMD_CONTROL_ENABLE);
}
