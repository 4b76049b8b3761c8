/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of the kind "threads" share.
 */
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "tests/conformance/episode.h"

#define CREW_MAX 4

/* What the threads of a step share. */
struct crew {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	pthread_barrier_t barrier;
	pthread_rwlock_t lock;
	sem_t semaphore;
	unsigned count, special, rounds;
	bool go;
	int kind;
};

/* Runs so many threads, at most CREW_MAX, and gives the sum of what they return. */
long threads_run(struct episode *episode, void *(*function)(void *), struct crew *crew,
		 unsigned count);

/* The time in a moment, for what waits until then. */
struct timespec threads_soon(clockid_t clock);

/* Steps: locks of all kinds, and what another thread can do with them. */
void threads_step_mutex(struct episode *episode);
void threads_step_robust(struct episode *episode);
void threads_step_rwlock(struct episode *episode);
