/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/firmware/registers_await.c */
/* SOURCES: kernel/firmware/iommu.c kernel/firmware/iommu_intel.c kernel/firmware/iommu_amd.c */
/* SOURCES: kernel/base/format.c */
/*
 * IOMMUs that firmware left on, as registers that take their time, that do not let go, that are not
 * there. A unit that is given a command against the specification's rules is a failed check.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/firmware/iommu.h"
#include "kernel/firmware/iommu_internal.h"
#include "tests/unit/registers_fake.h"

#define TRANSLATION (1u << 31)
#define QUEUE (1u << 26)
#define INTERRUPTS (1u << 25)
#define ONE_SHOT 0x69000000u
#define SLOW_TICKS 20

struct acpi_info acpi_info;

/* Not a unit of these kinds. */
void
iommu_virtio_init(void)
{
}

static uint32_t stuck;	 /* bits of the unit's status that stay */
static bool queue_stuck; /* commands are not taken */
static uint32_t pending; /* status bits that go off when the time has come */
static unsigned ticks;
static char order[16]; /* what was switched off, a letter each */

static void
intel_command(uint32_t command)
{
	uint32_t status = (uint32_t)register_get(0x1c, 4);
	uint32_t change = (status ^ command) & ~ONE_SHOT;

	CHECK_EQ(command & ONE_SHOT, 0);    /* nothing acts by accident */
	CHECK_EQ(change & (change - 1), 0); /* one thing at a time */
	CHECK_EQ(pending, 0);		    /* and the one before is done */
	CHECK_EQ(change & ~(TRANSLATION | QUEUE | INTERRUPTS), 0);
	if (change == QUEUE)
		CHECK(queue_stuck || register_get(0x80, 8) == register_get(0x88, 8));
	if (change == QUEUE)
		strcat(order, "Q");
	else
		strcat(order, change == TRANSLATION ? "T" : "I");
	pending = change;
	ticks = 0;
}

static void
registers_written(unsigned offset, uint64_t value, uint64_t old)
{
	if (acpi_info.iommus[0].kind == ACPI_IOMMU_AMD) {
		if (offset == 0x18 && old & ~value & 1 << 12)
			strcat(order, "Q");
		if (offset == 0x18 && old & ~value & 1) {
			strcat(order, "T");
			CHECK(stuck || register_get(0x2020, 4) == 0);
		}
		CHECK_EQ(offset, 0x18);
		return;
	}
	if (offset == 0x18)
		intel_command((uint32_t)value);
	else if (offset == 0x64)
		register_put(0x64, 4, (value & 1u << 31) | (old & 1)); /* in force for a while */
	else
		CHECK(offset == 0x38 || offset == 0xa0);
}

static void
registers_tick(void)
{
	if (++ticks < SLOW_TICKS)
		return;
	ticks = 0;
	if (acpi_info.iommus[0].kind == ACPI_IOMMU_AMD) {
		if (!(register_get(0x18, 8) & 1 << 12) && !stuck)
			register_put(0x2020, 4, 0);
		return;
	}
	register_put(0x1c, 4, register_get(0x1c, 4) & ~(pending & ~stuck));
	pending = 0;
	if (!queue_stuck)
		register_put(0x80, 8, register_get(0x88, 8));
	if (!(register_get(0x64, 4) >> 31) && !(stuck & 1))
		register_put(0x64, 4, 0);
}

static void
unit_new(int kind)
{
	registers_reset();
	memset(&acpi_info, 0, sizeof(acpi_info));
	acpi_info.iommu_count = 1;
	acpi_info.iommus[0].address = FAKE_REGISTERS;
	acpi_info.iommus[0].kind = kind;
	register_put(0x00, 4, kind == ACPI_IOMMU_INTEL ? 0x10 : 0);
	order[0] = '\0';
	stuck = pending = 0;
	queue_stuck = false;
}

static void
intel_new(uint32_t status)
{
	unit_new(ACPI_IOMMU_INTEL);
	register_put(0x1c, 4, status);
	register_put(0x80, 8, 0x30);
	register_put(0x88, 8, 0x50);
}

static void
test_off(void)
{
	intel_new(0);
	register_put(0x64, 4, 0x80000001); /* protected memory, which this unit has not */
	iommu_init();
	CHECK_EQ(registers_writes, 0);
	CHECK_EQ(worst, LOG_INFO);
	CHECK(strstr(said, "1 of 1 units found off"));
	unit_new(ACPI_IOMMU_AMD);
	iommu_init();
	CHECK_EQ(registers_writes, 0);
	CHECK(strstr(said, "1 of 1 units found off"));
	acpi_info.iommu_count = 0;
	said[0] = '\0';
	iommu_init();
	CHECK_STRING(said, "");
}

/* All of it on, the root table set and compatibility interrupts allowed, as firmware has it. */
static void
test_intel(void)
{
	intel_new(TRANSLATION | QUEUE | INTERRUPTS | 1u << 30 | 1u << 24 | 1u << 23);
	register_put(0x08, 4, 1u << 5);
	register_put(0x64, 4, 0x80000001);
	iommu_init();
	CHECK_STRING(order, "TIQ");
	CHECK_EQ(register_get(0x1c, 4), 1u << 30 | 1u << 24 | 1u << 23);
	CHECK_EQ(register_get(0x64, 4), 0);
	CHECK_EQ(register_get(0x38, 4), 1u << 31);
	CHECK_EQ(register_get(0xa0, 4), 1u << 31);
	CHECK_EQ(worst, LOG_INFO);
	CHECK(strstr(said, "was on (DMA translation, interrupt remapping, the command queue, "
			   "protected memory): it is off now"));
	CHECK(strstr(said, "0 of 1 units found off"));
	CHECK(registers_time < NS_PER_SECOND);
}

static void
test_intel_partly(void)
{
	intel_new(QUEUE);
	iommu_init();
	CHECK_STRING(order, "Q");
	intel_new(0);
	register_put(0x08, 4, 1u << 6);
	register_put(0x64, 4, 1);
	iommu_init();
	CHECK_STRING(order, "");
	CHECK_EQ(register_get(0x64, 4), 0);
	CHECK(strstr(said, "(protected memory): it is off now"));
}

static void
test_intel_stuck(void)
{
	intel_new(TRANSLATION | INTERRUPTS);
	register_put(0x08, 4, 3u << 5);
	register_put(0x64, 4, 0x80000001);
	stuck = TRANSLATION | 1;
	iommu_init();
	CHECK_STRING(order, "TI");
	CHECK_EQ(worst, LOG_ERROR);
	CHECK(strstr(said, "was on (interrupt remapping): it is off now"));
	CHECK(strstr(said, "stays on (DMA translation, protected memory): switch"));
	CHECK(registers_time > 2 * NS_PER_SECOND && registers_time < 3 * NS_PER_SECOND);

	/* A queue that has stopped at an error is switched off without being empty. */
	intel_new(QUEUE);
	queue_stuck = true;
	iommu_init();
	CHECK_STRING(order, "Q");
	CHECK_EQ(worst, LOG_INFO);
	CHECK_EQ(register_get(0x1c, 4), 0);

	/* One that stays on is empty for ever. */
	intel_new(QUEUE);
	stuck = QUEUE;
	iommu_init();
	CHECK_EQ(worst, LOG_INFO);
}

static void
test_amd(void)
{
	unit_new(ACPI_IOMMU_AMD);
	register_put(0x18, 8, 1 | 7 << 2 | 7 << 12 | 1 << 10 | 3 << 28 | 1ULL << 40);
	register_put(0x2020, 4, 0x198);
	iommu_init();
	CHECK_STRING(order, "QT");
	CHECK_EQ(register_get(0x18, 8), 1 << 10 | 1ULL << 40);
	CHECK_EQ(worst, LOG_INFO);
	CHECK(strstr(said, "(DMA translation, interrupt remapping, the command queue): it is off"));
	CHECK(registers_time < NS_PER_SECOND);

	unit_new(ACPI_IOMMU_AMD); /* the queue alone */
	register_put(0x18, 8, 1 | 1 << 12);
	register_put(0x2020, 4, 1 << 4);
	iommu_init();
	CHECK_STRING(order, "QT");

	unit_new(ACPI_IOMMU_AMD);
	register_put(0x18, 8, 1 | 1 << 12);
	register_put(0x2020, 4, 1 << 4);
	stuck = 1;
	iommu_init();
	CHECK_STRING(order, "QT");
	CHECK_EQ(worst, LOG_INFO);
	CHECK(registers_time < 2 * NS_PER_SECOND);
}

static void
test_absent(void)
{
	for (int kind = ACPI_IOMMU_INTEL; kind <= ACPI_IOMMU_AMD; kind++) {
		unit_new(kind);
		memset(registers_fake, 0xff, sizeof(registers_fake));
		iommu_init();
		CHECK_EQ(registers_writes, 0);
		CHECK_EQ(worst, LOG_WARNING);
		CHECK(strstr(said, "unit answers at 0xfed90000"));
		unit_new(kind);
		registers_refused = true;
		iommu_init();
		CHECK_EQ(worst, LOG_WARNING);
	}
	intel_new(0);
	register_put(0x00, 4, 0);
	iommu_init();
	CHECK_EQ(worst, LOG_WARNING);
}

int
main(void)
{
	test_off();
	test_intel();
	test_intel_partly();
	test_intel_stuck();
	test_amd();
	test_absent();
	return check_end();
}
