/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A new thread's CPUs among its attributes. musl has no place for them: a set is kept in a list,
 * once however often it is given, and the attributes point to it by a word that musl does not use.
 * As pthread_attr_destroy() is musl's, sets are never given back.
 *
 * The pthread_create() of this file takes the place of musl's, whose is weak, in programs that set
 * CPUs, and in no other: the archive stands behind musl's.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

/* musl's pthread_attr_t uses the first ten ints; pthread_attr_init() clears all. */
#define SET_WORD 5

struct set {
	struct set *next;
	size_t size;
	cpu_set_t cpus[];
};

/* On the stack of who makes the thread, which waits until it runs. */
struct start {
	void *(*run)(void *);
	void *argument;
	const struct set *set;
	sem_t begun;
	int result;
};

int __pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
		     void *argument);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct set *sets;

static const struct set *
set_of(const pthread_attr_t *attributes)
{
	return (const struct set *)attributes->__u.__s[SET_WORD];
}

/* With the lock held. NULL: no memory. */
static struct set *
keep(size_t size, const cpu_set_t *cpus)
{
	struct set *set = sets;

	while (set && (set->size != size || memcmp(set->cpus, cpus, size) != 0))
		set = set->next;
	if (set)
		return set;
	set = malloc(sizeof(*set) + size);
	if (!set)
		return NULL;
	set->next = sets;
	set->size = size;
	memcpy(set->cpus, cpus, size);
	sets = set;
	return set;
}

int
pthread_attr_setaffinity_np(pthread_attr_t *attributes, size_t size, const cpu_set_t *cpus)
{
	struct set *set = NULL;

	if (cpus && size) {
		pthread_mutex_lock(&lock);
		set = keep(size, cpus);
		pthread_mutex_unlock(&lock);
		if (!set)
			return ENOMEM;
	}
	attributes->__u.__s[SET_WORD] = (unsigned long)set;
	return 0;
}

int
pthread_attr_getaffinity_np(const pthread_attr_t *attributes, size_t size, cpu_set_t *cpus)
{
	const struct set *set = set_of(attributes);

	if (!set) {
		memset(cpus, 0xff, size);
		return 0;
	}
	for (size_t at = size; at < set->size; at++)
		if (((const char *)set->cpus)[at])
			return EINVAL;
	memset(cpus, 0, size);
	memcpy(cpus, set->cpus, size < set->size ? size : set->size);
	return 0;
}

/* The new thread: goes to its CPUs, and tells whether it could. */
static void *
run(void *argument)
{
	struct start *start = argument;
	void *(*program)(void *) = start->run;
	void *its = start->argument;
	int result = sched_setaffinity(0, start->set->size, start->set->cpus) ? errno : 0;

	start->result = result;
	sem_post(&start->begun);
	return result ? NULL : program(its);
}

static int
create_on(const struct set *set, pthread_t *thread, const pthread_attr_t *attributes,
	  void *(*program)(void *), void *argument)
{
	struct start start = {.run = program, .argument = argument, .set = set};
	int state, result;

	sem_init(&start.begun, 0, 0);
	result = __pthread_create(thread, attributes, run, &start);
	if (result)
		return result;
	while (sem_wait(&start.begun))
		; /* a signal */
	if (!start.result)
		return 0;
	if (!pthread_attr_getdetachstate(attributes, &state) && state == PTHREAD_CREATE_JOINABLE)
		pthread_join(*thread, NULL);
	return start.result;
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*program)(void *),
	       void *argument)
{
	const struct set *set = attributes ? set_of(attributes) : NULL;

	return set ? create_on(set, thread, attributes, program, argument)
		   : __pthread_create(thread, attributes, program, argument);
}
