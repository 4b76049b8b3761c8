/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Alarms: a list sorted by time, run by the interrupt thread, which sleeps until the first.
 *
 * An alarm stays in the list while its function runs, marked, so that rte_eal_alarm_cancel() can
 * wait for its end: a cancelled alarm does not run any more when cancel returns, unless an
 * alarm's own function cancels itself (-EINPROGRESS, DPDK's contract).
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <rte_alarm.h>
#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_errno.h>
#include <rte_interrupts.h>

#include "kernel/time/clock.h"

#include <eal_private.h>

#include "eal_bare/eal_bare.h"

struct alarm {
	TAILQ_ENTRY(alarm) next;
	uint64_t time; /* clock_ns() */
	rte_eal_alarm_callback function;
	void *argument;
	bool running;
};

static TAILQ_HEAD(, alarm) alarms = TAILQ_HEAD_INITIALIZER(alarms);
static pthread_mutex_t alarm_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t alarm_done = PTHREAD_COND_INITIALIZER; /* a running one has ended */

/* Time from now, NO_DEADLINE - 1 when it is beyond the clock's end (584 years). */
static uint64_t
alarm_time(uint64_t us)
{
	uint64_t now = clock_ns();

	return us > (NO_DEADLINE - 1 - now) / NS_PER_US ? NO_DEADLINE - 1 : now + us * NS_PER_US;
}

int
rte_eal_alarm_set(uint64_t us, rte_eal_alarm_callback function, void *argument)
{
	struct alarm *alarm, *later;
	bool first;

	if (us < 1 || us > UINT64_MAX - US_PER_S || function == NULL)
		return -EINVAL;
	alarm = calloc(1, sizeof(*alarm));
	if (alarm == NULL)
		return -ENOMEM;
	alarm->time = alarm_time(us);
	alarm->function = function;
	alarm->argument = argument;

	pthread_mutex_lock(&alarm_lock);
	TAILQ_FOREACH(later, &alarms, next)
		if (later->time > alarm->time)
			break;
	if (later != NULL)
		TAILQ_INSERT_BEFORE(later, alarm, next);
	else
		TAILQ_INSERT_TAIL(&alarms, alarm, next);
	first = TAILQ_FIRST(&alarms) == alarm;
	pthread_mutex_unlock(&alarm_lock);

	if (first)
		eal_intr_wake();
	return 0;
}

/* One pass over the list. Returns how many matching ones are running. The lock is held. */
static unsigned
cancel_pass(rte_eal_alarm_callback function, void *argument, int *cancelled)
{
	struct alarm *alarm, *next;
	unsigned running = 0;

	for (alarm = TAILQ_FIRST(&alarms); alarm != NULL; alarm = next) {
		next = TAILQ_NEXT(alarm, next);
		if (alarm->function != function ||
		    (argument != (void *)-1 && alarm->argument != argument))
			continue;
		if (alarm->running) {
			running++;
			continue;
		}
		TAILQ_REMOVE(&alarms, alarm, next);
		free(alarm);
		(*cancelled)++;
	}
	return running;
}

int
rte_eal_alarm_cancel(rte_eal_alarm_callback function, void *argument)
{
	int cancelled = 0;
	unsigned running;

	if (function == NULL) {
		rte_errno = EINVAL;
		return -1;
	}
	pthread_mutex_lock(&alarm_lock);
	while ((running = cancel_pass(function, argument, &cancelled)) > 0 && !rte_thread_is_intr())
		pthread_cond_wait(&alarm_done, &alarm_lock); /* as long as the function runs */
	pthread_mutex_unlock(&alarm_lock);

	if (running > 0)
		rte_errno = EINPROGRESS; /* the caller is the alarm's own function */
	else if (cancelled == 0)
		rte_errno = ENOENT;
	return cancelled;
}

static uint64_t
alarms_run(void)
{
	uint64_t next = NO_DEADLINE;
	struct alarm *alarm;

	pthread_mutex_lock(&alarm_lock);
	while ((alarm = TAILQ_FIRST(&alarms)) != NULL && alarm->time <= clock_ns()) {
		alarm->running = true;
		pthread_mutex_unlock(&alarm_lock);
		alarm->function(alarm->argument);
		pthread_mutex_lock(&alarm_lock);
		TAILQ_REMOVE(&alarms, alarm, next);
		free(alarm);
		pthread_cond_broadcast(&alarm_done);
	}
	if (alarm != NULL)
		next = alarm->time;
	pthread_mutex_unlock(&alarm_lock);
	return next;
}

/* The interrupt thread is all that alarms need. */
int
rte_eal_alarm_init(void)
{
	eal_intr_set_alarms(alarms_run);
	return 0;
}

/* Forgets all alarms. The interrupt thread has ended. */
void
rte_eal_alarm_cleanup(void)
{
	struct alarm *alarm;

	while ((alarm = TAILQ_FIRST(&alarms)) != NULL) {
		TAILQ_REMOVE(&alarms, alarm, next);
		free(alarm);
	}
}
