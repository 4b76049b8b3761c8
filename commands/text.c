/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands that move text: echo, cat, head, grep, wc. The options that scripts use; another is
 * refused by its name.
 */
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

#define HEAD_LINES 10

static int
refuse(const char *name, const char *option, const struct command_streams *streams)
{
	fprintf(streams->error, "%s: unknown option %s\n", name, option);
	return 2;
}

/* Opens a file, "-" being the standard input; says when it cannot. */
static FILE *
open_input(const char *name, const char *path, const struct command_streams *streams)
{
	FILE *file = strcmp(path, "-") == 0 ? streams->in : fopen(path, "r");

	if (file == NULL)
		fprintf(streams->error, "%s: %s: %s\n", name, path, strerror(errno));
	return file;
}

static void
close_input(FILE *file, const struct command_streams *streams)
{
	if (file != streams->in)
		fclose(file);
}

/* Calls use() for each file from argv[first] on, or the standard input. Returns 1 if one fails. */
static int
for_each_input(int argc, char **argv, int first, const struct command_streams *streams,
	       void (*use)(FILE *file, const char *path, void *argument), void *argument)
{
	int status = 0;

	if (first == argc)
		use(streams->in, NULL, argument);
	for (int i = first; i < argc; i++) {
		FILE *file = open_input(argv[0], argv[i], streams);

		if (file == NULL) {
			status = 1;
			continue;
		}
		use(file, argv[i], argument);
		close_input(file, streams);
	}
	return status;
}

int
command_true(int argc, char **argv, const struct command_streams *streams)
{
	(void)argc;
	(void)argv;
	(void)streams;
	return 0;
}

int
command_false(int argc, char **argv, const struct command_streams *streams)
{
	return command_true(argc, argv, streams) + 1;
}

int
command_echo(int argc, char **argv, const struct command_streams *streams)
{
	bool newline = argc < 2 || strcmp(argv[1], "-n") != 0;

	for (int i = newline ? 1 : 2; i < argc; i++)
		fprintf(streams->out, "%s%s", argv[i], i + 1 < argc ? " " : "");
	if (newline)
		fputc('\n', streams->out);
	return 0;
}

static void
copy(FILE *file, const char *path, void *out)
{
	char buffer[4096];
	size_t length;

	(void)path;
	while ((length = fread(buffer, 1, sizeof(buffer), file)) > 0)
		if (fwrite(buffer, 1, length, out) < length)
			break;
}

int
command_cat(int argc, char **argv, const struct command_streams *streams)
{
	if (argc > 1 && argv[1][0] == '-' && argv[1][1] != '\0')
		return refuse(argv[0], argv[1], streams);
	return for_each_input(argc, argv, 1, streams, copy, streams->out);
}

struct head {
	long lines;
	bool titles, first;
	FILE *out;
};

static void
copy_head(FILE *file, const char *path, void *argument)
{
	struct head *head = argument;
	char *line = NULL;
	size_t size = 0;

	if (head->titles)
		fprintf(head->out, "%s==> %s <==\n", head->first ? "" : "\n", path);
	head->first = false;
	for (long i = 0; i < head->lines && getline(&line, &size, file) > 0; i++)
		fputs(line, head->out);
	free(line);
}

int
command_head(int argc, char **argv, const struct command_streams *streams)
{
	struct head head = {.lines = HEAD_LINES, .first = true, .out = streams->out};
	int first = 1;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		head.lines = atol(argv[2]);
		first = 3;
	} else if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
		head.lines = atol(argv[1] + 1);
		first = 2;
	} else if (argc > 1 && argv[1][0] == '-' && argv[1][1] != '\0') {
		return refuse(argv[0], argv[1], streams);
	}
	head.titles = argc - first > 1;
	return for_each_input(argc, argv, first, streams, copy_head, &head);
}

struct counts {
	unsigned long lines, words, bytes;
};

static void
count(FILE *file, const char *path, void *argument)
{
	struct counts *counts = argument;
	bool in_word = false;
	int byte;

	(void)path;
	while ((byte = fgetc(file)) != EOF) {
		counts->bytes++;
		counts->lines += byte == '\n';
		counts->words += !isspace(byte) && !in_word;
		in_word = !isspace(byte);
	}
}

int
command_wc(int argc, char **argv, const struct command_streams *streams)
{
	const char *what = argc > 1 && argv[1][0] == '-' ? argv[1] + 1 : "lwc";
	struct counts counts = {0};
	int status;

	if (strspn(what, "lwc") != strlen(what))
		return refuse(argv[0], argv[1], streams);
	status = for_each_input(argc, argv, what == argv[1] + 1 ? 2 : 1, streams, count, &counts);
	if (strchr(what, 'l'))
		fprintf(streams->out, "%lu%s", counts.lines, what[1] ? " " : "");
	if (strchr(what, 'w'))
		fprintf(streams->out, "%lu%s", counts.words, what[1] ? " " : "");
	if (strchr(what, 'c'))
		fprintf(streams->out, "%lu", counts.bytes);
	fputc('\n', streams->out);
	return status;
}

struct grep {
	regex_t pattern;
	bool invert, quiet, counts, names;
	unsigned long found;
	FILE *out;
};

static void
search(FILE *file, const char *path, void *argument)
{
	struct grep *grep = argument;
	unsigned long found = 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		if ((regexec(&grep->pattern, line, 0, NULL, 0) == 0) == grep->invert)
			continue;
		found++;
		if (!grep->quiet && !grep->counts)
			fprintf(grep->out, "%s%s%s\n", grep->names ? path : "",
				grep->names ? ":" : "", line);
	}
	free(line);
	if (grep->counts && !grep->quiet)
		fprintf(grep->out, "%lu\n", found);
	grep->found += found;
}

/* Takes the options. Returns where the pattern is, or 0 when an option is not known. */
static int
grep_options(int argc, char **argv, struct grep *grep, int *flags)
{
	int at = 1;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
		for (const char *option = argv[at] + 1; *option != '\0'; option++) {
			switch (*option) {
			case 'i':
				*flags |= REG_ICASE;
				break;
			case 'E':
				*flags |= REG_EXTENDED;
				break;
			case 'v':
				grep->invert = true;
				break;
			case 'q':
				grep->quiet = true;
				break;
			case 'c':
				grep->counts = true;
				break;
			case 'e':
				return at + 1;
			default:
				return 0;
			}
		}
	}
	return at;
}

int
command_grep(int argc, char **argv, const struct command_streams *streams)
{
	struct grep grep = {.out = streams->out};
	int flags = REG_NOSUB, at = grep_options(argc, argv, &grep, &flags), status;

	if (at == 0)
		return refuse(argv[0], argv[1], streams);
	if (at >= argc || regcomp(&grep.pattern, argv[at], flags) != 0) {
		fprintf(streams->error, "grep: a pattern is missing, or wrong\n");
		return 2;
	}
	grep.names = argc - at > 2;
	status = for_each_input(argc, argv, at + 1, streams, search, &grep);
	regfree(&grep.pattern);
	if (status != 0)
		return 2;
	return grep.found > 0 ? 0 : 1;
}
