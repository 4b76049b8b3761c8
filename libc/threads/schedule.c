/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where threads run, and by which rule: the policies of Linux, to all of which the one user there
 * is has a right, but for SCHED_DEADLINE.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/thread/run_queue.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"

#define MOVE_DEADLINE (10 * NS_PER_SECOND)
#define MOVE_PAUSE (50 * NS_PER_US)

int64_t
sys_sched_yield(void)
{
	thread_yield();
	return 0;
}

/* Bytes of a mask that has all CPUs: whole words, as Linux wants and gives them. */
static size_t
mask_size(void)
{
	return ALIGN_UP((size_t)cpu_count(), 64) / 8;
}

static int
set_affinity(struct thread *thread, void *set)
{
	return thread_set_affinity(thread, set);
}

/* Whether a thread still runs, or waits to, where it may not. */
static int
is_misplaced(struct thread *thread, void *argument)
{
	enum thread_state state = READ_ONCE(thread->state);

	(void)argument;
	return (state == THREAD_RUNNING || state == THREAD_READY) &&
	       !cpu_set_has(&thread->affinity, READ_ONCE(thread->cpu));
}

/* Changes another thread's mask, and waits until it has left the CPUs that are not in it. */
static int
move_other(int id, struct cpu_set *set)
{
	uint64_t deadline = clock_deadline_ns(MOVE_DEADLINE);
	int result = thread_with(id, set_affinity, set);

	while (!result && thread_with(id, is_misplaced, NULL) > 0) {
		if (clock_passed(deadline))
			return -EBUSY;
		thread_park(clock_deadline_ns(MOVE_PAUSE));
	}
	return result;
}

int64_t
sys_sched_setaffinity(int id, unsigned size, const uint64_t *mask)
{
	struct cpu_set set = {0};

	memcpy(&set, mask, MIN(size, sizeof(set)));
	if (id == 0 || id == thread_current()->id)
		return thread_set_affinity(thread_current(), &set);
	return move_other(id, &set);
}

static int
get_affinity(struct thread *thread, void *set)
{
	*(struct cpu_set *)set = thread->affinity;
	return 0;
}

int64_t
sys_sched_getaffinity(int id, unsigned size, uint64_t *mask)
{
	struct cpu_set set;
	int result;

	if (size < mask_size() || size % sizeof(uint64_t))
		return -EINVAL;
	result = thread_with(id, get_affinity, &set);
	if (result)
		return result;
	memcpy(mask, &set, MIN((size_t)size, mask_size()));
	return (int64_t)MIN((size_t)size, mask_size());
}

static int
get_policy(struct thread *thread, void *policy)
{
	*(struct thread_policy *)policy = thread->policy;
	return 0;
}

static int
change_policy(struct thread *thread, void *policy)
{
	thread_set_policy(thread, policy);
	return 0;
}

/* The range of Linux's policies. */
static int64_t
priority_of(int policy, int64_t of_realtime)
{
	switch (policy) {
	case ABI_SCHED_FIFO:
	case ABI_SCHED_RR:
		return of_realtime;
	case ABI_SCHED_OTHER:
	case ABI_SCHED_BATCH:
	case ABI_SCHED_IDLE:
	case ABI_SCHED_DEADLINE:
		return 0;
	default:
		return -EINVAL;
	}
}

int64_t
sys_sched_getscheduler(int id)
{
	struct thread_policy policy;
	int result = thread_with(id, get_policy, &policy);

	return result ? result : policy.kind;
}

/* Changes policy and priority of a thread, and keeps its niceness. */
static int64_t
set_policy(int id, int kind, int priority)
{
	struct thread_policy policy;
	int64_t most = priority_of(kind, THREAD_PRIORITY_MAX), least = priority_of(kind, 1);
	int result = thread_with(id, get_policy, &policy);

	if (kind == ABI_SCHED_DEADLINE || most < 0 || priority < least || priority > most)
		return -EINVAL;
	if (result)
		return result;
	policy.kind = (uint8_t)kind;
	policy.priority = (uint8_t)priority;
	policy.turns = kind == ABI_SCHED_RR;
	return thread_with(id, change_policy, &policy);
}

int64_t
sys_sched_setscheduler(int id, int policy, const int32_t *priority)
{
	return id < 0 || !priority ? -EINVAL : set_policy(id, policy & ~ABI_SCHED_RESET_ON_FORK,
							  *priority);
}

int64_t
sys_sched_getparam(int id, int32_t *priority)
{
	struct thread_policy policy;
	int result = thread_with(id, get_policy, &policy);

	if (id < 0 || !priority)
		return -EINVAL;
	if (!result)
		*priority = policy.priority;
	return result;
}

int64_t
sys_sched_setparam(int id, const int32_t *priority)
{
	struct thread_policy policy;
	int result = thread_with(id, get_policy, &policy);

	if (id < 0 || !priority)
		return -EINVAL;
	return result ? result : set_policy(id, policy.kind, *priority);
}

/* How long a turn of SCHED_RR is; of the others that share the time, a slice. */
int64_t
sys_sched_rr_get_interval(int id, struct abi_timespec *interval)
{
	struct thread_policy policy;
	int result = thread_with(id, get_policy, &policy);

	if (id < 0)
		return -EINVAL;
	if (result)
		return result;
	*interval = (struct abi_timespec){0};
	if (policy.kind == ABI_SCHED_RR)
		interval->nanoseconds = RUN_TURN_NS;
	else if (policy.kind != ABI_SCHED_FIFO)
		interval->nanoseconds = RUN_SLICE_NS;
	return 0;
}

/*
 * -- Niceness -----------------------------------------------------------------------------------
 */

/* The nicest first: the least of 20 - nice is returned where there are several. */
static int
note_nice(struct thread *thread, void *nice)
{
	*(int *)nice = MIN(*(int *)nice, thread->policy.nice);
	return 0;
}

static int
set_nice(struct thread *thread, void *nice)
{
	struct thread_policy policy = thread->policy;

	policy.nice = (int8_t)*(int *)nice;
	thread_set_policy(thread, &policy);
	return 0;
}

/* A thread, or all: there is one group and one user. */
static int64_t
for_who(int which, int who, int (*use)(struct thread *thread, void *argument), void *argument)
{
	if (which == ABI_PRIO_PROCESS)
		return thread_with(who, use, argument);
	if ((which == ABI_PRIO_PGRP && who && who != PROCESS_ID) ||
	    (which == ABI_PRIO_USER && who))
		return -ESRCH;
	if (which != ABI_PRIO_PGRP && which != ABI_PRIO_USER)
		return -EINVAL;
	return thread_for_each(use, argument);
}

int64_t
sys_getpriority(int which, int who)
{
	int nice = THREAD_NICE_MOST;
	int64_t result = for_who(which, who, note_nice, &nice);

	return result ? result : 20 - nice;
}

int64_t
sys_setpriority(int which, int who, int nice)
{
	nice = MIN(MAX(nice, THREAD_NICE_LEAST), THREAD_NICE_MOST);
	return for_who(which, who, set_nice, &nice);
}

int64_t
sys_sched_get_priority_max(int policy)
{
	return priority_of(policy, THREAD_PRIORITY_MAX);
}

int64_t
sys_sched_get_priority_min(int policy)
{
	return priority_of(policy, 1);
}

int64_t
sys_getcpu(unsigned *cpu, unsigned *node, void *cache)
{
	(void)cache;
	if (cpu)
		*cpu = cpu_this()->index;
	if (node)
		*node = cpu_this()->node;
	return 0;
}
