/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: eal_bare/small/eal_match.c */
/*
 * A small image's matching of patterns against the C library's: each pattern on each text.
 */
#include <fnmatch.h>
#include <regex.h>
#include <stdlib.h>

#include "eal_bare/small/eal_match.h"
#include "tests/unit/check.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char *const texts[] = {
	"",
	"a",
	"aa",
	"ab",
	"b",
	"lib.eal",
	"libXeal",
	"pmd.net.virtio.init",
	"pmd.net.virtio",
	"user1",
	"a*b",
	"a.b",
	"a]b",
	"-",
	"x-y",
	"a^b",
	"a$",
	"[ab]",
	"\\",
	"aaab",
	"eal.lib.eal",
};

static const char *const expressions[] = {
	"",
	"a",
	"^a",
	"a$",
	"^a$",
	"^$",
	".",
	"..",
	"a*",
	"a*b",
	"^a*$",
	".*",
	"lib.eal",
	"lib\\.eal",
	"^lib\\.eal$",
	"pmd\\.net\\..*",
	"pmd.*virtio$",
	"[ab]",
	"^[ab]*$",
	"[^ab]",
	"[a-z][0-9]",
	"[]a]b",
	"[^]]",
	"[-x]",
	"x[a-]y",
	"\\*",
	"a\\*b",
	"*b",
	"a\\^b",
	"a^b",
	"a\\$",
	"a$b",
	"^[a-z.]*$",
	"\\[ab\\]",
	"\\\\",
	"e.*l$",
};

static const char *const patterns[] = {
	"",	  "a",	   "*",	      "?",	     "??",	 "a*",	     "*b",
	"*.*",	  "lib.*", "lib.eal", "pmd.net.*",   "*.virtio", "*virtio*", "[ab]",
	"[ab]*",  "[!a]",  "[^a]",    "[a-z]*[0-9]", "a\\*b",	 "a[*]b",    "a[]]b",
	"x[a-]y", "[",	   "[ab",     "*a*b*",	     "\\\\",	 "a[.]b",
};

static void
test_expression(const char *expression)
{
	struct eal_match_regex ours;
	regex_t theirs;

	if (!CHECK_EQ(eal_match_regcomp(&ours, expression, 0), 0) ||
	    !CHECK_EQ(regcomp(&theirs, expression, 0), 0))
		return;
	for (size_t i = 0; i < COUNT(texts); i++) {
		int due = regexec(&theirs, texts[i], 0, NULL, 0);

		if (!CHECK_EQ(eal_match_regexec(&ours, texts[i], 0, NULL, 0), due))
			printf("\t\"%s\" on \"%s\"\n", expression, texts[i]);
	}
	eal_match_regfree(&ours);
	regfree(&theirs);
}

static void
test_pattern(const char *pattern)
{
	for (size_t i = 0; i < COUNT(texts); i++) {
		int due = fnmatch(pattern, texts[i], 0);

		if (!CHECK_EQ(eal_match_fnmatch(pattern, texts[i], 0), due))
			printf("\t\"%s\" on \"%s\"\n", pattern, texts[i]);
	}
}

/* What is not known is refused, never taken for something else. */
static void
test_refused(void)
{
	static const char *const unknown[] = {"\\(a\\)", "a\\{2\\}", "a\\|b",
					      "a\\+",	 "a\\",	     "[[:alpha:]]"};
	struct eal_match_regex compiled;
	regmatch_t place;

	for (size_t i = 0; i < COUNT(unknown); i++)
		CHECK_EQ(eal_match_regcomp(&compiled, unknown[i], 0), REG_BADPAT);
	CHECK_EQ(eal_match_regcomp(&compiled, "[ab", 0), REG_EBRACK);
	CHECK_EQ(eal_match_regcomp(&compiled, "a", REG_ICASE), REG_BADPAT);
	CHECK(eal_match_fnmatch("a", "a", FNM_PATHNAME) != 0);
	if (!CHECK_EQ(eal_match_regcomp(&compiled, "a", 0), 0))
		return;
	CHECK_EQ(eal_match_regexec(&compiled, "a", 1, &place, 0), REG_NOMATCH);
	CHECK_EQ(eal_match_regexec(&compiled, "a", 0, NULL, REG_NOTBOL), REG_NOMATCH);
	eal_match_regfree(&compiled);
}

int
main(void)
{
	for (size_t i = 0; i < COUNT(expressions); i++)
		test_expression(expressions[i]);
	for (size_t i = 0; i < COUNT(patterns); i++)
		test_pattern(patterns[i]);
	test_refused();
	return check_end();
}
