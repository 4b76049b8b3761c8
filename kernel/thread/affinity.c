/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Changing where a thread may run, and making room for one that gets a CPU of its own.
 */
#include <stddef.h>

#include "kernel/base/errno.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/thread/affinity.h"
#include "kernel/thread/placement.h"
#include "kernel/thread/sched.h"

/* The CPU of a set that has one alone. */
static uint32_t
only_cpu_of(const struct cpu_set *set)
{
	int first = cpu_set_next(set, 0);

	return cpu_set_next(set, (unsigned)first + 1) < 0 ? (uint32_t)first : THREAD_NO_CPU;
}

/* Sends away what waits on a CPU and may not stay, and has the running thread see for itself. */
static void
clear_out(uint32_t cpu)
{
	struct run_queue *queue = run_queue_of(cpu);
	struct thread *gone = NULL;
	struct thread *thread, *next;
	uint64_t flags = spin_lock(&queue->lock);
	bool kick = queue->cpu != cpu_this() && queue->cpu->current != &queue->idle &&
		    !placement_may_stay(queue->cpu->current);

	for (thread = queue->first; thread; thread = next) {
		next = thread->next;
		if (placement_may_stay(thread))
			continue;
		run_queue_remove(queue, thread);
		thread->state = THREAD_MOVING;
		thread->next = gone;
		gone = thread;
	}
	placement_note_waiting(cpu, queue->count > 0);
	spin_unlock(&queue->lock, flags);
	for (thread = gone; thread; thread = next) {
		next = thread->next;
		sched_place(thread, SCHED_NEAR);
	}
	if (kick)
		ipi_kick(cpu);
}

/* Those that have come up and take threads. */
static struct cpu_set
ready_cpus(void)
{
	struct cpu_set ready = {0};

	for (unsigned i = 0; i < cpu_count(); i++)
		if (run_queue_ready(i))
			cpu_set_add(&ready, i);
	return ready;
}

void
thread_let_heirs_roam(void)
{
	struct thread *self = thread_current();
	uint64_t flags;
	struct run_queue *queue = run_queue_lock(self, &flags);

	self->heirs_roam = true;
	spin_unlock(&queue->lock, flags);
}

void
affinity_inherit(const struct thread *from, struct thread *to)
{
	to->affinity = from->heirs_roam ? ready_cpus() : from->affinity;
	to->only_cpu = from->heirs_roam ? only_cpu_of(&to->affinity) : from->only_cpu;
}

int
thread_set_affinity(struct thread *thread, const struct cpu_set *set)
{
	struct cpu_set allowed = ready_cpus();
	uint32_t before, cpu;
	uint64_t flags;

	for (unsigned i = 0; i < CPU_SET_WORDS; i++)
		allowed.bits[i] &= set->bits[i];
	if (cpu_set_next(&allowed, 0) < 0)
		return -EINVAL;

	run_queue_lock(thread, &flags);
	before = thread->only_cpu;
	thread->affinity = allowed;
	thread->only_cpu = only_cpu_of(&allowed);
	thread->heirs_roam = false;
	cpu = thread->cpu;
	spin_unlock(&run_queue_of(cpu)->lock, flags);

	placement_pin(only_cpu_of(&allowed), 1);
	placement_pin(before, -1);
	if (only_cpu_of(&allowed) != THREAD_NO_CPU)
		clear_out(only_cpu_of(&allowed));
	if (thread == thread_current())
		sched_move_self();
	else
		clear_out(cpu);
	return 0;
}
