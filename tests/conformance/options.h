/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the program is asked to do: a list of runs, each a kind with a range of numbers. A run is
 * given by the command line's options, or by each line of the file of --runs, on top of the command
 * line's own.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define OPTIONS_STEPS_MAX 256
#define OPTIONS_WITHOUT_MAX 64

struct options_run {
	uint64_t seed;
	char kind[32];
	unsigned from, count; /* numbers of the first episode, and how many */
	unsigned threads;
	unsigned deadline; /* seconds that a step may take */
	bool digest;	   /* a hash of each episode, in place of its text */
	bool trace;	   /* each line when it is made, for episodes that end the machine */
	char folder[32];   /* where the episodes' directories are made */
	uint8_t skip[OPTIONS_STEPS_MAX / 8];   /* steps to leave out, a bit each */
	char without[OPTIONS_WITHOUT_MAX][24]; /* names of calls to leave out, up to an empty one */
};

/*
 * Reads the command line. Gives the file of --runs, or NULL, and the run that the options describe.
 * What is wrong is said, and the program ends with status 2.
 */
const char *options_read(struct options_run *run, int argc, char **argv);

/* Reads a line of options, separated by blanks, on top of what `run` has. */
void options_read_line(struct options_run *run, char *line);

/* Whether a step, or a call, is left out. */
bool options_skips(const struct options_run *run, unsigned step);
bool options_is_without(const struct options_run *run, const char *call);
