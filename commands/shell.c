/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A line of sh, as programs give it to popen() and system(). A list is split into pipelines, a
 * pipeline into commands, a command into words and redirections; quotes are minded by all three.
 * The commands of a pipeline run one after the other, what goes between them is kept in memory.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

#define WORDS_MAX 64
#define NOT_FOUND 127
#define NOT_UNDERSTOOD (-1) /* no command's own status */
#define NOT_UNDERSTOOD_STATUS 2

#define COMMAND_ENTRY(name) {#name, command_##name}

static const struct {
	const char *name;
	command_function *run;
} commands[] = {
	COMMAND_ENTRY(awk),
	COMMAND_ENTRY(cat),
	COMMAND_ENTRY(clear),
	COMMAND_ENTRY(cut),
	COMMAND_ENTRY(echo),
	COMMAND_ENTRY(false),
	COMMAND_ENTRY(grep),
	COMMAND_ENTRY(head),
	COMMAND_ENTRY(hostname),
	COMMAND_ENTRY(ls),
	COMMAND_ENTRY(lscpu),
	COMMAND_ENTRY(lsmod),
	COMMAND_ENTRY(lspci),
	COMMAND_ENTRY(mkdir),
	COMMAND_ENTRY(modinfo),
	COMMAND_ENTRY(modprobe),
	COMMAND_ENTRY(nproc),
	COMMAND_ENTRY(rm),
	COMMAND_ENTRY(sleep),
	COMMAND_ENTRY(sort),
	COMMAND_ENTRY(stty),
	COMMAND_ENTRY(tail),
	COMMAND_ENTRY(tr),
	COMMAND_ENTRY(true),
	COMMAND_ENTRY(uname),
	COMMAND_ENTRY(uniq),
	COMMAND_ENTRY(wc),
};

/* Where the text ends that has none of some characters outside quotes. */
static char *
skip_to(char *text, const char *any)
{
	char quote = '\0';

	for (; *text != '\0'; text++) {
		if (quote == '\0' && *text == '\\' && text[1] != '\0')
			text++;
		else if (quote != '\0')
			quote = *text == quote ? '\0' : quote;
		else if (*text == '\'' || *text == '"')
			quote = *text;
		else if (strchr(any, *text) != NULL)
			return text;
	}
	return text;
}

/* Takes the next word off a text, without its quotes; NULL: there is none. */
static char *
take_word(char **text)
{
	char *from = *text + strspn(*text, " \t\n"), *to = from, *word = from, quote = '\0';

	if (*from == '\0')
		return NULL;
	for (; *from != '\0' && (quote != '\0' || strchr(" \t\n<>", *from) == NULL); from++) {
		if (quote == '\0' && (*from == '\'' || *from == '"'))
			quote = *from;
		else if (quote != '\0' && *from == quote)
			quote = '\0';
		else if (*from == '\\' && quote != '\'' && from[1] != '\0')
			*to++ = *++from;
		else
			*to++ = *from;
	}
	*text = *from != '\0' && strchr("<>", *from) == NULL ? from + 1 : from;
	/* (A redirection right behind the word stands where its end belongs.) */
	if (to == from && *from != '\0' && strchr("<>", *from) != NULL) {
		memmove(from + 1, from, strlen(from) + 1);
		*text = from + 1;
	}
	*to = '\0';
	return word;
}

/* -- A command --------------------------------------------------------------------------------- */

struct command {
	int argc;
	char *argv[WORDS_MAX + 1];
	struct command_streams streams;
	FILE *opened[3]; /* by redirections */
};

/* Opens what a redirection names. Returns 0, an exit status or NOT_UNDERSTOOD. */
static int
redirect(struct command *command, int stream, const char *mode, char **rest)
{
	const char *path = take_word(rest);

	if (path == NULL)
		return NOT_UNDERSTOOD;
	if (command->opened[stream] != NULL)
		fclose(command->opened[stream]);
	command->opened[stream] = fopen(path, mode);
	if (command->opened[stream] == NULL) {
		fprintf(command->streams.error, "sh: %s: %s\n", path, strerror(errno));
		return 1;
	}
	if (stream == 0)
		command->streams.in = command->opened[stream];
	else if (stream == 1)
		command->streams.out = command->opened[stream];
	else
		command->streams.error = command->opened[stream];
	return 0;
}

/* Takes a redirection off a text. Returns as redirect(); *was: whether there is one. */
static int
take_redirection(struct command *command, char **text, bool *was)
{
	char *at = *text + strspn(*text, " \t\n");
	int stream = *at == '2' && at[1] == '>' ? 2 : *at == '<' ? 0 : 1;

	*was = *at == '<' || *at == '>' || stream == 2;
	if (!*was)
		return 0;
	at += stream == 2 ? 2 : 1;
	if (stream == 2 && strncmp(at, "&1", 2) == 0) {
		command->streams.error = command->streams.out;
		*text = at + 2;
		return 0;
	}
	*text = at + (*at == '>');
	return redirect(command, stream, stream == 0 ? "r" : *at == '>' ? "a" : "w", text);
}

static int
parse(struct command *command, char *text)
{
	for (;;) {
		bool was;
		int status = take_redirection(command, &text, &was);
		char *word;

		if (status != 0)
			return status;
		if (was)
			continue;
		word = take_word(&text);
		if (word == NULL)
			return 0;
		if (command->argc == WORDS_MAX)
			return NOT_UNDERSTOOD;
		command->argv[command->argc++] = word;
	}
}

/* What is not there is named, wherever the program sends its errors. */
static int
not_found(const char *name, const struct command_streams *streams)
{
	fprintf(streams->error, "sh: %s: not found\n", name);
	if (streams->error != stderr)
		fprintf(stderr, "sh: %s: not found\n", name);
	return NOT_FOUND;
}

/* NAME=VALUE before a command is for its environment, which none of ours reads. */
static bool
is_assignment(const char *word)
{
	const char *is = isdigit((unsigned char)*word) || *word == '=' ? NULL : strchr(word, '=');

	for (; is != NULL && word < is; word++)
		if (!isalnum((unsigned char)*word) && *word != '_')
			return false;
	return is != NULL;
}

static int
run(struct command *command)
{
	int first = 0;
	const char *slash, *name;

	while (first < command->argc && is_assignment(command->argv[first]))
		first++;
	if (first == command->argc)
		return 0;
	slash = strrchr(command->argv[first], '/');
	name = slash != NULL ? slash + 1 : command->argv[first];
	for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].run(command->argc - first, command->argv + first,
					       &command->streams);
	return not_found(command->argv[first], &command->streams);
}

static int
run_command(char *text, const struct command_streams *streams)
{
	struct command command = {.streams = *streams};
	char *copy = malloc(2 * strlen(text) + 1); /* words may move by one each */
	int status;

	if (copy == NULL)
		return 1;
	strcpy(copy, text);
	status = parse(&command, copy);
	if (status == 0)
		status = run(&command);
	free(copy);
	for (unsigned i = 0; i < 3; i++)
		if (command.opened[i] != NULL)
			fclose(command.opened[i]);
	return status;
}

/*
 * -- Pipelines and lists ------------------------------------------------------------------------
 */

static int
run_pipeline(char *text, const struct command_streams *streams)
{
	struct command_streams now = *streams;
	char *between = NULL;
	int status;

	for (;;) {
		char *end = skip_to(text, "|"), *written = NULL, *before = between;
		bool last = *end == '\0';
		size_t length = 0;

		*end = '\0';
		now.out = last ? streams->out : open_memstream(&written, &length);
		status = now.out != NULL ? run_command(text, &now) : 1;
		if (!last && now.out != NULL)
			fclose(now.out);
		if (now.in != streams->in)
			fclose(now.in);
		free(before);
		between = written;
		if (last || status == NOT_UNDERSTOOD)
			break;
		/* (No stream can be opened on nothing; an empty file is as good.) */
		now.in = length > 0 ? fmemopen(written, length, "r") : fopen("/dev/null", "r");
		if (now.in == NULL) {
			status = 1;
			break;
		}
		text = end + 1;
	}
	free(between);
	return status;
}

/* Where a pipeline ends: at a ; && or || and not at a single |. */
static char *
pipeline_end(char *text)
{
	char *end = skip_to(text, ";&|\n");

	while (*end == '|' && end[1] != '|')
		end = skip_to(end + 1, ";&|\n");
	while (*end == '&' && end > text && end[-1] == '>') /* 2>&1 */
		end = pipeline_end(end + 1);
	return end;
}

static int
run_list(char *text, const struct command_streams *streams)
{
	int status = 0;
	bool skip = false;

	for (;;) {
		char *end = pipeline_end(text), operator = *end;
		bool twice = operator != '\0' && end[1] == operator;

		if ((operator == '&' || operator == '|') && !twice)
			return NOT_UNDERSTOOD; /* nothing runs in the background */
		*end = '\0';
		if (!skip)
			status = run_pipeline(text, streams);
		if (operator == '\0' || status == NOT_UNDERSTOOD)
			return status;
		skip = operator == '&' ? status != 0 : operator == '|' ? status == 0 : false;
		text = end + (twice ? 2 : 1);
		if (text[strspn(text, " \t\n")] == '\0')
			return status;
	}
}

/* Whether a line has a variable or another command's output in it, which are not put in. */
static bool
expands(const char *line)
{
	char quote = '\0';

	for (; *line != '\0'; line++) {
		if (quote != '\'' && *line == '\\' && line[1] != '\0')
			line++;
		else if (quote != '\0' && *line == quote)
			quote = '\0';
		else if (quote == '\0' && (*line == '\'' || *line == '"'))
			quote = *line;
		else if (quote != '\'' &&
			 (*line == '`' || (*line == '$' && line[1] != '\0' &&
					   (isalnum((unsigned char)line[1]) ||
					    strchr("_{(?#@*!$-", line[1]) != NULL))))
			return true;
	}
	return false;
}

int
shell_run(const char *line, const struct command_streams *streams)
{
	char *copy = strdup(line);
	int status;

	if (copy == NULL)
		return 1;
	status = expands(line) ? NOT_UNDERSTOOD : run_list(copy, streams);
	if (status == NOT_UNDERSTOOD) {
		fprintf(stderr, "sh: not understood: %s\n", line);
		status = NOT_UNDERSTOOD_STATUS;
	}
	fflush(streams->out);
	free(copy);
	return status;
}
