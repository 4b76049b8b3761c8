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
sys_sched_yield(struct app_frame *frame)
{
	(void)frame;
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
sys_sched_setaffinity(struct app_frame *frame)
{
	int id = (int)frame->arg[0];
	struct cpu_set set = {0};

	memcpy(&set, (const void *)frame->arg[2], MIN(frame->arg[1], sizeof(set)));
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
sys_sched_getaffinity(struct app_frame *frame)
{
	size_t size = frame->arg[1];
	struct cpu_set set;
	int result;

	if (size < mask_size() || size % sizeof(uint64_t))
		return -EINVAL;
	result = thread_with((int)frame->arg[0], get_affinity, &set);
	if (result)
		return result;
	size = MIN(size, mask_size());
	memcpy((void *)frame->arg[2], &set, size);
	return (int64_t)size;
}

static int
nothing(struct thread *thread, void *argument)
{
	(void)thread;
	(void)argument;
	return 0;
}

int64_t
sys_sched_getscheduler(struct app_frame *frame)
{
	int result = thread_with((int)frame->arg[0], nothing, NULL);

	return result ? result : ABI_SCHED_OTHER;
}

int64_t
sys_sched_setscheduler(struct app_frame *frame)
{
	const int32_t *priority = (const int32_t *)frame->arg[2];
	int result = thread_with((int)frame->arg[0], nothing, NULL);

	if (result)
		return result;
	if ((int32_t)frame->arg[1] != ABI_SCHED_OTHER)
		return -EPERM;
	return *priority ? -EINVAL : 0;
}

int64_t
sys_sched_getparam(struct app_frame *frame)
{
	int result = thread_with((int)frame->arg[0], nothing, NULL);

	if (!result)
		*(int32_t *)frame->arg[1] = 0;
	return result;
}

int64_t
sys_sched_setparam(struct app_frame *frame)
{
	int result = thread_with((int)frame->arg[0], nothing, NULL);

	if (result)
		return result;
	return *(const int32_t *)frame->arg[1] ? -EINVAL : 0;
}

/* Highest and lowest priority: both 0 for SCHED_OTHER. */
int64_t
sys_sched_priority_limit(struct app_frame *frame)
{
	return (int32_t)frame->arg[0] == ABI_SCHED_OTHER ? 0 : -EINVAL;
}

int64_t
sys_getcpu(struct app_frame *frame)
{
	const struct cpu *cpu = cpu_this();

	if (frame->arg[0])
		*(uint32_t *)frame->arg[0] = cpu->index;
	if (frame->arg[1])
		*(uint32_t *)frame->arg[1] = cpu->node;
	return 0;
}
