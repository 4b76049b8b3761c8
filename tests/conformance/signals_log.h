/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The signals that episodes use, their names, and a handler that notes that it ran.
 */
#pragma once

#include <signal.h>

#include "tests/conformance/episode.h"
#include "tests/conformance/words.h"

#define SIGNALS_COUNT 8

extern const int signals_numbers[SIGNALS_COUNT];
extern const char *const signals_names[SIGNALS_COUNT];

/* Whether the signal of that index does nothing by default. */
bool signals_is_discarded(unsigned index);

/* A signal's name by its number. */
const char *signals_name(int number);

/* The names in a set, a blank before each. */
struct words_text signals_set(const sigset_t *set);

/* Forgets what was noted. */
void signals_log_begin(void);

/* Notes the signal, how it was sent, what is blocked while it is handled and on which stack. */
void signals_log_handler(int number, siginfo_t *info, void *context);

/* Says what was noted since the last time, in order. */
void signals_log_say(struct episode *episode);

/* A line with the pending signals. */
void signals_say_pending(struct episode *episode);
