/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The options, on the command line and in the file of --runs.
 */
#include "tests/conformance/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64

static const struct option names[] = {
	{"seed", required_argument, NULL, 's'},
	{"kind", required_argument, NULL, 'k'},
	{"from", required_argument, NULL, 'f'},
	{"count", required_argument, NULL, 'c'},
	{"threads", required_argument, NULL, 't'},
	{"skip", required_argument, NULL, 'x'},
	{"without", required_argument, NULL, 'w'},
	{"folder", required_argument, NULL, 'd'},
	{"runs", required_argument, NULL, 'r'},
	{"deadline", required_argument, NULL, 'l'},
	{"digest", no_argument, NULL, 'g'},
	{"trace", no_argument, NULL, 'a'},
	{0},
};

static void
usage(const char *wrong)
{
	fprintf(stderr,
		"conformance: %s\n"
		"options: --kind K [--seed S] [--from A] [--count N] [--threads T] [--skip STEPS]\n"
		"	[--without CALLS] [--digest] [--trace] [--deadline SECONDS] [--folder "
		"DIR]\n"
		"	[--runs FILE]	each line of which has such options\n"
		"STEPS: numbers and ranges (3,7-9,12-), CALLS: names (lseek,dup2)\n",
		wrong);
	exit(2);
}

static unsigned long
number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (end == text || *end)
		usage(text);
	return value;
}

/* Steps by number and range; a range without an end goes to the last step that there may be. */
static void
read_steps(struct options_run *run, char *text)
{
	for (char *save, *part = strtok_r(text, ",", &save); part;
	     part = strtok_r(NULL, ",", &save)) {
		char *dash = strchr(part, '-');
		unsigned long first, last;

		if (dash)
			*dash++ = 0;
		first = number(part);
		last = !dash ? first : *dash ? number(dash) : OPTIONS_STEPS_MAX - 1;
		for (; first <= last && first < OPTIONS_STEPS_MAX; first++)
			run->skip[first / 8] |= (uint8_t)(1 << first % 8);
	}
}

static void
read_calls(struct options_run *run, char *text)
{
	unsigned count = 0;

	while (count < OPTIONS_WITHOUT_MAX && run->without[count][0])
		count++;
	for (char *save, *part = strtok_r(text, ",", &save); part;
	     part = strtok_r(NULL, ",", &save)) {
		if (count == OPTIONS_WITHOUT_MAX - 1)
			usage("too many calls to leave out");
		snprintf(run->without[count++], sizeof(run->without[0]), "%s", part);
	}
}

/* Whether the letter is that of an option of a run. */
static bool
read_option(struct options_run *run, int letter)
{
	switch (letter) {
	case 's':
		run->seed = number(optarg);
		return true;
	case 'k':
		snprintf(run->kind, sizeof(run->kind), "%s", optarg);
		return true;
	case 'f':
		run->from = (unsigned)number(optarg);
		return true;
	case 'c':
		run->count = (unsigned)number(optarg);
		return true;
	case 't':
		run->threads = (unsigned)number(optarg);
		return run->threads > 0;
	case 'l':
		run->deadline = (unsigned)number(optarg);
		return true;
	case 'x':
		read_steps(run, optarg);
		return true;
	case 'w':
		read_calls(run, optarg);
		return true;
	case 'd':
		snprintf(run->folder, sizeof(run->folder), "%s", optarg);
		return true;
	case 'g':
		return run->digest = true;
	case 'a':
		return run->trace = true;
	default:
		return false;
	}
}

static const char *
read_words(struct options_run *run, int argc, char **argv, bool has_runs)
{
	const char *runs = NULL;
	int letter;

	optind = 0;
	while ((letter = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (letter == 'r' && has_runs)
			runs = optarg;
		else if (!read_option(run, letter))
			usage("an option is wrong");
	}
	if (optind < argc)
		usage(argv[optind]);
	return runs;
}

const char *
options_read(struct options_run *run, int argc, char **argv)
{
	*run = (struct options_run){
		.seed = 1, .count = 1, .threads = 1, .deadline = 20, .folder = "/tmp"};
	return read_words(run, argc, argv, true);
}

void
options_read_line(struct options_run *run, char *line)
{
	char *words[WORDS_MAX + 1] = {"line"}, *save;
	int count = 1;

	for (char *word = strtok_r(line, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		if (count == WORDS_MAX)
			usage("too many words in a line");
		words[count++] = word;
	}
	read_words(run, count, words, false);
}

bool
options_skips(const struct options_run *run, unsigned step)
{
	return step >= OPTIONS_STEPS_MAX || run->skip[step / 8] & 1 << step % 8;
}

bool
options_is_without(const struct options_run *run, const char *call)
{
	for (unsigned i = 0; i < OPTIONS_WITHOUT_MAX && run->without[i][0]; i++)
		if (!strcmp(run->without[i], call))
			return true;
	return false;
}
