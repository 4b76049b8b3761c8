/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Regular expressions and shell patterns, matched by trying: the texts are names of logs, a few
 * dozen bytes, and the patterns come from the command line. An "atom" is the part of a pattern that
 * matches one character: a set, an escaped character, or a character.
 *
 * POSIX.1-2017, 9.3 Basic Regular Expressions, and XCU 2.13 Pattern Matching Notation. Without
 * collating elements and classes ("[:alpha:]"), which names of logs have no use for.
 */
#include <fnmatch.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "eal_bare/small/eal_match.h"

#define FLAGS_UNKNOWN -1

/* The end of the set that begins at `set`, a '['; NULL if it has none. A ']' at its start is of
 * the set. */
static const char *
set_end(const char *set)
{
	const char *end = set + 1;

	if (*end == '^' || *end == '!')
		end++;
	if (*end == ']')
		end++;
	end = strchr(end, ']');
	return end == NULL ? NULL : end + 1;
}

static bool
set_has(const char *set, const char *end, unsigned char character)
{
	bool inverted = set[1] == '^' || set[1] == '!';
	const char *member = set + 1 + inverted;

	for (; member < end - 1; member++) {
		unsigned char first = (unsigned char)*member, last = first;

		if (member[1] == '-' && member + 2 < end - 1) {
			last = (unsigned char)member[2];
			member += 2;
		}
		if (character >= first && character <= last)
			return !inverted;
	}
	return inverted;
}

static const char *
atom_end(const char *atom)
{
	const char *end = *atom == '[' ? set_end(atom) : NULL;

	if (end != NULL)
		return end;
	return *atom == '\\' && atom[1] != '\0' ? atom + 2 : atom + 1;
}

/* any: the character that matches every one. */
static bool
atom_matches(const char *atom, char any, char character)
{
	if (character == '\0')
		return false;
	if (*atom == '[' && set_end(atom) != NULL)
		return set_has(atom, set_end(atom), (unsigned char)character);
	if (*atom == '\\' && atom[1] != '\0')
		return atom[1] == character;
	return *atom == any || *atom == character;
}

/* Whether the beginning of a text matches an expression. */
static bool
regex_here(const char *pattern, const char *text)
{
	const char *rest;

	if (*pattern == '\0')
		return true;
	if (pattern[0] == '$' && pattern[1] == '\0')
		return *text == '\0';
	rest = atom_end(pattern);
	if (*rest != '*')
		return atom_matches(pattern, '.', *text) && regex_here(rest, text + 1);
	do {
		if (regex_here(rest + 1, text))
			return true;
	} while (atom_matches(pattern, '.', *text++));
	return false;
}

static int
regex_check(const char *pattern)
{
	for (; *pattern != '\0'; pattern = atom_end(pattern)) {
		if (*pattern == '[' && set_end(pattern) == NULL)
			return REG_EBRACK;
		if (*pattern == '[' && strncmp(pattern, "[[:", 3) == 0)
			return REG_BADPAT;
		/* "\(" and the like, and what other libraries add: "\+". */
		if (*pattern == '\\' && (pattern[1] == '\0' || !strchr(".[]*^$\\", pattern[1])))
			return REG_BADPAT;
	}
	return 0;
}

int
eal_match_regcomp(struct eal_match_regex *compiled, const char *pattern, int flags)
{
	int error = flags == 0 ? regex_check(pattern) : REG_BADPAT;

	if (error != 0)
		return error;
	compiled->pattern = strdup(pattern);
	return compiled->pattern == NULL ? REG_ESPACE : 0;
}

int
eal_match_regexec(const struct eal_match_regex *compiled, const char *text, size_t places,
		  regmatch_t *place, int flags)
{
	const char *pattern = compiled->pattern;

	if (places != 0 || place != NULL || flags != 0)
		return REG_NOMATCH;
	if (*pattern == '^')
		return regex_here(pattern + 1, text) ? 0 : REG_NOMATCH;
	do {
		if (regex_here(pattern, text))
			return 0;
	} while (*text++ != '\0');
	return REG_NOMATCH;
}

void
eal_match_regfree(struct eal_match_regex *compiled)
{
	free(compiled->pattern);
	compiled->pattern = NULL;
}

int
eal_match_fnmatch(const char *pattern, const char *text, int flags)
{
	if (flags != 0)
		return FLAGS_UNKNOWN;
	for (; *pattern != '\0'; pattern = atom_end(pattern), text++) {
		if (*pattern == '*') {
			do {
				if (eal_match_fnmatch(pattern + 1, text, 0) == 0)
					return 0;
			} while (*text++ != '\0');
			return FNM_NOMATCH;
		}
		if (!atom_matches(pattern, '?', *text))
			return FNM_NOMATCH;
	}
	return *text == '\0' ? 0 : FNM_NOMATCH;
}
