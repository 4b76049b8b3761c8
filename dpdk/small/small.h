/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Read before each source of DPDK for a small image (dpdk/small/small-cc), so that what such an
 * image does without is left out where DPDK's macros put it:
 *
 *	trace points	their macros make functions that do nothing, and no registration
 *	telemetry	commands are not registered, so that nothing refers to their functions
 *	virtual devices	their drivers are not registered (virtio-user needs a vhost of another
 *			program)
 *	patterns	of logs' names are matched by eal_bare/small/eal_match.c
 *
 * What asks for one of these at run time is told: eal_bare/small/, whose eal_match.h is read before
 * this.
 */
#ifndef DPDK_SMALL_SMALL_H
#define DPDK_SMALL_SMALL_H

#include <errno.h>
#include <fnmatch.h>
#include <regex.h>

#define regex_t struct eal_match_regex
#define regcomp eal_match_regcomp
#define regexec eal_match_regexec
#define regfree eal_match_regfree
#define fnmatch eal_match_fnmatch

/* Not every library of DPDK sees every header. The guard keeps the registering half away. */
#if __has_include(<rte_trace_point.h>)
#include <rte_trace_point.h>
#define _RTE_TRACE_POINT_REGISTER_H_
#define RTE_TRACE_POINT_REGISTER(point, name)
#undef RTE_TRACE_POINT
#undef RTE_TRACE_POINT_FP
#define RTE_TRACE_POINT_FP RTE_TRACE_POINT
#define RTE_TRACE_POINT(point, arguments, ...)                                                     \
	static inline void point arguments                                                         \
	{                                                                                          \
	}
#endif

#if __has_include(<rte_telemetry.h>)
#include <rte_telemetry.h>
#define rte_telemetry_register_cmd(command, function, help) (-ENOTSUP)
#endif

#if __has_include(<bus_vdev_driver.h>)
#include <bus_vdev_driver.h>
#undef RTE_PMD_REGISTER_VDEV
#define RTE_PMD_REGISTER_VDEV(name, driver)
#endif

#endif
