/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who waits is in a list, in a structure on its own stack; who lets go names the next owner. The
 * spinlock is held over thread_unpark(): the next owner cannot have gone by then.
 */
#include "kernel/thread/mutex.h"

#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/x86.h"
#include "kernel/thread/thread_internal.h"

#define SPINS 2000

struct mutex_waiter {
	struct thread *thread;
	struct mutex_waiter *next;
};

/*
 * Waits for a short while: what is locked is mostly short, and a sleep costs an interrupt of
 * another CPU. Not while others wait already, nor, on one CPU, where nobody could let go of it
 * meanwhile.
 */
static void
spin_a_while(const struct mutex *mutex)
{
	if (cpu_count() == 1)
		return;
	for (unsigned i = 0; i < SPINS; i++) {
		if (!READ_ONCE(mutex->owner) || READ_ONCE(mutex->first))
			return;
		cpu_pause();
	}
}

static bool
take_or_queue(struct mutex *mutex, struct mutex_waiter *self)
{
	uint64_t flags = spin_lock(&mutex->lock);
	bool taken = mutex->owner == NULL;

	assert_that(mutex->owner != self->thread);
	if (taken)
		mutex->owner = self->thread;
	else if (mutex->first == NULL)
		mutex->first = mutex->last = self;
	else
		mutex->last = mutex->last->next = self;
	spin_unlock(&mutex->lock, flags);
	return taken;
}

static bool
is_owner(struct mutex *mutex, const struct thread *thread)
{
	uint64_t flags = spin_lock(&mutex->lock);
	bool own = mutex->owner == thread;

	spin_unlock(&mutex->lock, flags);
	return own;
}

void
mutex_lock(struct mutex *mutex)
{
	struct mutex_waiter self = {.thread = thread_current()};

	spin_a_while(mutex);
	if (take_or_queue(mutex, &self))
		return;
	do
		thread_park(THREAD_NO_DEADLINE);
	while (!is_owner(mutex, self.thread));
}

void
mutex_unlock(struct mutex *mutex)
{
	uint64_t flags = spin_lock(&mutex->lock);
	struct mutex_waiter *next = mutex->first;

	assert_that(mutex->owner == thread_current());
	mutex->owner = next != NULL ? next->thread : NULL;
	if (next != NULL) {
		mutex->first = next->next;
		thread_unpark(next->thread);
	}
	spin_unlock(&mutex->lock, flags);
}
