/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/speed: the frequency of the CPU that reads it, and what disturbs it; no file of Linux's.
 * Lines "NAME : VALUE", those alone that this CPU knows.
 */
#include "kernel/speed/speed.h"
#include "libc/base/text.h"
#include "libc/tree/tree.h"

size_t
proc_speed(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	struct speed_statistics now;

	(void)argument;
	speed_statistics(&now);
	text_add(&text, "measured MHz : %u\n", now.mhz);
	if (now.base_mhz)
		text_add(&text, "base MHz : %u\n", now.base_mhz);
	if (now.turbo_mhz)
		text_add(&text, "turbo MHz : %u\n", now.turbo_mhz);
	if (now.counts_smis)
		text_add(&text, "SMIs : %u\n", now.smis);
	if (now.knows_limits)
		text_add(&text, "limited by :%s%s%s%s\n", now.limits ? "" : " nothing",
			 now.limits & SPEED_HOT ? " heat" : "",
			 now.limits & SPEED_PROCHOT ? " board" : "",
			 now.limits & SPEED_POWER ? " power" : "");
	return text.length;
}
