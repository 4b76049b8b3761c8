/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs: episodes on several threads, printed in the order of their numbers.
 *
 *	= KIND NUMBER HASH	an episode, with --digest
 *	# KIND NUMBER		an episode; its lines follow,
 *	| STEP CALL = ANSWER	each of which is a call
 *	! KIND NUMBER WHAT	an episode that did not end; the program ends with status 3
 */
#pragma once

#include "tests/conformance/episode.h"

/* Begins to watch over the episodes that follow. Call once. */
void workers_begin(void);

/* Makes the episodes of a run. */
void workers_run(const struct episode_kind *kind, const struct options_run *run);
