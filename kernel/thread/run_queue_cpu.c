/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The run queues of the CPUs, and locking the one that a thread is on.
 */
#include "kernel/base/compiler.h"
#include "kernel/thread/run_queue.h"

struct run_queue *
run_queue_of(uint32_t cpu)
{
	return __atomic_load_n(&cpu_get(cpu)->queue, __ATOMIC_ACQUIRE);
}

bool
run_queue_ready(uint32_t cpu)
{
	return cpu_get(cpu) && run_queue_of(cpu);
}

struct run_queue *
run_queue_lock(struct thread *thread, uint64_t *flags)
{
	for (;;) {
		uint32_t cpu = READ_ONCE(thread->cpu);
		struct run_queue *queue = run_queue_of(cpu);

		*flags = spin_lock(&queue->lock);
		if (READ_ONCE(thread->cpu) == cpu)
			return queue;
		spin_unlock(&queue->lock, *flags);
	}
}
