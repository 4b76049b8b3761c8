/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An episode: a short run of random calls that is the same on every system but for the answers.
 * What it does depends on its seed, kind and number alone; each step has a random generator of its
 * own, so that a step can be left out and the others do what they did.
 *
 * A step says what it calls, calls, and says the answer, in words that are the same wherever the
 * answer is: no address, time, descriptor number or name of the machine.
 *
 *	if (!episode_call(episode, "lseek", "f%u, %ld", slot, offset))
 *		return;
 *	episode_answer(episode, lseek(fd, offset, SEEK_SET));
 *
 * becomes the line "7 lseek(f2, 10) = 10", or "7 lseek(f2, 10) = EBADF".
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/conformance/options.h"

#define EPISODE_PATH_MAX 96

struct episode;

/* One of the things that a kind does: how often beside the others, and by what function. */
struct episode_step {
	unsigned weight;
	void (*make)(struct episode *episode);
};

struct episode_kind {
	const char *name;
	bool serial;	 /* changes what belongs to the process: no other episode runs beside it */
	bool has_folder; /* has a directory of its own, whose content is said at the end */
	size_t state_size; /* bytes of the kind's own state, zero at the beginning */
	unsigned most;	   /* steps, at most; at least 4 */
	void (*begin)(struct episode *episode); /* may be NULL, as the next */
	void (*end)(struct episode *episode);
	const struct episode_step *steps; /* up to one of weight 0 */
};

struct episode {
	const struct episode_kind *kind;
	const struct options_run *run;
	unsigned number;
	void *state;
	char folder[EPISODE_PATH_MAX]; /* its directory's path */
	int folder_fd;
	/* The following is the frame's. */
	unsigned step;
	uint64_t random;
	bool in_line; /* a line is begun */
	char *text;
	size_t length, room;
	size_t traced;	     /* how much of the text is written by --trace */
	uint64_t step_began; /* ns of CLOCK_MONOTONIC; 0: no step is being made */
};

/* Makes the episode; its text is then there, to be freed with episode_free(). */
void episode_make(struct episode *episode, const struct episode_kind *kind,
		  const struct options_run *run, unsigned number);
void episode_free(struct episode *episode);

/* A hash of the episode's text. */
uint64_t episode_hash(const struct episode *episode);
uint64_t episode_hash_bytes(const void *bytes, size_t size);

/* The step's next random number: any, below a bound, or true so many times of a hundred. */
uint64_t episode_random(struct episode *episode);
unsigned episode_below(struct episode *episode, unsigned bound);
bool episode_chance(struct episode *episode, unsigned percent);

/* One of the values of an array. */
#define episode_one_of(episode, array)                                                             \
	((array)[episode_below(episode, sizeof(array) / sizeof((array)[0]))])

/* Begins the line of a call; false if it is left out by --without, and the step ends. */
bool episode_call(struct episode *episode, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The answer: a number, or errno's name for -1. Gives the answer back. */
long episode_answer(struct episode *episode, long result);

/* As above, but of a success only "ok" is said, and of an error number (0: success) its name. */
long episode_answer_ok(struct episode *episode, long result);
int episode_answer_error(struct episode *episode, int error);

/* More about the answer: words, or what is in a buffer (as text if it is short, else a hash). */
void episode_say(struct episode *episode, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void episode_say_bytes(struct episode *episode, const void *bytes, size_t size);

/* The text as it stands, written out now if --trace is given. */
void episode_trace(struct episode *episode);

/* Fills a buffer with letters, and gives a size of the kind that finds mistakes, below a bound. */
void episode_letters(struct episode *episode, char *buffer, size_t size);
size_t episode_size(struct episode *episode, size_t bound);
