/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * awk, as far as lines in programs go: patterns, BEGIN and END, print and printf, variables. The
 * program is read anew for each record, which it is short enough for. What it has of the rest of
 * awk (control flow, arrays, functions, redirections) is refused before the first record.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "awk.h"
#include "commands.h"
#include "text.h"

#define NOT_UNDERSTOOD 2
#define NO_FILE	       2

/* Where the next separator is in a text, and its length; the text's end if there is none. */
static char *
find_separator(const char *separator, const regex_t *regex, char *text, size_t *length)
{
	regmatch_t match;
	char *found;

	*length = 1;
	if (regex == NULL) {
		found = text + strcspn(text, separator);
	} else if (regexec(regex, text, 1, &match, 0) == 0 && match.rm_eo > match.rm_so) {
		found = text + match.rm_so;
		*length = (size_t)(match.rm_eo - match.rm_so);
	} else {
		found = text + strlen(text);
	}
	if (*found == '\0')
		*length = 0;
	return found;
}

/* Splits a copy of the record. Returns whether the program's separator can be understood. */
static bool
split(struct awk *awk)
{
	bool blanks = strcmp(awk->separator, " ") == 0;
	bool single = blanks || strlen(awk->separator) == 1;
	char *text = awk_scrap(awk, strlen(awk->record) + 1);
	regex_t regex;

	awk->fields = (char **)awk_scrap(awk, (strlen(awk->record) + 2) * sizeof(char *));
	if (awk->failed || (!single && regcomp(&regex, awk->separator, REG_EXTENDED) != 0))
		return false;
	awk->fields[0] = awk->record;
	awk->field_count = 0;
	strcpy(text, awk->record);
	for (;;) {
		size_t length;
		char *end;

		text += blanks ? strspn(text, " \t\n") : 0;
		if (*text == '\0' && (blanks || awk->field_count == 0))
			break;
		end = find_separator(blanks ? " \t\n" : awk->separator, single ? NULL : &regex,
				     text, &length);
		awk->fields[++awk->field_count] = text;
		*end = '\0';
		if (length == 0)
			break;
		text = end + length;
	}
	if (!single)
		regfree(&regex);
	return true;
}

/* The options: -F SEPARATOR, -v NAME=VALUE. Returns where the program is, or 0. */
static int
options(int argc, char **argv, struct awk *awk)
{
	int at = 1;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
		char option = argv[at][1], *value = argv[at][2] ? argv[at] + 2 : argv[++at];
		char *is = value != NULL ? strchr(value, '=') : NULL;
		struct awk_variable *variable;

		if (option == 'F' && value != NULL) {
			awk->separator = strcmp(value, "\\t") == 0 ? "\t" : value;
			continue;
		}
		if (option != 'v' || is == NULL)
			return 0;
		variable = awk_variable(awk, value, (size_t)(is - value));
		if (variable == NULL)
			return 0;
		variable->value = (struct awk_value){.text = is + 1, .outside = true};
	}
	return at < argc ? at : 0;
}

struct records {
	struct awk *awk;
	const char *program;
	FILE *out;
	char *line; /* the last record's: END can use it */
	size_t size;
};

static void
read_records(FILE *file, const char *path, void *argument)
{
	struct records *records = argument;
	struct awk *awk = records->awk;
	ssize_t length;

	(void)path;
	while (!awk->failed && (length = getline(&records->line, &records->size, file)) > 0) {
		if (records->line[length - 1] == '\n')
			records->line[length - 1] = '\0';
		awk_throw_away(awk);
		awk->record = records->line;
		awk->record_number++;
		if (!split(awk))
			awk_fail(awk);
		awk_run(awk, records->program, AWK_RECORD, records->out);
	}
}

int
command_awk(int argc, char **argv, const struct command_streams *streams)
{
	struct awk awk = {.separator = " ", .record = ""};
	int at = options(argc, argv, &awk), status = 0;
	struct records records = {&awk, at > 0 ? argv[at] : "?", streams->out, NULL, 0};

	awk_run(&awk, records.program, AWK_BEGIN, NULL); /* is it understood? */
	if (!awk.failed) {
		awk_run(&awk, records.program, AWK_BEGIN, streams->out);
		if (text_for_each(argc, argv, at + 1, streams, read_records, &records) != 0)
			status = NO_FILE;
		awk_run(&awk, records.program, AWK_END, streams->out);
	}
	awk_throw_away(&awk);
	free(awk.scraps);
	free(records.line);
	for (unsigned i = 0; i < awk.variable_count; i++)
		free(awk.variables[i].own);
	if (!awk.failed)
		return status;
	fprintf(streams->error, "awk: not understood: %s\n", at > 0 ? argv[at] : "the options");
	return NOT_UNDERSTOOD;
}
