/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * grep, with the options that scripts use; another is refused by its name.
 */
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "text.h"

struct grep {
	regex_t pattern;
	bool invert, quiet, counts, names, numbers, files, silent, fixed, words, lines, no_names;
	int flags;
	unsigned long found;
	FILE *out;
};

static void
tell(const struct grep *grep, const char *path, unsigned long number, const char *line)
{
	if (grep->names)
		fprintf(grep->out, "%s:", path);
	if (grep->numbers)
		fprintf(grep->out, "%lu:", number);
	fprintf(grep->out, "%s\n", line);
}

static void
search(FILE *file, const char *path, void *argument)
{
	struct grep *grep = argument;
	unsigned long found = 0, number = 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		number++;
		if ((regexec(&grep->pattern, line, 0, NULL, 0) == 0) == grep->invert)
			continue;
		found++;
		if (!grep->quiet && !grep->counts && !grep->files)
			tell(grep, path, number, line);
	}
	free(line);
	if (grep->files && found > 0 && !grep->quiet)
		fprintf(grep->out, "%s\n", path != NULL ? path : "(standard input)");
	else if (grep->counts && !grep->files && !grep->quiet)
		fprintf(grep->out, "%s%s%lu\n", grep->names ? path : "", grep->names ? ":" : "",
			found);
	grep->found += found;
}

/* Where a letter of grep's options is kept; NULL: it is not known. */
static bool *
option_flag(struct grep *grep, char option)
{
	switch (option) {
	case 'v':
		return &grep->invert;
	case 'q':
		return &grep->quiet;
	case 'c':
		return &grep->counts;
	case 'n':
		return &grep->numbers;
	case 'l':
		return &grep->files;
	case 's':
		return &grep->silent;
	case 'F':
		return &grep->fixed;
	case 'w':
		return &grep->words;
	case 'x':
		return &grep->lines;
	case 'h':
		return &grep->no_names;
	default:
		return NULL;
	}
}

/* Takes the options. Returns where the pattern is, or 0 when an option is not known. */
static int
take_options(int argc, char **argv, struct grep *grep)
{
	int at = 1;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
		for (const char *option = argv[at] + 1; *option != '\0'; option++) {
			bool *flag = option_flag(grep, *option);

			if (flag != NULL)
				*flag = true;
			else if (*option == 'i')
				grep->flags |= REG_ICASE;
			else if (*option == 'E')
				grep->flags |= REG_EXTENDED;
			else if (*option == 'e' && option[1] == '\0')
				return at + 1;
			else
				return 0;
		}
	}
	return at;
}

/* Puts a backslash before what means something in an extended expression. */
static void
escape(const char *text, char *to)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\.*[]^$+?(){}|", *text) != NULL)
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '\0';
}

/* What a pattern stands between that has to be a whole word, or line: [extended]. */
struct edges {
	const char *before, *behind;
};

static const struct edges none = {"", ""};
static const struct edges of_lines[] = {{"^\\(", "\\)$"}, {"^(", ")$"}};
static const struct edges of_words[] = {
	{"\\(^\\|[^[:alnum:]_]\\)\\(", "\\)\\([^[:alnum:]_]\\|$\\)"},
	{"(^|[^[:alnum:]_])(", ")([^[:alnum:]_]|$)"},
};

/* Compiles the pattern as the options have it. Returns whether it can be. */
static bool
compile(struct grep *grep, const char *pattern)
{
	size_t size = 2 * strlen(pattern) + 64;
	char *plain = malloc(size), *whole = malloc(size);
	bool extended = grep->fixed || (grep->flags & REG_EXTENDED), compiled = false;
	const struct edges *edges = grep->lines	  ? &of_lines[extended]
				    : grep->words ? &of_words[extended]
						  : &none;

	if (plain != NULL && whole != NULL) {
		if (grep->fixed)
			escape(pattern, plain);
		else
			strcpy(plain, pattern);
		snprintf(whole, size, "%s%s%s", edges->before, plain, edges->behind);
		compiled = regcomp(&grep->pattern, whole,
				   grep->flags | (extended ? REG_EXTENDED : 0)) == 0;
	}
	free(plain);
	free(whole);
	return compiled;
}

int
command_grep(int argc, char **argv, const struct command_streams *streams)
{
	struct grep grep = {.out = streams->out, .flags = REG_NOSUB};
	struct command_streams used = *streams;
	int at = take_options(argc, argv, &grep), status;

	if (at == 0)
		return text_refuse(argv[0], argv[1], streams);
	if (at >= argc || !compile(&grep, argv[at])) {
		fprintf(streams->error, "grep: a pattern is missing, or wrong\n");
		return 2;
	}
	grep.names = argc - at > 2 && !grep.no_names;
	if (grep.silent)
		used.error = fopen("/dev/null", "w");
	status = used.error != NULL
			 ? text_for_each(argc, argv, at + 1, &used, search, &grep) : 1;
	if (grep.silent && used.error != NULL)
		fclose(used.error);
	regfree(&grep.pattern);
	if (status != 0)
		return grep.quiet && grep.found > 0 ? 0 : 2;
	return grep.found > 0 ? 0 : 1;
}
