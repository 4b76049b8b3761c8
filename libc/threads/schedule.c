/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where threads run, and with which policy: there is one, SCHED_OTHER, as for a user on Linux who
 * has no right to others.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
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
nothing(struct thread *thread, void *argument)
{
	(void)thread;
	(void)argument;
	return 0;
}

int64_t
sys_sched_getscheduler(int id)
{
	int result = thread_with(id, nothing, NULL);

	return result ? result : ABI_SCHED_OTHER;
}

int64_t
sys_sched_setscheduler(int id, int policy, const int32_t *priority)
{
	int result = thread_with(id, nothing, NULL);

	if (!priority)
		return -EINVAL;
	if (result)
		return result;
	if (policy != ABI_SCHED_OTHER)
		return -EPERM;
	return *priority ? -EINVAL : 0;
}

int64_t
sys_sched_getparam(int id, int32_t *priority)
{
	int result = thread_with(id, nothing, NULL);

	if (!priority)
		return -EINVAL;
	if (!result)
		*priority = 0;
	return result;
}

int64_t
sys_sched_setparam(int id, const int32_t *priority)
{
	int result = thread_with(id, nothing, NULL);

	if (!priority)
		return -EINVAL;
	if (result)
		return result;
	return *priority ? -EINVAL : 0;
}

/* The range of Linux's policies, those that no thread can have as well. */
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
sys_sched_get_priority_max(int policy)
{
	return priority_of(policy, 99);
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
