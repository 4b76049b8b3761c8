/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A small image has no trace points (dpdk/small/small.h). These functions, which the EAL calls,
 * take the place of the members of its archive that keep traces, and of the parts of musl that only
 * those want. The command line's wish for a trace is refused.
 */
#include <errno.h>

#include <rte_log.h>
#include <rte_trace.h>
#include <rte_trace_point.h>

#include <eal_trace.h>

#include "eal_bare/eal_bare.h"

static int
refuse(const char *option)
{
	RTE_LOG(ERR, EAL, "--%s is not in a small image\n", option);
	return -ENOTSUP;
}

int
eal_trace_args_save(const char *val __rte_unused)
{
	return refuse("trace");
}

int
eal_trace_dir_args_save(const char *val __rte_unused)
{
	return refuse("trace-dir");
}

int
eal_trace_bufsz_args_save(const char *val __rte_unused)
{
	return refuse("trace-bufsz");
}

int
eal_trace_mode_args_save(const char *val __rte_unused)
{
	return refuse("trace-mode");
}

/* There is nothing to prepare, to save or to free. */

int
eal_trace_begin(void)
{
	return 0;
}

void
eal_trace_fini(void)
{
}

int
rte_trace_save(void)
{
	return 0;
}

void
__rte_trace_mem_per_thread_alloc(void)
{
}

void
trace_mem_per_thread_free(void)
{
}

bool
rte_trace_is_enabled(void)
{
	return false;
}
