/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutexes and locks for readers and writers.
 */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "tests/conformance/threads.h"

static void *
add(void *argument)
{
	struct crew *crew = argument;

	for (unsigned i = 0; i < crew->rounds; i++) {
		pthread_mutex_lock(&crew->mutex);
		if (crew->kind == PTHREAD_MUTEX_RECURSIVE) {
			pthread_mutex_lock(&crew->mutex);
			pthread_mutex_unlock(&crew->mutex);
		}
		crew->count++;
		pthread_mutex_unlock(&crew->mutex);
	}
	return (void *)1;
}

static void *
steal(void *argument)
{
	struct crew *crew = argument;
	struct timespec time = threads_soon(CLOCK_REALTIME);
	int tried = pthread_mutex_trylock(&crew->mutex);
	int timed = tried ? pthread_mutex_timedlock(&crew->mutex, &time) : 0;
	int unlocked =
		crew->kind == PTHREAD_MUTEX_ERRORCHECK ? pthread_mutex_unlock(&crew->mutex) : 0;

	return (void *)(long)(tried * 1000000 + timed * 1000 + unlocked);
}

/* A mutex of each kind: counted under, locked twice, and tried by another. */
void
threads_step_mutex(struct episode *episode)
{
	static const int kinds[] = {PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_RECURSIVE,
				    PTHREAD_MUTEX_ERRORCHECK};
	struct crew crew = {.rounds = 1 + episode_below(episode, 500),
			    .kind = episode_one_of(episode, kinds)};
	unsigned threads = 1 + episode_below(episode, CREW_MAX);
	int protocol = episode_chance(episode, 30) ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE;
	pthread_mutexattr_t attributes;

	if (!episode_call(episode, "mutex", "kind %d, protocol %d, %u threads", crew.kind, protocol,
			  threads))
		return;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, crew.kind);
	episode_answer_error(episode, pthread_mutexattr_setprotocol(&attributes, protocol));
	episode_say(episode, " init");
	episode_answer_error(episode, pthread_mutex_init(&crew.mutex, &attributes));
	threads_run(episode, add, &crew, threads);
	episode_say(episode, " count %u", crew.count / crew.rounds);
	pthread_mutex_lock(&crew.mutex);
	if (crew.kind != PTHREAD_MUTEX_NORMAL) {
		episode_say(episode, " again");
		if (!episode_answer_error(episode, pthread_mutex_lock(&crew.mutex)))
			pthread_mutex_unlock(&crew.mutex);
	}
	episode_say(episode, " stolen %ld", threads_run(episode, steal, &crew, 1));
	episode_say(episode, " unlock");
	episode_answer_error(episode, pthread_mutex_unlock(&crew.mutex));
	pthread_mutex_destroy(&crew.mutex);
}

static void *
lock_and_end(void *argument)
{
	struct crew *crew = argument;

	return (void *)(long)pthread_mutex_lock(&crew->mutex);
}

/* An owner that ends without unlocking. */
void
threads_step_robust(struct episode *episode)
{
	struct crew crew = {0};
	bool consistent = episode_chance(episode, 50);
	pthread_mutexattr_t attributes;

	if (!episode_call(episode, "robust", "%s", consistent ? "consistent" : "lost"))
		return;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
	episode_answer_error(episode, pthread_mutex_init(&crew.mutex, &attributes));
	threads_run(episode, lock_and_end, &crew, 1);
	episode_say(episode, " lock");
	if (episode_answer_error(episode, pthread_mutex_trylock(&crew.mutex)) != EOWNERDEAD)
		return;
	if (consistent)
		episode_answer_error(episode, pthread_mutex_consistent(&crew.mutex));
	pthread_mutex_unlock(&crew.mutex);
	episode_say(episode, " then");
	/* (Held, it would stay in this thread's list of robust ones, from the stack.) */
	if (!episode_answer_error(episode, pthread_mutex_trylock(&crew.mutex)))
		pthread_mutex_unlock(&crew.mutex);
}

static void *
try_locks(void *argument)
{
	struct crew *crew = argument;
	struct timespec time = threads_soon(CLOCK_REALTIME);
	int reading = pthread_rwlock_tryrdlock(&crew->lock), writing;

	if (!reading)
		pthread_rwlock_unlock(&crew->lock);
	writing = pthread_rwlock_timedwrlock(&crew->lock, &time);
	if (!writing)
		pthread_rwlock_unlock(&crew->lock);
	return (void *)(long)(reading * 1000 + writing);
}

void
threads_step_rwlock(struct episode *episode)
{
	struct crew crew = {.lock = PTHREAD_RWLOCK_INITIALIZER};
	unsigned how = episode_below(episode, 3);

	if (!episode_call(episode, "rwlock", "%s",
			  how == 0   ? "free"
			  : how == 1 ? "read"
				     : "written"))
		return;
	if (how)
		(how == 1 ? pthread_rwlock_rdlock : pthread_rwlock_wrlock)(&crew.lock);
	episode_answer(episode, threads_run(episode, try_locks, &crew, 1));
	if (how)
		pthread_rwlock_unlock(&crew.lock);
}
