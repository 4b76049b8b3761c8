/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of the kind "signals" share.
 */
#pragma once

#include "tests/conformance/episode.h"

#define SIGNALS_STACK 32768

struct signals_state {
	int fd;	     /* a signalfd, or -1 */
	int pipe[2]; /* empty, to wait for */
	_Alignas(16) char stack[SIGNALS_STACK];
};

/* A step: a call that waits is interrupted by another thread's signal, with and without SA_RESTART.
 */
void signals_step_interrupted(struct episode *episode);
