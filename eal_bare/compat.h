/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where DPDK's releases differ in what they ask of an environment layer. One eal_bare serves
 * 22.11, 24.11, 25.11 and 26.07: what depends on the release is here, and a few files hold what
 * only some releases want. Boundaries between those were read in release notes, not compiled.
 *
 *	23.07	threads are rte_thread_t, named by rte_thread_set_name()
 *	23.11	the log library is of its own: it opens its stream itself, and telemetry knows it
 *	24.03	the heap is filled by the caller, under the memory lock
 *	24.11.2	the caller has the random numbers seeded
 *	25.11	options are read by argparse: eal_options_argparse.c for eal_options_getopt.c
 *	26.07	the PCI bus has no lists of its own: compat_pci.h; epoll tells its errors
 */
#ifndef EAL_BARE_COMPAT_H
#define EAL_BARE_COMPAT_H

#include <errno.h>
#include <pthread.h>
#include <stdint.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_thread.h>
#include <rte_version.h>

#include <eal_private.h>
#include <eal_thread.h>
#include <eal_memcfg.h>
#include <malloc_heap.h>
#include <telemetry_internal.h>

#define DPDK_SINCE(year, month) (RTE_VERSION >= RTE_VERSION_NUM(year, month, 0, 0))

#if DPDK_SINCE(23, 7)

typedef uint32_t compat_thread_result;
#define COMPAT_THREAD_DONE 0

static inline pthread_t
compat_pthread(rte_thread_t thread)
{
	return (pthread_t)thread.opaque_id;
}

static inline int
compat_control_thread(pthread_t *thread, const char *name, compat_thread_result (*function)(void *),
		      void *argument)
{
	rte_thread_t id;
	int error = rte_thread_create_internal_control(&id, name, function, argument);

	if (error == 0)
		*thread = compat_pthread(id);
	return error < 0 ? error : -error;
}

static inline void
compat_lcore_thread_set(unsigned lcore, pthread_t thread)
{
	lcore_config[lcore].thread_id.opaque_id = (uintptr_t)thread;
}

static inline pthread_t
compat_lcore_thread(unsigned lcore)
{
	return compat_pthread(lcore_config[lcore].thread_id);
}

static inline void *
compat_lcore_loop(void *argument)
{
	return (void *)(uintptr_t)eal_thread_loop(argument);
}

/* rte_eal_malloc_heap_init() is called with the memory lock held, and filling is a second step. */
static inline int
compat_heap_init(void)
{
	int error;

	rte_mcfg_mem_read_lock();
	error = rte_eal_memory_init() < 0 || rte_eal_malloc_heap_init() < 0;
	rte_mcfg_mem_read_unlock();
	return error || rte_eal_malloc_heap_populate() < 0 ? -1 : 0;
}

#else

typedef void *compat_thread_result;
#define COMPAT_THREAD_DONE NULL

static inline int
compat_control_thread(pthread_t *thread, const char *name, compat_thread_result (*function)(void *),
		      void *argument)
{
	return rte_ctrl_thread_create(thread, name, NULL, function, argument);
}

static inline void
compat_lcore_thread_set(unsigned lcore, pthread_t thread)
{
	lcore_config[lcore].thread_id = thread;
}

static inline pthread_t
compat_lcore_thread(unsigned lcore)
{
	return lcore_config[lcore].thread_id;
}

static inline void *
compat_lcore_loop(void *argument)
{
	return eal_thread_loop(argument);
}

/* rte_eal_memory_init() takes the memory lock, rte_eal_malloc_heap_init() releases it. */
static inline int
compat_heap_init(void)
{
	return rte_eal_memory_init() < 0 || rte_eal_malloc_heap_init() < 0 ? -1 : 0;
}

#endif

#if DPDK_SINCE(23, 11)
#include <log_internal.h>
static inline int
compat_log_init(void)
{
	eal_log_init("dpdk");
	return 0;
}
#else
#include <eal_log.h>
static inline int
compat_log_init(void)
{
	return eal_log_init("dpdk", 0);
}
#endif

/* What is returned for -errno by rte_epoll_ctl(), and for that by rte_intr_rx_ctl(). */
static inline int
compat_epoll_error(int error)
{
	return error == 0 || DPDK_SINCE(26, 7) ? error : -1;
}

static inline int
compat_rx_error(int error)
{
	return error == 0 || DPDK_SINCE(26, 7) ? error : -EPERM;
}

/* Before 23.11 the telemetry library is handed the log, and the type of its messages. */
static inline int
compat_telemetry_init(rte_cpuset_t *cpus)
{
#if DPDK_SINCE(23, 11)
	return rte_telemetry_init(rte_eal_get_runtime_dir(), rte_version(), cpus);
#else
	int type = rte_log_register_type_and_pick_level("lib.telemetry", RTE_LOG_WARNING);

	return rte_telemetry_init(rte_eal_get_runtime_dir(), rte_version(), cpus, rte_log,
				  type < 0 ? RTE_LOGTYPE_EAL : (uint32_t)type);
#endif
}

/* 25.11 calls sockets NUMA nodes, as they are. */
#if DPDK_SINCE(25, 11)
#define COMPAT_NODE_MEM numa_mem
#define COMPAT_NODE_LIMIT numa_limit
#define COMPAT_FORCE_NODE_LIMITS force_numa_limits
#else
#define COMPAT_NODE_MEM socket_mem
#define COMPAT_NODE_LIMIT socket_limit
#define COMPAT_FORCE_NODE_LIMITS force_socket_limits
#endif

/* Before, a constructor seeds the random numbers. */
#if RTE_VERSION >= RTE_VERSION_NUM(24, 11, 2, 0)
#define compat_random_init() eal_rand_init()
#else
#define compat_random_init() ((void)0)
#endif

#endif
