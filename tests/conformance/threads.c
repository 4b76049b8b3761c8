/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads and what they wait with, through the C library and by futex alone. Each step makes
 * threads whose results do not depend on who comes first.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/kinds.h"
#include "tests/conformance/threads.h"
#include "tests/conformance/words.h"

#define FUTEX_WAIT_ 0
#define FUTEX_WAKE_ 1
#define FUTEX_PRIVATE_ 128
#define SHORT_NS 2000000

long
threads_run(struct episode *episode, void *(*function)(void *), struct crew *crew, unsigned count)
{
	pthread_t threads[CREW_MAX];
	void *result;
	long sum = 0;

	for (unsigned i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, function, crew)) {
			episode_say(episode, " not created");
			count = i;
		}
	for (unsigned i = 0; i < count; i++) {
		int error = pthread_join(threads[i], &result);

		if (error)
			episode_say(episode, " join %s", words_error(error));
		sum += result == PTHREAD_CANCELED ? -1 : (long)result;
	}
	return sum;
}

struct timespec
threads_soon(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	time.tv_nsec += SHORT_NS;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

static void *
wait_for_go(void *argument)
{
	struct crew *crew = argument;

	pthread_mutex_lock(&crew->mutex);
	crew->count++;
	while (!crew->go)
		pthread_cond_wait(&crew->cond, &crew->mutex);
	pthread_mutex_unlock(&crew->mutex);
	return (void *)1;
}

static void *
say_go(void *argument)
{
	struct crew *crew = argument;

	pthread_mutex_lock(&crew->mutex);
	crew->go = true;
	pthread_cond_broadcast(&crew->cond);
	pthread_mutex_unlock(&crew->mutex);
	return wait_for_go(argument);
}

static void
step_cond(struct episode *episode)
{
	struct crew crew = {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};
	unsigned threads = 1 + episode_below(episode, CREW_MAX - 1);
	struct timespec time;
	pthread_t other;

	if (!episode_call(episode, "cond", "%u threads", threads))
		return;
	pthread_mutex_lock(&crew.mutex);
	time = threads_soon(CLOCK_REALTIME);
	episode_answer_error(episode, pthread_cond_timedwait(&crew.cond, &crew.mutex, &time));
	pthread_mutex_unlock(&crew.mutex);
	if (pthread_create(&other, NULL, say_go, &crew))
		return;
	episode_say(episode, " sum %ld", threads_run(episode, wait_for_go, &crew, threads));
	pthread_join(other, NULL);
	episode_say(episode, " count %u", crew.count);
}

static void *
meet(void *argument)
{
	struct crew *crew = argument;

	for (unsigned i = 0; i < crew->rounds; i++)
		if (pthread_barrier_wait(&crew->barrier) == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_add_fetch(&crew->special, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void
step_barrier(struct episode *episode)
{
	struct crew crew = {.rounds = 1 + episode_below(episode, 20)};
	unsigned threads = 1 + episode_below(episode, CREW_MAX);

	if (!episode_call(episode, "barrier", "%u threads, %u rounds", threads, crew.rounds))
		return;
	pthread_barrier_init(&crew.barrier, NULL, threads);
	threads_run(episode, meet, &crew, threads);
	episode_say(episode, " = %u", crew.special);
	pthread_barrier_destroy(&crew.barrier);
}

static void
step_semaphore(struct episode *episode)
{
	unsigned count = episode_below(episode, 3);
	struct timespec time = threads_soon(CLOCK_REALTIME);
	sem_t semaphore;
	int value;

	if (!episode_call(episode, "semaphore", "%u", count))
		return;
	sem_init(&semaphore, 0, count);
	for (unsigned i = 0; i < 2; i++)
		episode_answer(episode, sem_trywait(&semaphore));
	episode_answer(episode, sem_timedwait(&semaphore, &time));
	sem_post(&semaphore);
	sem_getvalue(&semaphore, &value);
	episode_say(episode, " value %d", value);
	sem_destroy(&semaphore);
}

static void
note(void *argument)
{
	((struct crew *)argument)->special++;
}

static void
wait_long(struct crew *crew)
{
	struct timespec hour = {.tv_sec = 3600};

	switch (crew->kind) {
	case 0:
		nanosleep(&hour, NULL);
		break;
	case 1:
		sem_wait(&crew->semaphore);
		break;
	case 2:
		pthread_mutex_lock(&crew->mutex);
		pthread_cond_wait(&crew->cond, &crew->mutex);
		break;
	case 3:
		for (;;)
			pthread_testcancel();
	default:
		pause();
	}
}

static void *
be_cancelled(void *argument)
{
	struct crew *crew = argument;

	pthread_cleanup_push(note, crew);
	pthread_cleanup_push(note, crew);
	if (crew->rounds)
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	__atomic_store_n(&crew->go, true, __ATOMIC_SEQ_CST);
	if (!crew->rounds)
		wait_long(crew);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return (void *)7;
}

static void
step_cancel(struct episode *episode)
{
	struct crew crew = {.mutex = PTHREAD_MUTEX_INITIALIZER,
			    .cond = PTHREAD_COND_INITIALIZER,
			    .kind = (int)episode_below(episode, 5),
			    .rounds = episode_chance(episode, 20)};
	void *result = NULL;
	pthread_t thread;

	if (!episode_call(episode, "cancel", "way %d%s", crew.kind,
			  crew.rounds ? ", disabled" : ""))
		return;
	sem_init(&crew.semaphore, 0, 0);
	if (pthread_create(&thread, NULL, be_cancelled, &crew))
		return;
	while (!__atomic_load_n(&crew.go, __ATOMIC_SEQ_CST))
		sched_yield();
	episode_answer_error(episode, pthread_cancel(thread));
	pthread_join(thread, &result);
	episode_say(episode, " %ld cleaned %u", result == PTHREAD_CANCELED ? -1 : (long)result,
		    crew.special);
}

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

/* A destructor that sets its value again, so that it is called more than once. */
static void
destroy(void *argument)
{
	struct crew *crew = argument;

	crew->special++;
	if (crew->special < crew->rounds)
		pthread_setspecific(key, crew);
}

static void
make_key(void)
{
	pthread_key_create(&key, destroy);
}

static void *
set_key(void *argument)
{
	pthread_setspecific(key, argument);
	return pthread_getspecific(key) == argument ? (void *)1 : NULL;
}

static void
step_specific(struct episode *episode)
{
	struct crew crew = {.rounds = episode_below(episode, 9)};

	pthread_once(&key_once, make_key);
	if (!episode_call(episode, "specific", "%u", crew.rounds))
		return;
	episode_answer(episode, threads_run(episode, set_key, &crew, 1));
	episode_say(episode, " destroyed %u", crew.special);
}

static void
step_futex(struct episode *episode)
{
	static const int operations[] = {FUTEX_WAIT_, FUTEX_WAIT_ | FUTEX_PRIVATE_,
					 FUTEX_WAKE_, FUTEX_WAKE_ | FUTEX_PRIVATE_,
					 3,	      4,
					 5,	      9,
					 10,	      6,
					 7,	      8,
					 77};
	static const char words[8];
	static _Thread_local uint32_t word;
	struct timespec time = {.tv_nsec = episode_chance(episode, 80) ? SHORT_NS : 1000000000};
	int operation = episode_one_of(episode, operations);
	bool odd = episode_chance(episode, 10);
	uint32_t value = episode_below(episode, 2);

	word = 0;
	/* (A lock by futex alone is taken by whoever calls, and kept.) */
	if (operation == 6)
		operation = 8;
	if (!episode_call(episode, "futex", "%d, %u, %ld%s", operation, value, time.tv_nsec,
			  odd ? ", unaligned" : ""))
		return;
	episode_answer(episode,
		       syscall(SYS_futex, odd ? (void *)(words + 1) : (void *)&word, operation,
			       value,
			       operation % 128 == 0 || operation == 9 ? (void *)&time : (void *)1,
			       &word, 0));
}

static void
step_schedule(struct episode *episode)
{
	struct sched_param parameter = {.sched_priority = (int)episode_below(episode, 3)};
	int policy = (int)episode_below(episode, 7);
	cpu_set_t set;

	switch (episode_below(episode, 6)) {
	case 0:
		if (episode_call(episode, "sched_get_priority_max", "%d", policy))
			episode_answer(episode, sched_get_priority_max(policy));
		break;
	case 1:
		if (episode_call(episode, "sched_get_priority_min", "%d", policy))
			episode_answer(episode, sched_get_priority_min(policy));
		break;
	case 2:
		if (episode_call(episode, "sched_getscheduler", "0"))
			episode_answer(episode, syscall(SYS_sched_getscheduler, 0));
		break;
	case 3:
		if (episode_call(episode, "pthread_kill", "self, 0"))
			episode_answer_error(episode, pthread_kill(pthread_self(), 0));
		break;
	case 4:
		CPU_ZERO(&set);
		if (episode_call(episode, "sched_setaffinity", "no CPU"))
			episode_answer(episode, sched_setaffinity(0, sizeof(set), &set));
		break;
	default:
		if (episode_call(episode, "sched_setparam", "0, %d", parameter.sched_priority))
			episode_answer(episode, syscall(SYS_sched_setparam, 0, &parameter));
	}
}

static const struct episode_step steps[] = {
	{8, threads_step_mutex},  {4, threads_step_robust}, {6, step_cond},   {6, step_barrier},
	{6, threads_step_rwlock}, {6, step_semaphore},	    {8, step_cancel}, {6, step_specific},
	{12, step_futex},	  {8, step_schedule},	    {0, NULL},
};

const struct episode_kind threads_kind = {
	.name = "threads",
	.most = 20,
	.steps = steps,
};
