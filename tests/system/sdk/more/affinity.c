/* SPDX-License-Identifier: BSD-3-Clause */
/* A new thread's CPUs, mutexes by their old names, and giving way; on a machine with two CPUs. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_mutex_t adaptive = PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP;

static void *
tell(void *argument)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	pthread_getaffinity_np(pthread_self(), sizeof(cpus), &cpus);
	if (CPU_COUNT(&cpus) == 1)
		printf("thread %s: on CPU %d alone\n", (char *)argument, sched_getcpu());
	else
		printf("thread %s: on any CPU\n", (char *)argument);
	pthread_yield();
	return argument;
}

static void
make(const char *name, const pthread_attr_t *attributes)
{
	pthread_t thread;
	void *result = NULL;
	int error = pthread_create(&thread, attributes, tell, (void *)name);

	if (!error)
		pthread_join(thread, &result);
	printf("%s: %s, %s\n", name, error ? strerror(error) : "made",
	       result == name ? "ended" : "no result");
}

static void
on_cpu(int cpu, const char *name)
{
	pthread_attr_t attributes;
	cpu_set_t cpus;
	long small = 0;

	pthread_attr_init(&attributes);
	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	printf("set: %d\n", pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus));
	CPU_ZERO(&cpus);
	printf("get: %d", pthread_attr_getaffinity_np(&attributes, sizeof(cpus), &cpus));
	printf(", %d of %d\n", !!CPU_ISSET(cpu, &cpus), CPU_COUNT(&cpus));
	printf("get in %zu bytes: %d\n", sizeof(small),
	       pthread_attr_getaffinity_np(&attributes, sizeof(small), (cpu_set_t *)&small));
	make(name, &attributes);
	pthread_attr_setaffinity_np(&attributes, 0, &cpus);
	printf("unset: %d", pthread_attr_getaffinity_np(&attributes, sizeof(cpus), &cpus));
	printf(", all: %d\n", CPU_COUNT(&cpus) == CPU_SETSIZE);
	pthread_attr_destroy(&attributes);
}

static void
detached(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	cpu_set_t cpus;

	pthread_attr_init(&attributes);
	CPU_ZERO(&cpus);
	CPU_SET(900, &cpus);
	pthread_attr_setaffinity_np(&attributes, sizeof(cpus), &cpus);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	printf("detached: %s\n", strerror(pthread_create(&thread, &attributes, tell, "none")));
}

static void
mutexes(void)
{
	pthread_mutexattr_t kind;
	pthread_mutex_t made;

	printf("recursive: %d", pthread_mutex_lock(&recursive));
	printf(" %d\n", pthread_mutex_lock(&recursive));
	printf("checking: %d", pthread_mutex_lock(&checking));
	printf(" %d\n", pthread_mutex_lock(&checking) == EDEADLK);
	printf("adaptive: %d", pthread_mutex_lock(&adaptive));
	printf(" %d\n", pthread_mutex_trylock(&adaptive) == EBUSY);
	pthread_mutexattr_init(&kind);
	printf("kinds: %d", pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ADAPTIVE_NP));
	printf(" %d", pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_FAST_NP));
	printf(" %d", pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_TIMED_NP));
	printf(" %d", pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK_NP));
	printf(" %d\n", pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE_NP));
	pthread_mutex_init(&made, &kind);
	printf("made: %d", pthread_mutex_lock(&made));
	printf(" %d\n", pthread_mutex_lock(&made));
}

int
main(void)
{
	on_cpu(0, "zero");
	on_cpu(1, "one");
	on_cpu(1, "one again");
	on_cpu(900, "far");
	make("plain", NULL);
	detached();
	mutexes();
	return 0;
}
