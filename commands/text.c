/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands that move text: echo, cat, head, tail, wc. The options that scripts use; another is
 * refused by its name.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "text.h"

#define HEAD_LINES 10

int
text_refuse(const char *name, const char *option, const struct command_streams *streams)
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

int
text_for_each(int argc, char **argv, int first, const struct command_streams *streams,
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
		return text_refuse(argv[0], argv[1], streams);
	return text_for_each(argc, argv, 1, streams, copy, streams->out);
}

/* What head and tail are told. */
struct part {
	long lines;
	bool from; /* the part of a file that begins with that line, and not as many at its end */
	bool titles, first;
	FILE *out;
};

static void
write_title(struct part *part, const char *path)
{
	if (part->titles)
		fprintf(part->out, "%s==> %s <==\n", part->first ? "" : "\n", path);
	part->first = false;
}

static void
copy_head(FILE *file, const char *path, void *argument)
{
	struct part *head = argument;
	char *line = NULL;
	size_t size = 0;

	write_title(head, path);
	for (long i = 0; i < head->lines && getline(&line, &size, file) > 0; i++)
		fputs(line, head->out);
	free(line);
}

/* The last lines are kept in a ring, each where the next one so many behind will be. */
static void
copy_tail(FILE *file, const char *path, void *argument)
{
	struct part *tail = argument;
	size_t count = tail->from || tail->lines < 1 ? 1 : (size_t)tail->lines;
	char **lines = calloc(count, sizeof(*lines));
	size_t *sizes = calloc(count, sizeof(*sizes)), number = 0;

	write_title(tail, path);
	while (lines != NULL && sizes != NULL &&
	       getline(&lines[number % count], &sizes[number % count], file) > 0) {
		number++;
		if (tail->from && number >= (size_t)tail->lines)
			fputs(lines[0], tail->out);
	}
	for (size_t i = number < count ? 0 : number - count;
	     !tail->from && tail->lines > 0 && i < number; i++)
		fputs(lines[i % count], tail->out);
	for (size_t i = 0; lines != NULL && i < count; i++)
		free(lines[i]);
	free(lines);
	free(sizes);
}

/* head and tail: so many lines of each file. */
static int
run_part(int argc, char **argv, const struct command_streams *streams,
	 void (*use)(FILE *file, const char *path, void *argument))
{
	struct part head = {.lines = HEAD_LINES, .first = true, .out = streams->out};
	int first = 1;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		head.from = use == copy_tail && argv[2][0] == '+';
		head.lines = atol(argv[2]);
		first = 3;
	} else if (argc > 1 && argv[1][0] == '-' && argv[1][1] == 'n' &&
		   isdigit((unsigned char)argv[1][2])) {
		head.lines = atol(argv[1] + 2);
		first = 2;
	} else if (argc > 1 && argv[1][0] == '-' && isdigit((unsigned char)argv[1][1])) {
		head.lines = atol(argv[1] + 1);
		first = 2;
	} else if (argc > 1 && argv[1][0] == '-' && argv[1][1] != '\0') {
		return text_refuse(argv[0], argv[1], streams);
	}
	head.titles = argc - first > 1;
	return text_for_each(argc, argv, first, streams, use, &head);
}

int
command_head(int argc, char **argv, const struct command_streams *streams)
{
	return run_part(argc, argv, streams, copy_head);
}

int
command_tail(int argc, char **argv, const struct command_streams *streams)
{
	return run_part(argc, argv, streams, copy_tail);
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
		return text_refuse(argv[0], argv[1], streams);
	status = text_for_each(argc, argv, what == argv[1] + 1 ? 2 : 1, streams, count, &counts);
	if (strchr(what, 'l'))
		fprintf(streams->out, "%lu%s", counts.lines, what[1] ? " " : "");
	if (strchr(what, 'w'))
		fprintf(streams->out, "%lu%s", counts.words, what[1] ? " " : "");
	if (strchr(what, 'c'))
		fprintf(streams->out, "%lu", counts.bytes);
	fputc('\n', streams->out);
	return status;
}
