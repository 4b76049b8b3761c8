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

void slots_begin(struct slots *slots);

/* One at random, most often one that is open. */
unsigned slots_pick(struct episode *episode, struct slots *slots);

/* One for a new descriptor; if it is open it is closed, and that said. */
unsigned slots_free_one(struct episode *episode, struct slots *slots);

/* Puts the result of a call there that opens: says only whether it did, or the error. */
void slots_set(struct episode *episode, struct slots *slots, unsigned slot, int fd);

/* A step: closes one. */
void slots_close(struct episode *episode, struct slots *slots);

/* Closes all, at the episode's end, and says nothing. */
void slots_end(struct slots *slots);
