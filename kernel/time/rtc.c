/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The battery clock (MC146818 and what imitates it), read once at boot, as UTC.
 */
#include <stdbool.h>

#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/time/clock.h"
#include "kernel/time/clock_sources.h"
#include "kernel/time/rtc.h"

#define RTC_SECOND 0x00
#define RTC_MINUTE 0x02
#define RTC_HOUR 0x04
#define RTC_HOUR_PM 0x80 /* in 12-hour mode */
#define RTC_DAY 0x07
#define RTC_MONTH 0x08
#define RTC_YEAR 0x09
#define RTC_STATUS_A 0x0a
#define RTC_UPDATING (1u << 7)
#define RTC_STATUS_B 0x0b
#define RTC_24_HOURS (1u << 1)
#define RTC_BINARY (1u << 2)

#define RTC_UPDATE_NS (20 * NS_PER_MS) /* an update takes 2 ms */
#define RTC_TRIES 4
#define CENTURY_PIVOT 70 /* two-digit years below it are 20xx */
#define DAYS_PER_YEAR 365
#define SECONDS_PER_DAY 86400ULL

static unsigned
rtc_number(uint8_t value, bool binary)
{
	return binary ? value : (value >> 4) * 10u + (value & 0xf);
}

static bool
rtc_leap_year(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to the first of a month, 1..12. */
static uint64_t
rtc_days(unsigned year, unsigned month)
{
	static const uint16_t before_month[] = {0,   31,  59,  90,  120, 151,
						181, 212, 243, 273, 304, 334};
	uint64_t days = before_month[month - 1];

	for (unsigned y = 1970; y < year; y++)
		days += DAYS_PER_YEAR + rtc_leap_year(y);
	return days + (month > 2 && rtc_leap_year(year));
}

static unsigned
rtc_days_in_month(unsigned year, unsigned month)
{
	return month == 12 ? 31 : (unsigned)(rtc_days(year, month + 1) - rtc_days(year, month));
}

static unsigned
rtc_hour(uint8_t value, uint8_t status_b)
{
	bool binary = status_b & RTC_BINARY;

	if (status_b & RTC_24_HOURS)
		return rtc_number(value, binary);
	return rtc_number(value & (uint8_t)~RTC_HOUR_PM, binary) % 12 +
	       (value & RTC_HOUR_PM ? 12 : 0);
}

int
rtc_decode(const struct rtc_registers *registers, uint64_t *seconds)
{
	bool binary = registers->status_b & RTC_BINARY;
	unsigned second = rtc_number(registers->second, binary);
	unsigned minute = rtc_number(registers->minute, binary);
	unsigned hour = rtc_hour(registers->hour, registers->status_b);
	unsigned day = rtc_number(registers->day, binary);
	unsigned month = rtc_number(registers->month, binary);
	unsigned year = rtc_number(registers->year, binary);

	if (second > 59 || minute > 59 || hour > 23 || month < 1 || month > 12 || year > 99)
		return -EINVAL;
	year += year < CENTURY_PIVOT ? 2000 : 1900;
	if (day < 1 || day > rtc_days_in_month(year, month))
		return -EINVAL;
	*seconds = (rtc_days(year, month) + day - 1) * SECONDS_PER_DAY + hour * 3600 + minute * 60 +
		   second;
	return 0;
}

static void
rtc_registers_read(struct rtc_registers *registers)
{
	registers->second = rtc_register(RTC_SECOND);
	registers->minute = rtc_register(RTC_MINUTE);
	registers->hour = rtc_register(RTC_HOUR);
	registers->day = rtc_register(RTC_DAY);
	registers->month = rtc_register(RTC_MONTH);
	registers->year = rtc_register(RTC_YEAR);
	registers->status_b = rtc_register(RTC_STATUS_B);
}

/* Two equal readings in a row: no update came between the registers. */
int
rtc_read(uint64_t *seconds)
{
	struct rtc_registers first, second;
	uint64_t deadline = clock_deadline_ns(RTC_UPDATE_NS);

	for (unsigned i = 0; i < RTC_TRIES; i++) {
		while (rtc_register(RTC_STATUS_A) & RTC_UPDATING) {
			if (clock_passed(deadline))
				return -ETIMEDOUT;
			cpu_pause();
		}
		rtc_registers_read(&first);
		rtc_registers_read(&second);
		if (memcmp(&first, &second, sizeof(first)) == 0)
			return rtc_decode(&first, seconds);
	}
	return -ETIMEDOUT;
}

void
rtc_set_clock(void)
{
	uint64_t seconds;
	int error = rtc_read(&seconds);

	if (error) {
		log_warning("clock: the battery clock is not readable (%d): it is 1970", error);
		seconds = 0;
	}
	clock_realtime_set(seconds * NS_PER_SECOND);
}
