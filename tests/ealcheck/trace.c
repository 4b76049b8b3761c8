/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Trace points are found, switched and described, though nothing was registered at the start
 * (eal_bare/eal_trace.c).
 */
#include "tests/ealcheck/trace.h"

#include <rte_trace.h>
#include <rte_trace_point.h>

#include "tests/unit/check.h"

#define DESCRIPTION_MAX (1 << 16)

static void
check_switching(void)
{
	rte_trace_point_t *point = rte_trace_point_lookup("lib.eal.generic.u64");

	if (!CHECK(point != NULL))
		return;
	CHECK(rte_trace_point_lookup("lib.eal.no.such") == NULL);
	CHECK(!rte_trace_point_is_enabled(point));
	CHECK_EQ(rte_trace_pattern("lib.eal.generic.u6*", true), 1);
	CHECK(rte_trace_point_is_enabled(point));
	CHECK_EQ(rte_trace_point_disable(point), 0);
	CHECK(!rte_trace_point_is_enabled(point));
}

static void
check_description(void)
{
	static char text[DESCRIPTION_MAX];
	FILE *file = fmemopen(text, sizeof(text), "w");

	if (!CHECK(file != NULL))
		return;
	CHECK_EQ(rte_trace_metadata_dump(file), 0);
	CHECK_EQ(fclose(file), 0);
	CHECK(strstr(text, "\"lib.eal.generic.u64\"") != NULL);
}

int
trace_check(void)
{
	check_switching();
	check_description();
	return check_end();
}
