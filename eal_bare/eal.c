/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The environment layer's beginning and end: rte_eal_init() as a table of phases, in DPDK's
 * order, and rte_eal_cleanup().
 *
 * Memory, CPUs and devices are the kernel's, called directly; threads and files are musl's. There
 * is one process: nothing is shared with another; the telemetry socket is for its own threads.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_cpuflags.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_memory.h>
#include <rte_service_component.h>
#include <bus_driver.h>

#include "kernel/base/log.h"
#include "kernel/loader/settings.h"
#include "kernel/thread/thread.h"

#include <eal_filesystem.h>
#include <eal_internal_cfg.h>
#include <eal_memcfg.h>
#include <eal_options.h>
#include <eal_private.h>
#include <eal_thread.h>
#include <eal_trace.h>
#include <malloc_heap.h>

#include "eal_bare/compat.h"
#include "eal_bare/eal_bare.h"
#include "eal_bare/eal_net.h"
#include "eal_bare/eal_telemetry.h"

/* For rte_rdtsc() under VMware with a pseudo TSC, which we do not use. */
int rte_cycles_vmware_tsc_map;

static struct {
	int argc;
	char **argv;
	int used; /* arguments that are the environment layer's */
} arguments;

/* -- Phases: return 0 or a negative value; what is logged names the reason -------------------- */

static int
phase_cpu_features(void)
{
	return rte_cpu_is_supported() ? 0 : -1;
}

static int
phase_log(void)
{
	eal_reset_internal_config(eal_get_internal_configuration());
	if (eal_options_parse_log(arguments.argc, arguments.argv) < 0)
		return -1;
	return compat_log_init();
}

static int
phase_arguments(void)
{
	return eal_save_args(arguments.argc, arguments.argv);
}

static int
phase_command_line(void)
{
	arguments.used = eal_options_parse(arguments.argc, arguments.argv);
	return arguments.used;
}

static int
phase_configuration(void)
{
	rte_eal_get_configuration()->process_type = eal_get_internal_configuration()->process_type;
	eal_mcfg_update_from_internal();
	return 0;
}

/*
 * Before the heap takes what is free: since 24.11 this makes DPDK allocate its lcore variables,
 * which are a piece of 16 MB.
 */
static int
phase_random(void)
{
	compat_random_init();
	return 0;
}

/*
 * Devices are asked; where it is the same to them, IOVA as PA: DPDK's own memory has the same
 * addresses in both, but what else the program has does not.
 */
static int
phase_iova_mode(void)
{
	struct rte_config *config = rte_eal_get_configuration();
	enum rte_iova_mode asked = eal_get_internal_configuration()->iova_mode;

	if (asked == RTE_IOVA_DC)
		asked = rte_bus_get_iommu_class();
	config->iova_mode = asked == RTE_IOVA_DC ? RTE_IOVA_PA : asked;
	RTE_LOG(INFO, EAL,
		"Selected IOVA mode '%s': DPDK's memory has the same addresses in both\n",
		config->iova_mode == RTE_IOVA_PA ? "PA" : "VA");
	return 0;
}

static int
list_is_on_node(const struct rte_memseg_list *list, void *argument)
{
	return !list->external && list->socket_id == *(int *)argument;
}

static int
phase_main_lcore(void)
{
	unsigned lcore = rte_get_main_lcore();
	rte_cpuset_t *cpus = &lcore_config[lcore].cpuset;
	int node = rte_lcore_to_socket_id(lcore);
	int error = pthread_setaffinity_np(pthread_self(), sizeof(*cpus), cpus);

	if (error != 0) {
		RTE_LOG(ERR, EAL, "Cannot place main lcore %u: %s\n", lcore, rte_strerror(error));
		return -1;
	}
	thread_let_heirs_roam(); /* no other thread lands where this one polls */
	__rte_thread_init(lcore, cpus);
	if (rte_memseg_list_walk(list_is_on_node, &node) == 0)
		RTE_LOG(WARNING, EAL, "WARNING: Main core has no memory on local socket!\n");
	return 0;
}

static int
nothing(void *argument __rte_unused)
{
	return 0;
}

static int
phase_workers(void)
{
	if (eal_workers_start() != 0)
		return -1;
	/* Their first function: when it has run, all of them wait for commands. */
	if (rte_eal_mp_remote_launch(nothing, NULL, SKIP_MAIN) != 0)
		return -1;
	rte_eal_mp_wait_lcore();
	return 0;
}

static int
phase_scan(void)
{
	if (&eal_net_steps != NULL)
		eal_net_steps.before_scan();
	return rte_bus_scan();
}

static int
phase_probe(void)
{
	if (&eal_net_steps != NULL)
		eal_net_steps.before_probe();
	return rte_bus_probe();
}

/* -ENOTSUP says that no service lcores were asked for. */
static int
phase_service_lcores(void)
{
	int error = rte_service_start_with_defaults();

	return error == -ENOTSUP ? 0 : error;
}

struct phase {
	const char *name; /* for bare.bootstat */
	int (*run)(void);
	const char *message; /* when it fails */
	int error;	     /* rte_errno then, unless the phase has set it */
	bool retry;	     /* rte_eal_init() may be called again then */
};

static const struct phase phases[] = {
	{"cpu", phase_cpu_features, "unsupported cpu type.", ENOTSUP, true},
	{"log", phase_log, "Cannot init logging.", EINVAL, true},
	{"arguments", phase_arguments, "Cannot save the arguments.", ENOMEM, true},
	{"lcores", rte_eal_cpu_init, "Cannot detect lcores.", ENOTSUP, false},
	{"options", phase_command_line, "Invalid 'command line' arguments.", EINVAL, true},
	{"plugins", eal_plugins_init, "Cannot init plugins", EINVAL, true},
	{"trace", eal_trace_begin, "Cannot init trace", EFAULT, false},
	{"devices", eal_option_device_parse, "Cannot parse the devices of the command line", ENODEV,
	 true},
	{"config", phase_configuration, "Cannot init config", EINVAL, false},
	{"random", phase_random, "Cannot init the random numbers", ENOMEM, false},
	{"interrupts", rte_eal_intr_init, "Cannot init interrupt-handling thread", ENOMEM, false},
	{"alarm", rte_eal_alarm_init, "Cannot init alarm", ENOMEM, false},
	{"scan", phase_scan, "Cannot scan the buses for devices", ENODEV, true},
	{"iova", phase_iova_mode, "Cannot select the IOVA mode", EINVAL, false},
	{"memzones", rte_eal_memzone_init, "Cannot init memzone", ENODEV, false},
	{"heap", compat_heap_init, "Cannot init memory", ENOMEM, false},
	{"tailqs", rte_eal_tailqs_init, "Cannot init tail queues for objects", EFAULT, false},
	{"timer", rte_eal_timer_init, "Cannot init HPET or TSC timers", ENOTSUP, false},
	{"main lcore", phase_main_lcore, "Cannot set affinity", EINVAL, false},
	{"workers", phase_workers, "Cannot start the worker lcores", EAGAIN, false},
	{"services", rte_service_init, "rte_service_init() failed", ENOMEM, false},
	{"probe", phase_probe, "Cannot probe devices", ENOTSUP, false},
	{"service lcores", phase_service_lcores, "Cannot start the service lcores", EINVAL, false},
	{"telemetry", eal_telemetry_start, "Cannot init telemetry", ENOMEM, false},
};

static void
init_alert(const char *message)
{
	fprintf(stderr, "EAL: FATAL: %s\n", message);
	RTE_LOG(ERR, EAL, "%s\n", message);
}

/* bare.bootstat: `start`, when the phases began, and `ends` are TSC values. */
static void
report_phases(uint64_t start, const uint64_t *ends)
{
	uint64_t ticks_per_us = RTE_MAX(rte_get_tsc_hz() / US_PER_S, UINT64_C(1));

	for (unsigned i = 0; i < RTE_DIM(phases); i++) {
		log_info("boot: EAL %-14s %8lu us", phases[i].name,
			 (ends[i] - start) / ticks_per_us);
		start = ends[i];
	}
}

static bool initialised; /* or being so, or failed for good */

int
rte_eal_init(int argc, char **argv)
{
	uint64_t start, ends[RTE_DIM(phases)];

	if (__atomic_exchange_n(&initialised, true, __ATOMIC_ACQ_REL)) {
		init_alert("already called initialization.");
		rte_errno = EALREADY;
		return -1;
	}
	arguments.argc = argc;
	arguments.argv = argv;
	start = rte_rdtsc();
	for (unsigned i = 0; i < RTE_DIM(phases); i++) {
		rte_errno = 0;
		if (phases[i].run() >= 0) {
			ends[i] = rte_rdtsc();
			continue;
		}
		if (rte_errno == 0)
			rte_errno = phases[i].error;
		init_alert(phases[i].message);
		if (phases[i].retry)
			__atomic_store_n(&initialised, false, __ATOMIC_RELEASE);
		return -1;
	}
	if (settings.bootstat)
		report_phases(start, ends);
	eal_memory_warm_up();
	eal_mcfg_complete();
	if (&eal_net_steps != NULL)
		eal_net_steps.after();
	return arguments.used;
}

/* -- The end ---------------------------------------------------------------------------------- */

int
rte_eal_cleanup(void)
{
	static bool done;

	/* What they use must stay: they cannot be stopped from outside, nor waited for. */
	if (!eal_workers_idle()) {
		RTE_LOG(WARNING, EAL, "Devices, memory and threads are kept\n");
		rte_errno = EBUSY;
		return -1;
	}
	if (__atomic_exchange_n(&done, true, __ATOMIC_ACQ_REL)) {
		RTE_LOG(WARNING, EAL, "Already called cleanup\n");
		rte_errno = EALREADY;
		return -1;
	}
	rte_service_finalize();
	eal_bus_cleanup();
	eal_pci_release_all();
	eal_workers_stop();
	eal_intr_cleanup();
	rte_eal_alarm_cleanup();
	rte_trace_save();
	eal_trace_fini();
	/* From here on every pointer into DPDK's memory dangles. */
	rte_eal_memory_detach();
	rte_eal_malloc_heap_cleanup();
	eal_cleanup_config(eal_get_internal_configuration());
	rte_eal_log_cleanup();
	return 0;
}

/* -- What Linux's environment layer has, and an application may ask for ------------------------ */

/* What is in the runtime directory is of this run. */
int
eal_clean_runtime_dir(void)
{
	return 0;
}

int
rte_eal_create_uio_dev(void)
{
	return 0;
}

/* No kernel modules: none is loaded. */
int
rte_eal_check_module(const char *name)
{
	return name == NULL ? -1 : 0;
}
