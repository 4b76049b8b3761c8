/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The table of threads by id, for the few calls that name another thread.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/spinlock.h"
#include "kernel/base/string.h"
#include "kernel/thread/thread_table.h"

#define TABLE_SIZE 256

static struct spinlock table_lock = SPINLOCK_INIT;
static struct thread *threads_by_id[TABLE_SIZE];
static int last_id;
static unsigned live_count;
static uint64_t ended_time; /* that those have run that are not in the table any more */

static struct thread **
bucket_of_id(int id)
{
	return &threads_by_id[(unsigned)id % TABLE_SIZE];
}

static struct thread *
find_id(int id)
{
	struct thread *thread = *bucket_of_id(id);

	spin_assert_held(&table_lock);
	while (thread && thread->id != id)
		thread = thread->next_by_id;
	return thread;
}

int
thread_enter(struct thread *thread)
{
	uint64_t flags = spin_lock(&table_lock);
	int result = -EAGAIN;

	if (live_count < THREAD_ID_LIMIT - 1) {
		do
			last_id = last_id + 1 < THREAD_ID_LIMIT ? last_id + 1 : 1;
		while (find_id(last_id));
		thread->id = last_id;
		thread->next_by_id = *bucket_of_id(last_id);
		*bucket_of_id(last_id) = thread;
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
	struct thread **link = bucket_of_id(thread->id);

	while (*link != thread)
		link = &(*link)->next_by_id;
	*link = thread->next_by_id;
	live_count--;
	ended_time += thread_run_time(thread);
	spin_unlock(&table_lock, flags);
}

int
thread_with(int id, int (*use)(struct thread *thread, void *argument), void *argument)
{
	uint64_t flags = spin_lock(&table_lock);
	struct thread *thread = id ? find_id(id) : thread_current();
	int result = thread ? use(thread, argument) : -ESRCH;

	spin_unlock(&table_lock, flags);
	return result;
}

static int
is_live(struct thread *thread, void *argument)
{
	(void)thread;
	(void)argument;
	return 0;
}

bool
thread_exists(int id)
{
	return thread_with(id, is_live, NULL) == 0;
}

int
thread_for_each(int (*use)(struct thread *thread, void *argument), void *argument)
{
	uint64_t flags = spin_lock(&table_lock);
	int result = 0;

	for (unsigned i = 0; i < TABLE_SIZE && !result; i++)
		for (struct thread *thread = threads_by_id[i]; thread && !result;
		     thread = thread->next_by_id)
			result = use(thread, argument);
	spin_unlock(&table_lock, flags);
	return result;
}

uint64_t
thread_run_time_all(void)
{
	uint64_t flags = spin_lock(&table_lock);
	uint64_t time = ended_time;

	for (unsigned i = 0; i < TABLE_SIZE; i++)
		for (struct thread *thread = threads_by_id[i]; thread; thread = thread->next_by_id)
			time += thread_run_time(thread);
	spin_unlock(&table_lock, flags);
	return time;
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
