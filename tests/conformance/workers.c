/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Threads that make episodes, each the next number that nobody has; the thread that called prints
 * what is done, in order, so that the output does not depend on how many threads there are. Each
 * worker is pinned to a CPU: on a machine where threads stay where they began they would share one.
 *
 * A watching thread looks at when each worker began its step. It uses no signal and no alarm, which
 * are what some episodes try.
 */
#include "tests/conformance/workers.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WORKERS_MAX 64
#define WORKER_STACK (256 * 1024)
#define WATCH_PAUSE_NS 100000000
#define WRITE_MAX 8192 /* a console takes as much at once */
#define STATUS_HANGS 3

struct result {
	char *text;
	size_t length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static const struct episode_kind *kind; /* the run's */
static const struct options_run *run;
static struct result *results;
static unsigned next;
static struct episode *working[WORKERS_MAX];

/* -- Output ------------------------------------------------------------------------------------ */

/* Writes whole lines, as many at once as a console takes without another's line between them. */
static void
put(const char *text, size_t length)
{
	while (length) {
		size_t part = length;

		while (part > WRITE_MAX || text[part - 1] != '\n') {
			if (part > WRITE_MAX)
				part = WRITE_MAX + 1;
			part--;
		}
		if (write(1, text, part) != (ssize_t)part)
			_exit(4);
		text += part;
		length -= part;
	}
}

static void
print_in_order(void)
{
	for (unsigned i = 0; i < run->count; i++) {
		struct result result;

		pthread_mutex_lock(&lock);
		while (!results[i].text)
			pthread_cond_wait(&done, &lock);
		result = results[i];
		pthread_mutex_unlock(&lock);
		if (result.length)
			put(result.text, result.length);
		free(result.text);
	}
}

/* What is printed of an episode, in memory of its own. */
static struct result
result_of(const struct episode *episode)
{
	struct result result;

	if (run->digest) {
		result.text = malloc(96);
		result.length = (size_t)snprintf(result.text, 96, "= %s %u %016llx\n", kind->name,
						 episode->number,
						 (unsigned long long)episode_hash(episode));
		return result;
	}
	result.length = episode->length - episode->traced;
	result.text = malloc(result.length + 1);
	memcpy(result.text, episode->text + episode->traced, result.length);
	return result;
}

/* -- Workers ----------------------------------------------------------------------------------- */

static void
pin(unsigned worker)
{
	unsigned cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((worker + 1) % cpus, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

static void
show(unsigned worker, struct episode *episode)
{
	pthread_mutex_lock(&lock);
	working[worker] = episode;
	pthread_mutex_unlock(&lock);
}

static void *
work(void *argument)
{
	unsigned worker = (unsigned)(uintptr_t)argument;
	struct episode episode = {0};

	pin(worker);
	for (;;) {
		unsigned number = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED);

		if (number >= run->count)
			break;
		show(worker, &episode);
		episode_make(&episode, kind, run, run->from + number);
		show(worker, NULL);
		pthread_mutex_lock(&lock);
		results[number] = result_of(&episode);
		pthread_cond_signal(&done);
		pthread_mutex_unlock(&lock);
		episode_free(&episode);
	}
	return NULL;
}

void
workers_run(const struct episode_kind *kind_, const struct options_run *run_)
{
	unsigned count = kind_->serial || run_->threads < 1 ? 1 : run_->threads;
	pthread_t threads[WORKERS_MAX];
	pthread_attr_t attributes;

	kind = kind_;
	run = run_;
	next = 0;
	results = calloc(run->count + 1, sizeof(*results));
	count = count < WORKERS_MAX ? count : WORKERS_MAX;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, WORKER_STACK);
	for (unsigned i = 0; i < count; i++)
		if (!results ||
		    pthread_create(&threads[i], &attributes, work, (void *)(uintptr_t)i))
			abort();
	print_in_order();
	for (unsigned i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pthread_attr_destroy(&attributes);
	free(results);
}

/* -- Watching ---------------------------------------------------------------------------------- */

/* Ends the program with the lines of an episode that does not end. */
static void
give_up(const struct episode *episode)
{
	char line[96];
	int length = snprintf(line, sizeof(line), "%s! %s %u hangs in step %u\n",
			      episode->in_line ? "\n" : "", episode->kind->name, episode->number,
			      episode->step);

	if (episode->length > episode->traced)
		write(1, episode->text + episode->traced, episode->length - episode->traced);
	write(1, line, (size_t)length);
	_exit(STATUS_HANGS);
}

static void
look(void)
{
	struct timespec now;
	uint64_t ns;

	pthread_mutex_lock(&lock);
	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	for (unsigned i = 0; i < WORKERS_MAX; i++) {
		uint64_t began =
			working[i] ? __atomic_load_n(&working[i]->step_began, __ATOMIC_RELAXED) : 0;

		if (began && ns > began && ns - began > run->deadline * 1000000000ull)
			give_up(working[i]);
	}
	pthread_mutex_unlock(&lock);
}

static void *
watch(void *argument)
{
	const struct timespec pause = {.tv_nsec = WATCH_PAUSE_NS};

	(void)argument;
	for (;;) {
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		look();
	}
	return NULL;
}

void
workers_begin(void)
{
	pthread_t watcher;
	sigset_t all;

	/* Signals of episodes are for the threads that unblock them. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (pthread_create(&watcher, NULL, watch, NULL) || pthread_detach(watcher))
		abort();
}
