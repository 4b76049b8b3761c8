/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ACPI power management timer: 3.579545 MHz, 24 or 32 bits, read-only. ACPI 6.5 §4.8.3.3.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/log.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock_sources.h"

#define PMTIMER_LENGTH 4
#define PMTIMER_24BIT_MASK 0xffffffu
#define PMTIMER_START_READS_MAX 100000

uint64_t
pmtimer_mask(void)
{
	return acpi_info.pm_timer_32bit ? UINT32_MAX : PMTIMER_24BIT_MASK;
}

uint64_t
pmtimer_read(void)
{
	const struct acpi_register *timer = &acpi_info.pm_timer;
	uint32_t value = timer->space == ACPI_REGISTER_IO ? io_in32((uint16_t)timer->address)
							  : mmio_read32(timer->address);

	return value & pmtimer_mask();
}

int
pmtimer_init(void)
{
	const struct acpi_register *timer = &acpi_info.pm_timer;

	if (timer->space == ACPI_REGISTER_NONE)
		return -ENODEV;
	if (timer->space == ACPI_REGISTER_MEMORY &&
	    paging_map_device(timer->address, PMTIMER_LENGTH, PAGING_UC) != 0) {
		log_warning("clock: the PM timer cannot be at %#lx: not used", timer->address);
		return -ENODEV;
	}
	uint64_t first = pmtimer_read();
	for (unsigned i = 0; i < PMTIMER_START_READS_MAX; i++) {
		if (pmtimer_read() != first)
			return 0;
	}
	log_warning("clock: the PM timer stands still: not used");
	return -EIO;
}
