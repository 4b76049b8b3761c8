/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands about the terminal: stty, with the settings that programs ask for by name, and clear.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "commands.h"

/* Flags by name: "-NAME" takes one away. */
static const struct {
	const char *name;
	enum { INPUT, OUTPUT, LOCAL } where;
	tcflag_t flag;
} flags[] = {
	{"brkint", INPUT, BRKINT}, {"icrnl", INPUT, ICRNL},   {"ixon", INPUT, IXON},
	{"inlcr", INPUT, INLCR},   {"igncr", INPUT, IGNCR},   {"opost", OUTPUT, OPOST},
	{"onlcr", OUTPUT, ONLCR},  {"echo", LOCAL, ECHO},     {"echoe", LOCAL, ECHOE},
	{"echok", LOCAL, ECHOK},   {"echonl", LOCAL, ECHONL}, {"icanon", LOCAL, ICANON},
	{"iexten", LOCAL, IEXTEN}, {"isig", LOCAL, ISIG},
};

static bool
set_flag(struct termios *settings, const char *name)
{
	bool clears = *name == '-';

	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		tcflag_t *word = flags[i].where == INPUT    ? &settings->c_iflag
				 : flags[i].where == OUTPUT ? &settings->c_oflag
							    : &settings->c_lflag;

		if (strcmp(flags[i].name, name + clears) != 0)
			continue;
		*word = clears ? *word & ~flags[i].flag : *word | flags[i].flag;
		return true;
	}
	return false;
}

/* Names for several flags at once (POSIX stty, "Combination Modes"). */
static const struct {
	const char *name, *words[9];
} combinations[] = {
	{"raw", {"-brkint", "-icrnl", "-ixon", "-opost", "-icanon", "-isig"}},
	{"-raw", {"brkint", "icrnl", "ixon", "opost", "icanon", "isig"}},
	{"cooked", {"-raw"}},
	{"cbreak", {"-icanon"}},
	{"-cbreak", {"icanon"}},
	{"nl", {"-icrnl", "-onlcr"}},
	{"-nl", {"icrnl", "onlcr"}},
	{"sane", {"-raw", "-nl", "-inlcr", "-igncr", "echo", "echoe", "echok", "-echonl",
		  "iexten"}},
};

static bool
set(struct termios *settings, const char *name)
{
	for (unsigned i = 0; i < sizeof(combinations) / sizeof(combinations[0]); i++) {
		const char *const *word = combinations[i].words;

		if (strcmp(combinations[i].name, name) != 0)
			continue;
		for (unsigned j = 0; j < 9 && word[j] != NULL; j++)
			set(settings, word[j]);
		if (strcmp(name, "raw") == 0) {
			settings->c_cc[VMIN] = 1;
			settings->c_cc[VTIME] = 0;
		}
		return true;
	}
	return set_flag(settings, name);
}

static int
refuse(const char *what, const char *why, const struct command_streams *streams)
{
	fprintf(streams->error, "stty: %s%s\n", what, why);
	return 1;
}

static int
tell_size(int terminal, const struct command_streams *streams)
{
	struct winsize size;

	if (ioctl(terminal, TIOCGWINSZ, &size) != 0)
		return refuse("standard input: ", strerror(errno), streams);
	fprintf(streams->out, "%u %u\n", size.ws_row, size.ws_col);
	return 0;
}

static int
change(int terminal, int argc, char **argv, const struct command_streams *streams)
{
	struct termios settings;

	if (tcgetattr(terminal, &settings) != 0)
		return refuse("standard input: ", strerror(errno), streams);
	for (int i = 0; i < argc; i++) {
		bool minimum = strcmp(argv[i], "min") == 0;

		if ((minimum || strcmp(argv[i], "time") == 0) && i + 1 < argc)
			settings.c_cc[minimum ? VMIN : VTIME] = (cc_t)atoi(argv[++i]);
		else if (!set(&settings, argv[i]))
			return refuse("unknown setting ", argv[i], streams);
	}
	if (tcsetattr(terminal, TCSADRAIN, &settings) != 0)
		return refuse("standard input: ", strerror(errno), streams);
	return 0;
}

int
command_stty(int argc, char **argv, const struct command_streams *streams)
{
	bool named = argc > 2 && strcmp(argv[1], "-F") == 0;
	int first = named ? 3 : 1, status;
	int terminal = named ? open(argv[2], O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
			     : fileno(streams->in);

	if (named && terminal < 0)
		return refuse(argv[2], ": cannot be opened", streams);
	if (argc == first)
		status = refuse("", "name a setting, or size", streams);
	else if (strcmp(argv[first], "size") == 0)
		status = tell_size(terminal, streams);
	else
		status = change(terminal, argc - first, argv + first, streams);
	if (named)
		close(terminal);
	return status;
}

int
command_clear(int argc, char **argv, const struct command_streams *streams)
{
	(void)argc;
	(void)argv;
	fputs("\033[H\033[2J\033[3J", streams->out);
	fflush(streams->out);
	return 0;
}
