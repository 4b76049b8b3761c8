/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An IOMMU as unfriendly firmware might leave it: the test switches it on with tables that let no
 * device through, sees that DMA (of QEMU's edu device, docs/specs/edu.txt there) fails, and has
 * iommu_init() put it right. test_iommu.py runs it on AMD's unit, too.
 */
/* QEMU: -device intel-iommu -device edu */
/* EXPECT: iommu: Intel VT-d: 1 of 1 units found off */
/* EXPECT: iommu: the Intel VT-d unit at 0x.* was on \(DMA trans.*queue\): it is off */
/* EXIT: 2 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/io.h"
#include "kernel/firmware/iommu.h"
#include "kernel/firmware/iommu_internal.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

/* QEMU complains of the faults: its status 1, a guest's 0, would be taken for a failure of its own.
 */
#define STATUS_GOOD 2

#define EDU_ID 0x11e81234
#define EDU_SOURCE 0x80
#define EDU_TARGET 0x88
#define EDU_COUNT 0x90
#define EDU_COMMAND 0x98
#define EDU_START (1u << 0)
#define EDU_TO_MEMORY (1u << 1)
#define EDU_BUFFER 0x40000
#define DMA_NS (5 * NS_PER_SECOND)

#define INTEL_COMMAND 0x18
#define INTEL_STATUS 0x1c
#define INTEL_ROOT 0x20
#define INTEL_QUEUE_TAIL 0x88
#define INTEL_QUEUE 0x90
#define INTEL_WAIT 0x25 /* a command: wait, then write to memory */
#define INTEL_INTERRUPTS 0xb8
#define INTEL_INTERRUPTS_ENTRIES 7 /* 2^8 */
#define INTEL_SET_ROOT (1u << 30)
#define INTEL_SET_INTERRUPTS (1u << 24)

#define AMD_TABLE 0x00
#define AMD_TABLE_SIZE 1 /* 8 KB: all of bus 0 */
#define AMD_COMMANDS 0x08
#define AMD_COMMANDS_256 (8ULL << 56)
#define AMD_CONTROL 0x18
#define AMD_ENTRY_WORDS 4
#define AMD_ENTRY_VALID 3ULL	     /* the entry, and its translation */
#define AMD_ENTRY_LEVELS (1ULL << 9) /* a page table of one level */

static uint64_t table[1024] __attribute__((aligned(8192)));
static uint64_t table_empty[512] __attribute__((aligned(4096)));
static uint64_t queue[512] __attribute__((aligned(4096)));
static volatile uint32_t source, target;
static uint64_t edu;
static uint64_t unit;

static void
edu_move(uint64_t from, uint64_t to, uint32_t direction)
{
	uint64_t deadline = clock_deadline_ns(DMA_NS);

	mmio_write64(edu + EDU_SOURCE, from);
	mmio_write64(edu + EDU_TARGET, to);
	mmio_write64(edu + EDU_COUNT, sizeof(source));
	mmio_write64(edu + EDU_COMMAND, EDU_START | direction);
	while (mmio_read64(edu + EDU_COMMAND) & EDU_START && !clock_passed(deadline))
		;
}

/* Whether a word reaches the device and comes back. */
static bool
dma_works(uint32_t word)
{
	source = word;
	target = 0;
	edu_move((uint64_t)&source, EDU_BUFFER, 0);
	edu_move(EDU_BUFFER, (uint64_t)&target, EDU_TO_MEMORY);
	return target == word;
}

static void
intel_command(uint32_t bit)
{
	mmio_write32(unit + INTEL_COMMAND, mmio_read32(unit + INTEL_STATUS) | bit);
	CHECK(mmio_read32(unit + INTEL_STATUS) & bit);
}

static void
intel_on(void)
{
	mmio_write64(unit + INTEL_ROOT, (uint64_t)table);
	mmio_write64(unit + INTEL_QUEUE, (uint64_t)queue);
	mmio_write64(unit + INTEL_INTERRUPTS, (uint64_t)table_empty | INTEL_INTERRUPTS_ENTRIES);
	intel_command(INTEL_SET_ROOT);
	intel_command(1u << 26);
	queue[0] = INTEL_WAIT; /* the queue can be switched off only behind such a one */
	queue[1] = (uint64_t)&queue[2];
	mmio_write64(unit + INTEL_QUEUE_TAIL, 2 * sizeof(queue[0]));
	intel_command(INTEL_SET_INTERRUPTS);
	intel_command(1u << 25);
	intel_command(1u << 31);
}

static void
amd_on(void)
{
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i += AMD_ENTRY_WORDS)
		table[i] = (uint64_t)table_empty | AMD_ENTRY_VALID | AMD_ENTRY_LEVELS;
	mmio_write64(unit + AMD_TABLE, (uint64_t)table | AMD_TABLE_SIZE);
	mmio_write64(unit + AMD_COMMANDS, (uint64_t)queue | AMD_COMMANDS_256);
	mmio_write64(unit + AMD_CONTROL, 1 | 1 << 12);
}

static bool
edu_find(void)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		if (pci_config_read(device, PCI_VENDOR_ID, 4) != EDU_ID)
			continue;
		CHECK_EQ(pci_claim(device), 0);
		CHECK_EQ(pci_map_bar(device, 0, PAGING_UC), 0);
		edu = device->bars[0].base;
	}
	return edu != 0;
}

int
main(void)
{
	bool amd = acpi_info.iommu_count && acpi_info.iommus[0].kind == ACPI_IOMMU_AMD;

	if (!CHECK_EQ(acpi_info.iommu_count, 1) || !CHECK(edu_find()))
		return 1;
	unit = acpi_info.iommus[0].address;
	CHECK(dma_works(0x11223344));
	if (amd)
		amd_on();
	else
		intel_on();
	CHECK(!dma_works(0x55667788));
	CHECK(amd ? iommu_amd_state(unit) : iommu_intel_state(unit));
	iommu_init();
	CHECK_EQ(amd ? iommu_amd_state(unit) : iommu_intel_state(unit), 0);
	CHECK(dma_works(0x99aabbcc));
	return check_end() == 0 ? STATUS_GOOD : 1;
}
