/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads come and go: a new one begins as if it had made a system call that is now done.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/fpu.h"
#include "kernel/interrupts/irq.h"
#include "kernel/thread/affinity.h"
#include "kernel/thread/sched.h"
#include "kernel/thread/sleep.h"
#include "kernel/thread/thread_table.h"
#include "kernel/time/clock.h"

#define CPUS_READY_SECONDS 2

/* Lays a thread's kernel stack out as if it had made a system call that is now done. */
static void
lay_out(struct thread *thread, const struct app_frame *frame)
{
	struct app_frame *to = (struct app_frame *)thread->kernel_stack_top - 1;
	uint64_t *stack = (uint64_t *)to;

	*to = *frame;
	*--stack = (uint64_t)switch_first;
	for (unsigned i = 0; i < 6; i++)
		*--stack = 0; /* the registers that switch_stacks takes back */
	thread->kernel_rsp = (uint64_t)stack;
}

/* Makes a thread like the calling one in all that a new thread inherits. */
static struct thread *
make_child(const struct app_frame *frame, uint64_t fs_base)
{
	struct thread *self = thread_current();
	struct thread *thread = thread_make();
	struct run_queue *queue;
	uint64_t flags;

	if (!thread)
		return NULL;
	lay_out(thread, frame);
	fpu_save(thread->fpu);
	thread->fs_base = fs_base;
	thread->events.held = self->events.held;
	thread->policy = self->policy;
	memcpy(thread->name, self->name, sizeof(thread->name));
	queue = run_queue_lock(self, &flags);
	affinity_inherit(self, thread);
	thread->cpu = self->cpu;
	spin_unlock(&queue->lock, flags);
	return thread;
}

int
thread_create(const struct app_frame *frame, uint64_t fs_base,
	      void (*started)(struct thread *thread, void *argument), void *argument)
{
	struct thread *thread = make_child(frame, fs_base);
	int id;

	if (!thread)
		return -ENOMEM;
	placement_pin(thread->only_cpu, 1);
	id = thread_enter(thread);
	if (id < 0) {
		placement_pin(thread->only_cpu, -1);
		thread_free(thread);
		return id;
	}
	started(thread, argument);
	sched_place(thread, SCHED_SPREAD);
	return id;
}

void
thread_exit(void)
{
	struct thread *self = thread_current();
	uint64_t flags;
	struct run_queue *queue;

	thread_retire(self);
	placement_pin(self->only_cpu, -1);
	queue = run_queue_lock(self, &flags);
	sched_leave(queue, THREAD_DEAD);
	panic("thread %d came back after its end", self->id);
}

/* Waits until every CPU that has come up takes threads. */
static void
await_cpus(struct cpu_set *set)
{
	uint64_t deadline = clock_deadline_ns(CPUS_READY_SECONDS * NS_PER_SECOND);

	for (unsigned i = 0; i < cpu_count(); i++) {
		while (!run_queue_ready(i) && !clock_passed(deadline))
			cpu_pause();
		if (!run_queue_ready(i))
			panic("CPU %u has come up but does not take threads", i);
		cpu_set_add(set, i);
	}
}

int
thread_start_main(void (*entry)(void *argument), void *argument, uint64_t stack_top)
{
	struct thread *thread = thread_make();
	struct app_frame frame = {0};

	if (!thread)
		return -ENOMEM;
	frame.rip = (uint64_t)entry;
	frame.arg[0] = (uint64_t)argument;
	frame.rsp = stack_top - sizeof(uint64_t); /* as if called */
	lay_out(thread, &frame);
	thread_set_name(thread, "main");
	await_cpus(&thread->affinity);
	if (cpu_count() == 1)
		thread->only_cpu = 0;
	placement_pin(thread->only_cpu, 1);
	thread_enter(thread);
	sched_place(thread, SCHED_KEEP);
	return thread->id;
}

void
thread_init(void)
{
	irq_claim(IRQ_KICK, sched_kick_interrupt);
	irq_claim(IRQ_TIMER, sleep_timer_interrupt);
	sched_prepare_cpu(cpu_this());
}
