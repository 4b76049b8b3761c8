/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads come and go. A thread is one grant for its structure and its vector registers, and one
 * guarded kernel stack; both are freed by the thread that runs next on its last CPU. The table by
 * id is for the few calls that name another thread.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/cpu/fpu.h"
#include "kernel/interrupts/irq.h"
#include "kernel/memory/arena.h"
#include "kernel/thread/sched.h"
#include "kernel/time/clock.h"

#define TABLE_SIZE 256
#define THREAD_ID_LIMIT (1 << 22) /* as Linux; musl's locks have room for 2^29 */
#define CPUS_READY_SECONDS 2

static struct spinlock table_lock = SPINLOCK_INIT;
static struct thread *table[TABLE_SIZE];
static int last_id;
static unsigned live_count;

static struct thread **
bucket_of(int id)
{
	return &table[(unsigned)id % TABLE_SIZE];
}

static struct thread *
find(int id)
{
	struct thread *thread = *bucket_of(id);

	while (thread && thread->id != id)
		thread = thread->next_by_id;
	return thread;
}

/* Gives a thread the next id that is free, and enters it. */
static int
enter(struct thread *thread)
{
	uint64_t flags = spin_lock(&table_lock);
	int result = -EAGAIN;

	if (live_count < THREAD_ID_LIMIT - 1) {
		do
			last_id = last_id + 1 < THREAD_ID_LIMIT ? last_id + 1 : 1;
		while (find(last_id));
		thread->id = last_id;
		thread->next_by_id = *bucket_of(last_id);
		*bucket_of(last_id) = thread;
		live_count++;
		result = last_id;
	}
	spin_unlock(&table_lock, flags);
	return result;
}

void
thread_retire(struct thread *thread)
{
	uint64_t flags = spin_lock(&table_lock);
	struct thread **link = bucket_of(thread->id);

	while (*link != thread)
		link = &(*link)->next_by_id;
	*link = thread->next_by_id;
	live_count--;
	spin_unlock(&table_lock, flags);
}

int
thread_with(int id, int (*use)(struct thread *thread, void *argument), void *argument)
{
	uint64_t flags = spin_lock(&table_lock);
	struct thread *thread = id ? find(id) : thread_current();
	int result = thread ? use(thread, argument) : -ESRCH;

	spin_unlock(&table_lock, flags);
	return result;
}

int
thread_for_each(int (*use)(struct thread *thread, void *argument), void *argument)
{
	uint64_t flags = spin_lock(&table_lock);
	int result = 0;

	for (unsigned i = 0; i < TABLE_SIZE && !result; i++)
		for (struct thread *thread = table[i]; thread && !result;
		     thread = thread->next_by_id)
			result = use(thread, argument);
	spin_unlock(&table_lock, flags);
	return result;
}

unsigned
thread_count(void)
{
	return READ_ONCE(live_count);
}

void
thread_set_name(struct thread *thread, const char *name)
{
	string_copy(thread->name, name, sizeof(thread->name));
}

/* -- Making and freeing ------------------------------------------------------------------------ */

static size_t
grant_size(void)
{
	return ALIGN_UP(sizeof(struct thread), FPU_ALIGNMENT) + cpu_fpu_size();
}

void
thread_free(struct thread *thread)
{
	if (thread->kernel_stack_top)
		arena_stack_return((void *)thread->kernel_stack_top, THREAD_KERNEL_STACK_SIZE);
	arena_return(thread, grant_size());
}

/* A thread with a kernel stack, in no table yet; NULL when there is no memory. */
static struct thread *
make(void)
{
	struct thread *thread = arena_grant(grant_size());

	if (!thread)
		return NULL;
	memset(thread, 0, sizeof(*thread));
	thread->fpu = (char *)thread + ALIGN_UP(sizeof(*thread), FPU_ALIGNMENT);
	thread->fpu_cpu = THREAD_NO_CPU;
	thread->only_cpu = THREAD_NO_CPU;
	thread->state = THREAD_MOVING;
	fpu_area_init(thread->fpu);
	thread->kernel_stack_top =
		(uint64_t)arena_stack_grant(THREAD_KERNEL_STACK_SIZE, "kernel stack of a thread");
	if (thread->kernel_stack_top)
		return thread;
	thread_free(thread);
	return NULL;
}

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
	struct thread *thread = make();
	struct run_queue *queue;
	uint64_t flags;

	if (!thread)
		return NULL;
	lay_out(thread, frame);
	fpu_save(thread->fpu);
	thread->fs_base = fs_base;
	thread->signal_mask = self->signal_mask;
	memcpy(thread->name, self->name, sizeof(thread->name));
	queue = sched_lock(self, &flags);
	thread->affinity = self->affinity;
	thread->only_cpu = self->only_cpu;
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
	id = enter(thread);
	if (id < 0) {
		placement_pin(thread->only_cpu, -1);
		thread_free(thread);
		return id;
	}
	started(thread, argument);
	sched_place(thread, SCHED_SPREAD);
	return id;
}

/* Waits until every CPU that has come up takes threads. */
static void
await_cpus(struct cpu_set *set)
{
	uint64_t deadline = clock_deadline_ns(CPUS_READY_SECONDS * NS_PER_SECOND);

	for (unsigned i = 0; i < cpu_count(); i++) {
		while (!sched_ready(i) && !clock_passed(deadline))
			cpu_pause();
		if (!sched_ready(i))
			panic("CPU %u has come up but does not take threads", i);
		cpu_set_add(set, i);
	}
}

int
thread_start_main(void (*entry)(void *argument), void *argument, size_t stack_size)
{
	char *stack = arena_stack_grant(stack_size, "stack of main()");
	struct thread *thread = stack ? make() : NULL;
	struct app_frame frame = {0};

	if (!thread) {
		if (stack)
			arena_stack_return(stack, stack_size);
		return -ENOMEM;
	}
	frame.rip = (uint64_t)entry;
	frame.arg[0] = (uint64_t)argument;
	frame.rsp = (uint64_t)stack - sizeof(uint64_t); /* as if called */
	lay_out(thread, &frame);
	thread_set_name(thread, "main");
	await_cpus(&thread->affinity);
	if (cpu_count() == 1)
		thread->only_cpu = 0;
	placement_pin(thread->only_cpu, 1);
	enter(thread);
	sched_place(thread, SCHED_KEEP);
	return thread->id;
}

void
thread_init(void)
{
	irq_claim(IRQ_KICK, sched_kick_interrupt);
	irq_claim(IRQ_TIMER, sched_timer_interrupt);
	sched_prepare_cpu(cpu_this());
}
