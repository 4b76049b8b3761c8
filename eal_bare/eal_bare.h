/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of the environment layer have of each other, beyond what DPDK's own private
 * headers declare. All functions: thread context.
 */
#ifndef EAL_BARE_EAL_BARE_H
#define EAL_BARE_EAL_BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NO_DEADLINE UINT64_MAX /* for times in nanoseconds of clock_ns() */

struct internal_config;

/* -- eal_options_getopt.c, eal_options_argparse.c -- */

/*
 * Reads the options of the environment layer from argv. Returns the number of arguments used
 * up, as rte_eal_init() does, or -1 after saying what is wrong. Exits for --help.
 */
int eal_options_parse(int argc, char **argv);

/*
 * Reads --log-level alone, so that all that follows is logged as asked. To be called first.
 * Returns 0 or -1.
 */
int eal_options_parse_log(int argc, char **argv);

/* -- eal_options.c -- */

/* Refuses and sets what the machine decides, after the options were read. Returns 0 or -1. */
int eal_options_settle(struct internal_config *config);

/* -- eal_hugepage_info.c -- */

/*
 * Fills memory[node] with the bytes, in whole 2 MB, to take from each node: what -m or
 * --socket-mem ask for, else all that is free but a reserve. Returns 0, or -1 after saying what
 * is not to be had.
 */
int eal_memory_plan(uint64_t *memory);

/* Bytes of stack of a worker lcore: --huge-worker-stack=, or what every thread has. */
size_t eal_worker_stack_size(void);

/* -- eal_thread.c -- */

/*
 * Sleeps while *word == expected, until it is woken or the deadline passes. May return early.
 */
void eal_futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline);

/* Starts the worker lcores' threads, each on its CPUs. Returns 0 or -1 with rte_errno. */
int eal_workers_start(void);

/* Whether no worker runs a function; says which do. */
bool eal_workers_idle(void);

/* Ends the worker threads, which are idle, and frees their stacks. */
void eal_workers_stop(void);

/* -- eal_memory.c -- */

/* Has an emulator's TLB for the calling lcore grown to DPDK's memory: kernel/cpu/softtlb.h. */
void eal_memory_warm_up(void);

/* -- eal_trace.c -- */

/*
 * DPDK's eal_trace_init(), with all trace points when --trace was given. Once, after the command
 * line; 0 or a negative error. Without --trace they are registered when one of rte_trace.h or
 * rte_trace_point.h first needs them, from any thread.
 */
int eal_trace_begin(void);

/* -- eal_epoll.c -- */

struct rte_epoll_event;

/* Waits until nobody runs the entry's callback, and marks the entry as unused. */
void eal_epoll_invalidate(struct rte_epoll_event *user);

/* -- eal_interrupts.c -- */

/*
 * Says who runs the alarms: run() calls those that are due, on the interrupt thread, and returns
 * the time of the next one, or NO_DEADLINE. Once, from rte_eal_alarm_init().
 */
void eal_intr_set_alarms(uint64_t (*run)(void));

/* Has the interrupt thread look again at marks and alarms. Any context but interrupt handlers. */
void eal_intr_wake(void);

/* Ends the interrupt thread and forgets all callbacks. */
void eal_intr_cleanup(void);

/* -- bus_pci.c -- */

/* Takes bus mastering and interrupts away from every function that a driver left claimed. */
void eal_pci_release_all(void);

#endif
