/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the environment layer promises to a DPDK program, tried from inside one on the bare
 * machine. Runs with two lcores and more; ends with status 0 if all holds.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <rte_alarm.h>
#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_epoll.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "tests/ealcheck/ending.h"
#include "tests/ealcheck/heirs.h"
#include "tests/ealcheck/inside.h"
#include "tests/ealcheck/memory.h"
#include "tests/ealcheck/refusals.h"
#include "tests/ealcheck/telemetry.h"
#include "tests/ealcheck/trace.h"
#include "tests/unit/check.h"

/* -- lcores and threads ----------------------------------------------------------------------- */

static volatile bool released;

/* Gives the CPU that it runs on. */
static int
where(void *unused)
{
	(void)unused;
	return sched_getcpu();
}

static int
wait_for_release(void *unused)
{
	(void)unused;
	while (!released)
		usleep(1000);
	return 7;
}

static void
check_lcores(void)
{
	unsigned lcore, worker = rte_get_next_lcore(-1, 1, 0);

	RTE_LCORE_FOREACH_WORKER(lcore) {
		CHECK_EQ(rte_eal_remote_launch(where, NULL, lcore), 0);
		CHECK_EQ(rte_eal_wait_lcore(lcore), lcore);
	}
	CHECK_EQ(sched_getcpu(), rte_get_main_lcore());
	CHECK_EQ(rte_eal_remote_launch(wait_for_release, NULL, worker), 0);
	CHECK_EQ(rte_eal_remote_launch(where, NULL, worker), -EBUSY);
	released = true;
	CHECK_EQ(rte_eal_wait_lcore(worker), 7);
}

static void *
register_thread(void *unused)
{
	(void)unused;
	CHECK_EQ(rte_lcore_id(), LCORE_ID_ANY);
	CHECK_EQ(rte_thread_register(), 0);
	CHECK(rte_lcore_id() < RTE_MAX_LCORE);
	rte_thread_unregister();
	CHECK_EQ(rte_lcore_id(), LCORE_ID_ANY);
	return NULL;
}

static void
check_threads(void)
{
	pthread_t thread;

	if (CHECK(pthread_create(&thread, NULL, register_thread, NULL) == 0))
		pthread_join(thread, NULL);
}

/* -- Time and alarms -------------------------------------------------------------------------- */

static uint64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
}

static void
check_delays(void)
{
	uint64_t before = now_us();

	rte_delay_us_block(20000);
	CHECK(now_us() - before >= 20000);
	before = now_us();
	rte_delay_us_sleep(20000);
	CHECK(now_us() - before >= 20000);
}

static volatile unsigned alarm_count, alarm_order[4];
static volatile int self_cancelled, self_errno;
static volatile bool in_interrupt_thread;

static void
note_alarm(void *argument)
{
	alarm_order[alarm_count % 4] = (uintptr_t)argument;
	alarm_count++;
	in_interrupt_thread = rte_thread_is_intr();
}

static void
cancel_itself(void *argument)
{
	self_cancelled = rte_eal_alarm_cancel(cancel_itself, argument);
	self_errno = rte_errno;
}

static void
be_slow(void *argument)
{
	(void)argument;
	usleep(200000);
	alarm_count++;
}

static void
check_alarms(void)
{
	CHECK_EQ(rte_eal_alarm_set(0, note_alarm, NULL), -EINVAL);
	CHECK_EQ(rte_eal_alarm_set(1000, NULL, NULL), -EINVAL);
	rte_eal_alarm_set(100000, note_alarm, (void *)2);
	rte_eal_alarm_set(50000, note_alarm, (void *)1);
	rte_eal_alarm_set(60000000, note_alarm, (void *)3);
	for (unsigned wait = 0; wait < 1000 && alarm_count < 2; wait++)
		usleep(10000);
	CHECK_EQ(alarm_count, 2);
	CHECK_EQ(alarm_order[0], 1);
	CHECK_EQ(alarm_order[1], 2);
	CHECK(in_interrupt_thread && !rte_thread_is_intr());
	CHECK_EQ(rte_eal_alarm_cancel(note_alarm, (void *)-1), 1);
	CHECK_EQ(rte_eal_alarm_cancel(note_alarm, (void *)-1), 0);
	CHECK_EQ(rte_errno, ENOENT);
}

static void
check_alarm_races(void)
{
	int cancelled;

	alarm_count = 0;
	rte_eal_alarm_set(1, be_slow, NULL);
	usleep(50000); /* it runs, or will: either way it is over or gone after this */
	cancelled = rte_eal_alarm_cancel(be_slow, (void *)-1);
	CHECK_EQ(cancelled + alarm_count, 1);
	rte_eal_alarm_set(1, cancel_itself, NULL);
	for (unsigned wait = 0; wait < 1000 && self_errno == 0; wait++)
		usleep(10000);
	CHECK_EQ(self_cancelled, 0);
	CHECK_EQ(self_errno, EINPROGRESS);
}

/* -- Interrupts, and what there is none of ---------------------------------------------------- */

static void
check_interrupts(void)
{
	struct rte_intr_handle *handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	struct rte_epoll_event event = {0};
	uint64_t before = now_us();

	CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 0), 0);
	CHECK_EQ(rte_epoll_wait(RTE_EPOLL_PER_THREAD, &event, 1, 50), 0);
	CHECK(now_us() - before >= 50000);
	CHECK(rte_epoll_ctl(RTE_EPOLL_PER_THREAD, 1, 0, &event) < 0); /* since 26.07 -errno */
	CHECK_EQ(rte_epoll_wait(12345, &event, 1, 0), -1);
	if (!CHECK(handle != NULL))
		return;
	rte_intr_fd_set(handle, -1);
	CHECK_EQ(rte_intr_callback_register(handle, note_alarm, NULL), -EINVAL);
	CHECK_EQ(rte_intr_enable(handle), -1);
	rte_intr_instance_free(handle);
}

static volatile unsigned readable_count;

static void
note_readable(void *argument)
{
	int *ends = argument;
	char byte;

	if (read(ends[0], &byte, 1) == 1 && rte_thread_is_intr())
		readable_count++;
}

/* A pipe as the interrupt of a handle whose callback reads it. */
static void
check_descriptor_interrupts(void)
{
	struct rte_intr_handle *handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
	int ends[2], removed;

	if (!CHECK(handle != NULL) || !CHECK(pipe(ends) == 0))
		return;
	rte_intr_fd_set(handle, ends[0]);
	rte_intr_type_set(handle, RTE_INTR_HANDLE_EXT);
	CHECK_EQ(rte_intr_callback_register(handle, note_readable, ends), 0);
	CHECK(write(ends[1], "12", 2) == 2);
	usleep(100000);
	CHECK_EQ(readable_count, 2);
	CHECK_EQ(rte_intr_enable(handle), -1);
	while ((removed = rte_intr_callback_unregister(handle, note_readable, ends)) == -EAGAIN)
		continue;
	CHECK_EQ(removed, 1);
	CHECK(write(ends[1], "3", 1) == 1);
	usleep(50000);
	CHECK_EQ(readable_count, 2);
	close(ends[0]);
	close(ends[1]);
	CHECK(rte_intr_callback_register(handle, note_readable, ends) == -EBADF);
	rte_intr_instance_free(handle);
}

static void
check_error_texts(void)
{
	CHECK(strcmp(rte_strerror(ENOENT), strerror(ENOENT)) == 0);
	CHECK(strcmp(rte_strerror(999), "Unknown error 999") == 0);
}

static void
check_refusals(void)
{
	char *arguments[] = {"again", NULL};

	CHECK_EQ(rte_dev_event_monitor_start(), -ENOTSUP);
	CHECK_EQ(rte_eal_init(1, arguments), -1);
	CHECK_EQ(rte_errno, EALREADY);
}

static void
check_end_of_layer(void)
{
	CHECK_EQ(rte_eal_cleanup(), 0);
	CHECK_EQ(rte_eal_cleanup(), -1);
	CHECK_EQ(rte_errno, EALREADY);
}

int
main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);

	if (!CHECK(used >= 0) || !CHECK(rte_lcore_count() >= 2))
		return check_end();
	if (used + 1 < argc)
		return ending_try(argv[used + 1]);
	CHECK_EQ(memory_check(), 0);
	check_lcores();
	heirs_check();
	check_threads();
	check_delays();
	check_alarms();
	check_alarm_races();
	check_interrupts();
	check_descriptor_interrupts();
	CHECK_EQ(telemetry_check(), 0);
	check_error_texts();
	CHECK_EQ(trace_check(argc, argv), 0);
	CHECK_EQ(refusals_check(), 0);
	CHECK_EQ(inside_check(), 0);
	check_refusals();
	check_end_of_layer();
	return check_end();
}
