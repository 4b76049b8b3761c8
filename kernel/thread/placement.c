/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which CPU a thread runs on. A CPU other than the control CPU that has a thread pinned to it
 * alone is that thread's own: others leave it, and come back to it only when they may run nowhere
 * else. Three sets of CPUs, each a few words, are all that is looked at in the way of a wake-up.
 */
#include "kernel/thread/placement.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/thread/run_queue.h"

static struct cpu_set idle_cpus;    /* nothing to run */
static struct cpu_set waiting_cpus; /* more to run than the thread that runs */
static struct cpu_set owned_cpus;   /* a pinned thread's own */

void
placement_note_idle(uint32_t cpu, bool idle)
{
	cpu_set_shared_put(&idle_cpus, cpu, idle);
}

void
placement_note_waiting(uint32_t cpu, bool waiting)
{
	cpu_set_shared_put(&waiting_cpus, cpu, waiting);
}

void
placement_pin(uint32_t cpu, int change)
{
	struct run_queue *queue;
	uint64_t flags;

	if (cpu == THREAD_NO_CPU)
		return;
	queue = run_queue_of(cpu);
	flags = spin_lock(&queue->lock);
	queue->pinned += (unsigned)change;
	cpu_set_shared_put(&owned_cpus, cpu, queue->pinned > 0 && cpu != CONTROL_CPU);
	spin_unlock(&queue->lock, flags);
}

/* Whether a thread that may run on several CPUs should run on this one. */
static bool
open_to(const struct thread *thread, uint32_t cpu)
{
	return cpu_set_has(&thread->affinity, cpu) && !cpu_set_shared_has(&owned_cpus, cpu);
}

/* First CPU >= from that is idle and open to a thread; -1 when there is none. */
static int
find_idle(const struct thread *thread, unsigned from)
{
	struct cpu_set open;

	for (unsigned i = 0; i < CPU_SET_WORDS; i++)
		open.bits[i] = thread->affinity.bits[i] & READ_ONCE(idle_cpus.bits[i]) &
			       ~READ_ONCE(owned_cpus.bits[i]);
	return cpu_set_next(&open, from);
}

/* The CPU of the mask with the fewest threads; of those that are not owned, if there are any. */
static uint32_t
find_least_loaded(const struct thread *thread)
{
	uint32_t best = THREAD_NO_CPU;
	unsigned best_load = 0;

	for (int cpu = cpu_set_next(&thread->affinity, 0); cpu >= 0;
	     cpu = cpu_set_next(&thread->affinity, (unsigned)cpu + 1)) {
		const struct run_queue *queue = run_queue_of((uint32_t)cpu);
		unsigned load = READ_ONCE(queue->count) * 2;

		if (!cpu_set_shared_has(&idle_cpus, (unsigned)cpu))
			load += 2;
		if (cpu == CONTROL_CPU)
			load += 1;
		if (!open_to(thread, (uint32_t)cpu))
			load += UINT32_MAX / 2;
		if (best == THREAD_NO_CPU || load < best_load) {
			best = (uint32_t)cpu;
			best_load = load;
		}
	}
	return best;
}

uint32_t
placement_choose(const struct thread *thread, enum sched_where where)
{
	bool near = where != SCHED_SPREAD && open_to(thread, thread->cpu);
	int idle;

	if (thread->only_cpu != THREAD_NO_CPU)
		return thread->only_cpu;
	if (near && cpu_set_shared_has(&idle_cpus, thread->cpu))
		return thread->cpu;
	idle = find_idle(thread, CONTROL_CPU + 1);
	if (idle < 0)
		idle = find_idle(thread, CONTROL_CPU);
	if (idle >= 0)
		return (uint32_t)idle;
	if (near)
		return thread->cpu;
	return find_least_loaded(thread);
}

bool
placement_may_stay(const struct thread *thread)
{
	if (!cpu_set_has(&thread->affinity, thread->cpu))
		return false;
	if (thread->only_cpu != THREAD_NO_CPU || open_to(thread, thread->cpu))
		return true;
	for (unsigned i = 0; i < CPU_SET_WORDS; i++)
		if (thread->affinity.bits[i] & ~READ_ONCE(owned_cpus.bits[i]))
			return false;
	return true;
}

/* Takes a thread for `cpu` off a queue; NULL when there is none that may go there. */
static struct thread *
steal_from(struct run_queue *queue, uint32_t cpu)
{
	uint64_t flags = spin_lock(&queue->lock);
	struct thread *thread;

	for (thread = queue->first; thread; thread = thread->next)
		if (thread->only_cpu == THREAD_NO_CPU && open_to(thread, cpu))
			break;
	if (thread) {
		run_queue_remove(queue, thread);
		thread->state = THREAD_MOVING;
		thread->cpu = cpu;
	}
	placement_note_waiting(queue->cpu->index, queue->count > 0);
	spin_unlock(&queue->lock, flags);
	return thread;
}

struct thread *
placement_steal(uint32_t cpu)
{
	if (cpu_set_shared_has(&owned_cpus, cpu))
		return NULL;
	for (int from = cpu_set_next(&waiting_cpus, 0); from >= 0;
	     from = cpu_set_next(&waiting_cpus, (unsigned)from + 1)) {
		struct thread *thread = NULL;

		if ((uint32_t)from != cpu)
			thread = steal_from(run_queue_of((uint32_t)from), cpu);
		if (thread)
			return thread;
	}
	return NULL;
}
