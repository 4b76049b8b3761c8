/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rest of kernel/base/log.h for host programs, whose messages have no time and no limit. Apart
 * from host_log.c, so that a test may define log_message() alone.
 */
#include "kernel/base/log.h"

void
log_set_time(uint64_t (*time)(void))
{
	(void)time;
}

void
log_set_limit(enum log_level limit)
{
	(void)limit;
}
