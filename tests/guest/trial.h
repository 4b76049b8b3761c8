/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls that are tried with bad pointers.
 */
#ifndef TESTS_GUEST_TRIAL_H
#define TESTS_GUEST_TRIAL_H

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/check.h"

#define ARGUMENTS 6

static const struct {
	const char *name, *arguments;
} calls[] = {
#define NAME(number, name)
#define CALL(number, name, ...) {#name, #__VA_ARGS__},
#define CALL_AS(number, name, other) {#name, "as " #other},
#include "libc/base/calls.def"
};

static bool tried[sizeof(calls) / sizeof(calls[0])];

/*
 * A call, its arguments, and what is due for each: '-' is no pointer, 'R' is read, 'W' is written;
 * small letters: and may be NULL. 'i': NULL is EINVAL; '0': no matter what it is, 'z': if it is an
 * address; '?': not tried.
 */
struct trial {
	const char *name;
	long number;
	const char *due;
	uint64_t arguments[ARGUMENTS];
};
#define P(...) ((uint64_t)(__VA_ARGS__))
#define D(descriptor) ((uint64_t)(descriptor))
#define TRY(name, due, ...) {#name, SYS_##name, due, {__VA_ARGS__}}

static inline long
make_call(const struct trial *trial, const uint64_t *a)
{
	return syscall(trial->number, a[0], a[1], a[2], a[3], a[4], a[5]) == -1 ? errno : 0;
}

static void *untouchable, *constant, *page;

/* Tries one argument with one address. */
static inline void
try_one(const struct trial *trial, unsigned at, uint64_t bad, int due)
{
	uint64_t arguments[ARGUMENTS];
	long result;

	memcpy(arguments, trial->arguments, sizeof(arguments));
	arguments[at] = bad;
	result = make_call(trial, arguments);
	if (!CHECK_EQ(result, due))
		printf("  %s, argument %u: %#lx\n", trial->name, at, (unsigned long)bad);
}

static inline void
try_argument(const struct trial *trial, unsigned at)
{
	char due = trial->due[at];
	int error = due == '0' ? 0 : EFAULT;

	if (due == 'z')
		try_one(trial, at, P(untouchable), 0);
	if (due == '-' || due == '?' || due == 'z')
		return;
	if (due == 'R' || due == 'W' || due == '0')
		try_one(trial, at, 0, error);
	if (due == 'i')
		try_one(trial, at, 0, EINVAL);
	try_one(trial, at, P(untouchable), error);
	try_one(trial, at, 0x8000000000000000, error);
	try_one(trial, at, 0xfffffffffffff000, error);
	if (due == 'W' || due == 'w')
		try_one(trial, at, P(constant), EFAULT);
}

/* Marks what it tries. */
static inline void
try_all(const struct trial *trials, unsigned count)
{
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		for (unsigned j = 0; j < count; j++) {
			if (strcmp(trials[j].name, calls[i].name) != 0)
				continue;
			tried[i] = true;
			for (unsigned at = 0; trials[j].due[at]; at++)
				try_argument(&trials[j], at);
		}
}
#define TRY_ALL(trials) try_all(trials, sizeof(trials) / sizeof((trials)[0]))

static inline void
check_all_tried(void)
{
	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!CHECK(tried[i] || !strchr(calls[i].arguments, '*')))
			printf("  %s is not tried\n", calls[i].name);
}

#endif
