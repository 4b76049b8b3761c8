/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scheduler of each CPU. A thread leaves its CPU in sched_switch(), with the queue locked; the
 * next one, which comes back from a sched_switch() of its own or begins in switch_first, unlocks
 * it in sched_switched(), when the first one's registers are safe. So whoever locks the queue of a
 * thread's CPU sees a thread that either runs or can be taken elsewhere.
 *
 * The CPU's timer is armed for the end of the running thread's turn, if others wait, and for the
 * first deadline (sleep.c); otherwise it is off.
 */
#include <stddef.h>

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/fpu.h"
#include "kernel/cpu/segments.h"
#include "kernel/interrupts/ipi.h"
#include "kernel/memory/arena.h"
#include "kernel/memory/paging.h"
#include "kernel/speed/idle.h"
#include "kernel/thread/cpu_timer.h"
#include "kernel/thread/sched.h"
#include "kernel/thread/thread_table.h"
#include "kernel/time/clock.h"

#define BREATHING_ROOM 256
#define INTERRUPT_STACK_ALIGNMENT 16

static void (*return_hook)(struct trap_frame *frame);

/* -- Switching --------------------------------------------------------------------------------- */

/* Loads what belongs to a thread and is not on its stack; interrupts come to its kernel stack. */
static void
load_thread(struct cpu *cpu, struct thread *thread)
{
	cpu->current = thread;
	cpu->kernel_stack_top = thread->kernel_stack_top;
	segments_set_interrupt_stack(cpu, thread->interrupt_stack_top);
	if (thread->fpu)
		msr_write(MSR_FS_BASE, thread->fs_base);
}

void
sched_switch(struct run_queue *queue)
{
	struct thread *leaving = thread_current();
	uint64_t now = clock_ns();
	struct thread *next;

	spin_assert_held(&queue->lock);
	if (leaving->fpu)
		run_queue_account(queue, leaving, now);
	if (leaving->state != THREAD_RUNNING && leaving->fpu)
		leaving->virtual_time -= queue->time;
	if (leaving->state == THREAD_READY)
		run_queue_insert(queue, leaving);

	next = run_queue_pop(queue);
	placement_note_waiting(queue->cpu->index, queue->count > 0);
	if (!next)
		next = &queue->idle;
	assert_that(next == &queue->idle || next->state == THREAD_READY);
	next->state = THREAD_RUNNING;
	queue->started = now;
	queue->preempt_at = run_queue_turn_end(queue, next, now);
	queue->leaving = leaving;
	if (next == leaving) {
		sched_switched();
		return;
	}
	placement_note_idle(queue->cpu->index, next == &queue->idle);
	if (leaving->fpu)
		fpu_save(leaving->fpu);
	load_thread(queue->cpu, next);
	switch_stacks(&leaving->kernel_rsp, next->kernel_rsp);
	sched_switched();
}

void
sched_switched(void)
{
	struct cpu *cpu = cpu_this();
	struct run_queue *queue = cpu->queue;
	struct thread *left = queue->leaving;
	struct thread *current = cpu->current;
	enum thread_state state = left->state;

	assert_that(current->state == THREAD_RUNNING && current->cpu == cpu->index);
	queue->leaving = NULL;
	spin_unlock(&queue->lock, 0);
	if (!current->fpu)
		paging_note_idle(true);
	if (current->fpu && left != current) {
		paging_note_idle(false);
		if (current->fpu_cpu != cpu->index || queue->fpu_owner != current)
			fpu_load(current->fpu);
		current->fpu_cpu = cpu->index;
		queue->fpu_owner = current;
	}
	if (left != current && state == THREAD_MOVING)
		sched_place(left, SCHED_NEAR);
	else if (left != current && state == THREAD_DEAD)
		thread_free(left);
	cpu_timer_program();
}

/* -- Placing ----------------------------------------------------------------------------------- */

/* Inserts a thread and kicks the queue's CPU, when it must run it. Unlocks. */
static void
insert(struct run_queue *queue, struct thread *thread, uint64_t flags)
{
	struct cpu *cpu = queue->cpu;
	bool kick = queue->halted;
	uint64_t at = THREAD_NO_DEADLINE;

	spin_assert_held(&queue->lock);
	thread->state = THREAD_READY;
	run_queue_insert(queue, thread);
	queue->halted = false;
	if (cpu->current == &queue->idle) {
		placement_note_idle(cpu->index, false);
	} else {
		at = run_queue_preempt_time(queue, cpu->current, thread, clock_ns());
		placement_note_waiting(cpu->index, true);
		if (at < queue->preempt_at) {
			queue->preempt_at = at;
			kick = true;
		}
	}
	spin_unlock(&queue->lock, 0);
	/* Who has a priority runs before the caller's next instruction, not soon after it. */
	if (kick && (cpu != cpu_this() || thread->policy.priority))
		ipi_kick(cpu->index);
	else if (kick)
		cpu_timer_tighten(at);
	interrupts_restore(flags);
}

void
sched_place(struct thread *thread, enum sched_where where)
{
	for (;;) {
		uint64_t flags;
		struct run_queue *queue = run_queue_lock(thread, &flags);
		uint32_t target = thread->cpu;

		if (where != SCHED_KEEP || !placement_may_stay(thread))
			target = placement_choose(thread, where);
		if (target == thread->cpu) {
			insert(queue, thread, flags);
			return;
		}
		thread->cpu = target;
		where = SCHED_KEEP;
		spin_unlock(&queue->lock, flags);
	}
}

void
sched_leave(struct run_queue *queue, enum thread_state state)
{
	assert_that(thread_current()->state == THREAD_RUNNING);
	thread_current()->state = state;
	sched_switch(queue);
}

void
sched_move_self(void)
{
	uint64_t flags;
	struct run_queue *queue = run_queue_lock(thread_current(), &flags);

	if (placement_may_stay(thread_current()))
		spin_unlock(&queue->lock, flags);
	else
		sched_leave(queue, THREAD_MOVING);
}

/* -- What threads ask for ---------------------------------------------------------------------- */

void
thread_unpark(struct thread *thread)
{
	uint64_t flags;
	struct run_queue *queue = run_queue_lock(thread, &flags);

	if (thread->state != THREAD_BLOCKED) {
		thread->unparked = true;
		spin_unlock(&queue->lock, flags);
		return;
	}
	thread->state = THREAD_MOVING;
	run_queue_credit(thread, clock_ns() - thread->left_at);
	spin_unlock(&queue->lock, 0);
	sched_place(thread, SCHED_NEAR);
	interrupts_restore(flags);
}

void
thread_yield(void)
{
	struct thread *self = thread_current();
	uint64_t flags;
	struct run_queue *queue = run_queue_lock(self, &flags);

	if (!queue->count) {
		spin_unlock(&queue->lock, flags);
		return;
	}
	run_queue_account(queue, self, clock_ns());
	if (!self->policy.priority)
		self->virtual_time = MAX(self->virtual_time, queue->last->virtual_time);
	sched_leave(queue, THREAD_READY);
}

uint64_t
thread_run_time(struct thread *thread)
{
	uint64_t flags;
	struct run_queue *queue = run_queue_lock(thread, &flags);
	uint64_t time = thread->run_time;

	if (thread->state == THREAD_RUNNING)
		time += clock_ns() - queue->started;
	spin_unlock(&queue->lock, flags);
	return time;
}

/* -- Interrupts -------------------------------------------------------------------------------- */

void
thread_set_return_hook(void (*hook)(struct trap_frame *frame))
{
	return_hook = hook;
}

void
thread_interrupt(struct thread *thread)
{
	if (READ_ONCE(thread->state) == THREAD_RUNNING)
		ipi_kick(READ_ONCE(thread->cpu));
}

/*
 * The interrupted application goes on, or another thread does. The CPU has put the frame at the
 * top of the kernel stack, since that is where IST_INTERRUPT points.
 */
void
sched_kick_interrupt(void)
{
	struct cpu *cpu = cpu_this();
	struct run_queue *queue = cpu->queue;
	struct thread *self = cpu->current;
	uint64_t flags;

	if (!self->fpu) {
		cpu_timer_program();
		return;
	}
	flags = spin_lock(&queue->lock);
	if (!placement_may_stay(self)) {
		sched_leave(queue, THREAD_MOVING);
	} else if (queue->count && clock_passed(queue->preempt_at)) {
		sched_leave(queue, THREAD_READY);
	} else {
		spin_unlock(&queue->lock, flags);
		cpu_timer_program();
	}
	if (return_hook && self->interrupt_stack_top == self->kernel_stack_top)
		return_hook((struct trap_frame *)self->kernel_stack_top - 1);
}

/* Interrupts arrive below what the call has on its kernel stack; `below` is clear of this frame. */
void
thread_breathe(void)
{
	struct thread *self = thread_current();
	uint64_t below = (uint64_t)__builtin_frame_address(0) - BREATHING_ROOM;

	self->interrupt_stack_top = ALIGN_DOWN(below, INTERRUPT_STACK_ALIGNMENT);
	segments_set_interrupt_stack(cpu_this(), self->interrupt_stack_top);
	__asm__ volatile("sti; nop; cli" : : : "memory");
	self->interrupt_stack_top = self->kernel_stack_top;
	segments_set_interrupt_stack(cpu_this(), self->interrupt_stack_top);
}

/* -- Idling ------------------------------------------------------------------------------------ */

void
sched_prepare_cpu(struct cpu *cpu)
{
	struct run_queue *queue = arena_grant(sizeof(*queue));

	if (!queue)
		panic("no memory for the run queue of CPU %u", cpu->index);
	run_queue_init(queue, cpu);
	queue->idle.cpu = cpu->index;
	queue->idle.only_cpu = cpu->index;
	queue->idle.state = THREAD_RUNNING;
	queue->idle.kernel_stack_top = segments_idle_interrupt_stack(cpu);
	queue->idle.interrupt_stack_top = queue->idle.kernel_stack_top;
	load_thread(cpu, &queue->idle);
	__atomic_store_n(&cpu->queue, queue, __ATOMIC_RELEASE);
}

/* Waits until there may be something to run. An interrupt just returns to here. */
static void
wait_for_work(struct run_queue *queue)
{
	uint64_t flags = spin_lock(&queue->lock);

	queue->halted = queue->count == 0;
	spin_unlock(&queue->lock, flags);
	if (queue->halted)
		idle_wait();
	queue->halted = false;
}

void
sched_idle(void)
{
	struct cpu *cpu = cpu_this();

	interrupts_save();
	if (!cpu->queue)
		sched_prepare_cpu(cpu);
	placement_note_idle(cpu->index, true);
	paging_note_idle(true);
	for (;;) {
		struct thread *thread = cpu->queue->count ? NULL : placement_steal(cpu->index);

		if (thread)
			sched_place(thread, SCHED_KEEP);
		if (READ_ONCE(cpu->queue->count)) {
			spin_lock(&cpu->queue->lock);
			sched_leave(cpu->queue, THREAD_RUNNING);
		} else {
			placement_note_idle(cpu->index, true);
			wait_for_work(cpu->queue);
		}
	}
}
