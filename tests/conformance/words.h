/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbers of Linux by their names, for the lines of an episode.
 */
#pragma once

/* A set of flags, or one value of a list, up to an entry without a name. */
struct words {
	long value;
	const char *name;
};

#define WORDS(value)                                                                               \
	{                                                                                          \
		value, #value                                                                      \
	}

#define WORDS_MAX 160

struct words_text {
	char text[WORDS_MAX];
};

/* errno's name, or "E" and its number. */
const char *words_error(int error);

/* The names of the flags that are set, with | between them; what has no name as a number; or 0. */
struct words_text words_flags(const struct words *list, long flags);

/* The name of a value; without one the number. */
struct words_text words_value(const struct words *list, long value);

extern const struct words words_open[], words_poll[];
