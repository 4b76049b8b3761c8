/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The battery clock.
 */
#ifndef KERNEL_RTC_H
#define KERNEL_RTC_H

/*
 * Sets CLOCK_REALTIME by the battery clock, to 1970 where that is not readable, which is logged.
 * Boot CPU, once, after clock_init().
 */
void rtc_set_clock(void);

#endif
