/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands that put lines in order: sort, uniq. Characters are ordered by their numbers, as in the
 * locale C.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "text.h"

struct lines {
	char **lines;
	size_t count;
	bool failed; /* no memory */
};

/* Adds a file's lines, without their ends. */
static void
read_lines(FILE *file, const char *path, void *argument)
{
	struct lines *all = argument;
	char *line = NULL, **more;
	size_t size = 0;
	ssize_t length;

	(void)path;
	while (!all->failed && (length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		more = realloc(all->lines, (all->count + 1) * sizeof(*more));
		all->failed = more == NULL;
		if (all->failed)
			break;
		all->lines = more;
		all->lines[all->count++] = line;
		line = NULL;
		size = 0;
	}
	free(line);
}

static void
free_lines(struct lines *all)
{
	while (all->count > 0)
		free(all->lines[--all->count]);
	free(all->lines);
}

static int
by_text(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

static int
by_number(const void *one, const void *other)
{
	double left = strtod(*(char *const *)one, NULL);
	double right = strtod(*(char *const *)other, NULL);

	return left < right ? -1 : left > right ? 1 : by_text(one, other);
}

int
command_sort(int argc, char **argv, const struct command_streams *streams)
{
	struct lines all = {.lines = NULL};
	bool numbers = false, back = false, once = false;
	int at = 1, status;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
		if (strspn(argv[at] + 1, "nru") != strlen(argv[at] + 1))
			return text_refuse(argv[0], argv[at], streams);
		numbers |= strchr(argv[at], 'n') != NULL;
		back |= strchr(argv[at], 'r') != NULL;
		once |= strchr(argv[at], 'u') != NULL;
	}
	status = text_for_each(argc, argv, at, streams, read_lines, &all) == 0 ? 0 : 2;
	if (all.count > 0)
		qsort(all.lines, all.count, sizeof(*all.lines), numbers ? by_number : by_text);
	for (size_t i = 0; i < all.count; i++) {
		size_t which = back ? all.count - 1 - i : i;
		size_t before = back ? which + 1 : which - 1;

		if (!once || i == 0 || (numbers ? strtod(all.lines[which], NULL) !=
							  strtod(all.lines[before], NULL)
						: strcmp(all.lines[which], all.lines[before]) != 0))
			fprintf(streams->out, "%s\n", all.lines[which]);
	}
	if (all.failed)
		fprintf(streams->error, "sort: out of memory\n");
	free_lines(&all);
	return all.failed ? 2 : status;
}

int
command_uniq(int argc, char **argv, const struct command_streams *streams)
{
	struct lines all = {.lines = NULL};
	bool counts = argc > 1 && strcmp(argv[1], "-c") == 0;
	int at = counts ? 2 : 1, status;

	if (at < argc && argv[at][0] == '-' && argv[at][1] != '\0')
		return text_refuse(argv[0], argv[at], streams) - 1;
	status = text_for_each(argc, argv, at, streams, read_lines, &all);
	for (size_t i = 0, next; i < all.count; i = next) {
		for (next = i + 1; next < all.count; next++)
			if (strcmp(all.lines[next], all.lines[i]) != 0)
				break;
		if (counts)
			fprintf(streams->out, "%7zu ", next - i);
		fprintf(streams->out, "%s\n", all.lines[i]);
	}
	free_lines(&all);
	return all.failed ? 1 : status;
}
