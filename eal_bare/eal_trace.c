/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK's trace points, registered when someone traces.
 *
 * Libraries register their trace points by constructors, some hundred of them. For each, DPDK
 * describes its fields as text, compares its name with all others, and writes it into one long
 * description: that was two thirds of the instructions of a start, in programs that never trace.
 * The linker puts the constructors of DPDK's files of trace points into a list of their own
 * (linker.ld), and sends the registrations of others here (dpdk/link-args, --wrap), where those of
 * DPDK are kept. All are made when --trace is given, or when the first of the functions that need
 * them is called. An application's own trace points are registered at once: they run code of its
 * own.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <rte_log.h>
#include <rte_trace_point.h>

#include <eal_trace.h>

#include "eal_bare/eal_bare.h"

#define KEPT_MAX 1024 /* those beyond are registered at once */

typedef void (*register_function)(void);

/* The constructors that linker.ld keeps from running at the start. */
/* linker.ld */
extern const register_function trace_points_start[] __asm__("__linuxless_trace_points_start");
extern const register_function trace_points_end[] __asm__("__linuxless_trace_points_end");

static struct {
	rte_trace_point_t *handle;
	const char *name;
	register_function describe;
} kept[KEPT_MAX];

static unsigned kept_count;
static bool made;
static bool trace_ready; /* DPDK has described the trace points that were registered by then */

int __real___rte_trace_point_register(rte_trace_point_t *handle, const char *name,
				      register_function describe);
rte_trace_point_t *__real_rte_trace_point_lookup(const char *name);
int __real_rte_trace_point_enable(rte_trace_point_t *handle);
int __real_rte_trace_point_disable(rte_trace_point_t *handle);
int __real_rte_trace_pattern(const char *pattern, bool enable);
int __real_rte_trace_regexp(const char *expression, bool enable);
int __real_rte_trace_metadata_dump(FILE *file);
void __real_rte_trace_dump(FILE *file);

int __wrap___rte_trace_point_register(rte_trace_point_t *handle, const char *name,
				      register_function describe);
rte_trace_point_t *__wrap_rte_trace_point_lookup(const char *name);
int __wrap_rte_trace_point_enable(rte_trace_point_t *handle);
int __wrap_rte_trace_point_disable(rte_trace_point_t *handle);
int __wrap_rte_trace_pattern(const char *pattern, bool enable);
int __wrap_rte_trace_regexp(const char *expression, bool enable);
int __wrap_rte_trace_metadata_dump(FILE *file);
void __wrap_rte_trace_dump(FILE *file);

/* -- Keeping ---------------------------------------------------------------------------------- */

/* The names of DPDK's own begin so. What DPDK would refuse, it is given at once. */
static bool
is_to_keep(const rte_trace_point_t *handle, const char *name, register_function describe)
{
	static const char library[] = "lib.";

	return !made && kept_count < KEPT_MAX && handle != NULL && name != NULL &&
	       describe != NULL && strncmp(name, library, sizeof(library) - 1) == 0;
}

/* Called by constructors, one after the other. */
int
__wrap___rte_trace_point_register(rte_trace_point_t *handle, const char *name,
				  register_function describe)
{
	if (!is_to_keep(handle, name, describe))
		return __real___rte_trace_point_register(handle, name, describe);
	kept[kept_count].handle = handle;
	kept[kept_count].name = name;
	kept[kept_count].describe = describe;
	kept_count++;
	return 0;
}

/* -- Making ----------------------------------------------------------------------------------- */

/* DPDK's list and description again, now of all; what eal_trace_init() does for those it finds. */
static void
describe_all(void)
{
	if (trace_has_duplicate_entry()) {
		RTE_LOG(ERR, EAL, "Two trace points have the same name\n");
		return;
	}
	trace_metadata_destroy();
	if (trace_metadata_create() < 0)
		RTE_LOG(ERR, EAL, "No memory for the description of the trace points\n");
}

/* A failure is kept by DPDK, or logged: the trace points without a place stay unknown. */
static void
make_all(void)
{
	made = true;
	for (unsigned i = 0; i < kept_count; i++)
		(void)__real___rte_trace_point_register(kept[i].handle, kept[i].name,
							kept[i].describe);
	for (const register_function *call = trace_points_start; call < trace_points_end; call++)
		(*call)();
	if (trace_ready)
		describe_all();
}

static void
trace_points_make(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_all);
}

int
eal_trace_begin(void)
{
	int error;

	if (!STAILQ_EMPTY(&trace_obj_get()->args))
		trace_points_make();
	error = eal_trace_init();
	trace_ready = error == 0;
	return error;
}

/* -- What needs them -------------------------------------------------------------------------- */

rte_trace_point_t *
__wrap_rte_trace_point_lookup(const char *name)
{
	trace_points_make();
	return __real_rte_trace_point_lookup(name);
}

int
__wrap_rte_trace_point_enable(rte_trace_point_t *handle)
{
	trace_points_make();
	return __real_rte_trace_point_enable(handle);
}

int
__wrap_rte_trace_point_disable(rte_trace_point_t *handle)
{
	trace_points_make();
	return __real_rte_trace_point_disable(handle);
}

int
__wrap_rte_trace_pattern(const char *pattern, bool enable)
{
	trace_points_make();
	return __real_rte_trace_pattern(pattern, enable);
}

int
__wrap_rte_trace_regexp(const char *expression, bool enable)
{
	trace_points_make();
	return __real_rte_trace_regexp(expression, enable);
}

int
__wrap_rte_trace_metadata_dump(FILE *file)
{
	trace_points_make();
	return __real_rte_trace_metadata_dump(file);
}

void
__wrap_rte_trace_dump(FILE *file)
{
	trace_points_make();
	__real_rte_trace_dump(file);
}
