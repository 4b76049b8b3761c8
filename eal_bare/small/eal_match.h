/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What DPDK's EAL matches the names of logs with, for images that are to be small: musl's regcomp()
 * and fnmatch(), with what they need of its tables of characters, are 45 KB.
 *
 * DPDK for a small image calls these (dpdk/small/small.h); applications call musl's.
 */
#ifndef EAL_MATCH_H
#define EAL_MATCH_H

#include <regex.h>
#include <stddef.h>

/* In place of regex_t. */
struct eal_match_regex {
	char *pattern;
};

/*
 * As regcomp() for basic expressions of characters, '.', sets, '*', '^' at the beginning, '$' at
 * the end and '\' before a special character. Returns 0; REG_ESPACE; REG_EBRACK for a set without
 * an end; REG_BADPAT for an expression with a group, an interval or a class, and for flags.
 */
int eal_match_regcomp(struct eal_match_regex *compiled, const char *pattern, int flags);

/* As regexec() without flags, for whoever asks for no place: 0 or REG_NOMATCH. */
int eal_match_regexec(const struct eal_match_regex *compiled, const char *text, size_t places,
		      regmatch_t *place, int flags);

void eal_match_regfree(struct eal_match_regex *compiled);

/* As fnmatch() without flags: 0 or FNM_NOMATCH; another value with flags. */
int eal_match_fnmatch(const char *pattern, const char *text, int flags);

#endif
