/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a handler may do is little: it notes in an array, which is said when the call is over.
 */
#include "tests/conformance/signals_log.h"

#include <stdio.h>
#include <string.h>

#include "tests/conformance/signals.h"

#define LOG_MAX 64

struct entry {
	int number, code, value;
	bool on_stack;
	sigset_t mask;
};

static struct entry entries[LOG_MAX];
static volatile unsigned count, said;

const int signals_numbers[SIGNALS_COUNT] = {SIGUSR1, SIGUSR2,  SIGHUP, SIGCHLD,
					    SIGURG,  SIGWINCH, 40,     45};
const char *const signals_names[SIGNALS_COUNT] = {"USR1", "USR2",  "HUP",  "CHLD",
						  "URG",  "WINCH", "RT40", "RT45"};

bool
signals_is_discarded(unsigned index)
{
	return index >= 3 && index <= 5;
}

const char *
signals_name(int number)
{
	for (unsigned i = 0; i < SIGNALS_COUNT; i++)
		if (signals_numbers[i] == number)
			return signals_names[i];
	return "other";
}

struct words_text
signals_set(const sigset_t *set)
{
	struct words_text text = {""};
	size_t length = 0;

	for (unsigned i = 0; i < SIGNALS_COUNT; i++)
		if (sigismember(set, signals_numbers[i]))
			length += (size_t)snprintf(text.text + length, sizeof(text.text) - length,
						   " %s", signals_names[i]);
	return text;
}

void
signals_log_begin(void)
{
	count = said = 0;
}

void
signals_log_handler(int number, siginfo_t *info, void *context)
{
	unsigned at = count;
	stack_t stack;

	(void)context;
	if (at >= LOG_MAX)
		return;
	count = at + 1;
	entries[at].number = number;
	entries[at].code = info->si_code;
	entries[at].value = info->si_code == SI_QUEUE ? info->si_value.sival_int : 0;
	pthread_sigmask(SIG_SETMASK, NULL, &entries[at].mask);
	entries[at].on_stack = !sigaltstack(NULL, &stack) && (stack.ss_flags & SS_ONSTACK);
}

void
signals_log_say(struct episode *episode)
{
	for (; said < count; said++)
		episode_say(episode, " [%s code %d value %d%s in%s]",
			    signals_name(entries[said].number), entries[said].code,
			    entries[said].value, entries[said].on_stack ? " stack" : "",
			    signals_set(&entries[said].mask).text);
	if (count == LOG_MAX)
		count = said = 0;
}

void
signals_say_pending(struct episode *episode)
{
	sigset_t set;

	if (episode_call(episode, "sigpending", "%s", "") &&
	    !episode_answer(episode, sigpending(&set)))
		episode_say(episode, "%s", signals_set(&set).text);
}
