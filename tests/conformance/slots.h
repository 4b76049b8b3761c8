/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * An episode's descriptors by symbolic names, f0 to f7: their numbers depend on what runs beside.
 */
#pragma once

#include "tests/conformance/episode.h"

#define SLOTS_COUNT 8

struct slots {
	int fd[SLOTS_COUNT]; /* -1: none */
};

/* Those of an episode of a kind whose state begins with them, as all do that use them. */
struct slots *slots_of(const struct episode *episode);

/* For the kind: none is open at the episode's beginning; at its end all are closed, unsaid. */
void slots_begin(struct episode *episode);
void slots_end(struct episode *episode);

/* One at random, most often one that is open. */
unsigned slots_pick(struct episode *episode);

/* One for a new descriptor; if it is open it is closed, and that said. */
unsigned slots_free_one(struct episode *episode);

/* Puts the result of a call there that opens: says only whether it did, or the error. */
void slots_set(struct episode *episode, unsigned slot, int fd);

/* Steps: one is closed, or doubled. */
void slots_close(struct episode *episode);
void slots_dup(struct episode *episode);
