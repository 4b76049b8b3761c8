/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The battery clock's registers, by an index and a data port.
 */
#include "kernel/base/io.h"
#include "kernel/time/clock_sources.h"

#define RTC_INDEX 0x70
#define RTC_DATA 0x71
#define RTC_NMI_DISABLED 0x80 /* in the index; we leave NMIs on */

uint8_t
rtc_register(uint8_t index)
{
	io_out8(RTC_INDEX, index & (uint8_t)~RTC_NMI_DISABLED);
	return io_in8(RTC_DATA);
}
