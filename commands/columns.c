/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands that take text apart within its lines: cut, tr.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "text.h"

#define CHARACTERS 256
#define COLUMNS_MAX 1024

/* -- cut --------------------------------------------------------------------------------------- */

struct cut {
	bool chosen[COLUMNS_MAX + 1]; /* by number; the last for all behind */
	bool characters, only_separated;
	char separator;
	FILE *out;
};

/* "2,4-6,8-": which columns. Returns whether it is understood. */
static bool
choose(struct cut *cut, const char *list)
{
	while (*list != '\0') {
		char *end;
		unsigned long first = *list == '-' ? 1 : strtoul(list, &end, 10), last;

		list = *list == '-' ? list : end;
		last = first;
		if (*list == '-') {
			last = list[1] >= '0' && list[1] <= '9' ? strtoul(list + 1, &end, 10)
								: COLUMNS_MAX;
			list = last == COLUMNS_MAX && !(list[1] >= '0' && list[1] <= '9')
				       ? list + 1 : end;
		}
		if (first < 1 || last > COLUMNS_MAX || (*list != ',' && *list != '\0'))
			return false;
		for (; first <= last; first++)
			cut->chosen[first] = true;
		list += *list == ',';
	}
	return true;
}

static bool
is_chosen(const struct cut *cut, size_t column)
{
	return cut->chosen[column < COLUMNS_MAX ? column : COLUMNS_MAX];
}

static void
cut_line(const struct cut *cut, char *line)
{
	bool first = true;
	size_t column = 1;

	if (cut->characters) {
		for (; *line != '\0'; line++, column++)
			if (is_chosen(cut, column))
				fputc(*line, cut->out);
	} else if (strchr(line, cut->separator) == NULL) {
		if (cut->only_separated)
			return;
		fputs(line, cut->out);
	} else {
		for (char *end = line; end != NULL; line = end + 1, column++) {
			end = strchr(line, cut->separator);
			if (end != NULL)
				*end = '\0';
			if (is_chosen(cut, column))
				fprintf(cut->out, "%.*s%s", !first, &cut->separator, line);
			first &= !is_chosen(cut, column);
		}
	}
	fputc('\n', cut->out);
}

static void
cut_file(FILE *file, const char *path, void *argument)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	(void)path;
	while ((length = getline(&line, &size, file)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		cut_line(argument, line);
	}
	free(line);
}

int
command_cut(int argc, char **argv, const struct command_streams *streams)
{
	struct cut cut = {.separator = '\t', .out = streams->out};
	bool listed = false;
	int at = 1;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
		const char *option = argv[at], *value = option + 2;

		if (strcmp(option, "-s") == 0) {
			cut.only_separated = true;
			continue;
		}
		if (*value == '\0' && at + 1 < argc)
			value = argv[++at];
		if (option[1] == 'd' && strlen(value) == 1) {
			cut.separator = *value;
			continue;
		}
		cut.characters = option[1] == 'c' || option[1] == 'b';
		listed = (cut.characters || option[1] == 'f') && choose(&cut, value);
		if (!listed)
			break;
	}
	if (!listed)
		return text_refuse(argv[0], at < argc ? argv[at] : "", streams) - 1;
	return text_for_each(argc, argv, at, streams, cut_file, &cut);
}

/* -- tr ---------------------------------------------------------------------------------------- */

struct set {
	unsigned char members[CHARACTERS];
	size_t count;
};

static void
add(struct set *set, unsigned from, unsigned to)
{
	for (; from <= to && set->count < CHARACTERS; from++)
		set->members[set->count++] = (unsigned char)from;
}

/* A character, or one that is written with a backslash. Returns where the text goes on. */
static const char *
take_character(const char *text, unsigned *character)
{
	static const char letters[] = "ntr\\", meant[] = "\n\t\r\\";
	const char *letter = *text == '\\' && text[1] ? strchr(letters, text[1]) : NULL;

	*character = letter != NULL ? (unsigned char)meant[letter - letters] : (unsigned char)*text;
	return text + (letter != NULL ? 2 : 1);
}

static const struct {
	const char *name, *ranges; /* two characters each */
} classes[] = {
	{"[:lower:]", "az"}, {"[:upper:]", "AZ"},    {"[:digit:]", "09"},
	{"[:space:]", "\t\r  "}, {"[:blank:]", "\t\t  "}, {"[:alpha:]", "AZaz"},
	{"[:alnum:]", "09AZaz"},
};

/* A class at the text's begin. Returns where the text goes on, or NULL: there is none. */
static const char *
take_class(struct set *set, const char *text)
{
	for (unsigned i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (strncmp(text, classes[i].name, strlen(classes[i].name)) != 0)
			continue;
		for (const char *range = classes[i].ranges; *range != '\0'; range += 2)
			add(set, (unsigned char)range[0], (unsigned char)range[1]);
		return text + strlen(classes[i].name);
	}
	return NULL;
}

static struct set
make_set(const char *text)
{
	struct set set = {.count = 0};

	while (*text != '\0') {
		const char *behind = take_class(&set, text);
		unsigned from, to;

		if (behind != NULL) {
			text = behind;
			continue;
		}
		text = take_character(text, &from);
		to = from;
		if (text[0] == '-' && text[1] != '\0')
			text = take_character(text + 1, &to);
		add(&set, from, to);
	}
	return set;
}

int
command_tr(int argc, char **argv, const struct command_streams *streams)
{
	bool deletes = argc > 1 && strcmp(argv[1], "-d") == 0;
	bool squeezes = argc > 1 && strcmp(argv[1], "-s") == 0;
	int at = deletes || squeezes ? 2 : 1, byte, before = EOF;
	struct set from, to;
	short into[CHARACTERS];

	if (argc > 1 && argv[1][0] == '-' && at == 1)
		return text_refuse(argv[0], argv[1], streams) - 1;
	if (argc - at != (deletes ? 1 : 2) && !(squeezes && argc - at == 1))
		return text_refuse(argv[0], "(sets are missing)", streams) - 1;
	from = make_set(argv[at]);
	to = make_set(argv[argc - 1]);
	for (int i = 0; i < CHARACTERS; i++)
		into[i] = (short)i;
	for (size_t i = 0; i < from.count && to.count > 0; i++)
		into[from.members[i]] =
			deletes ? EOF : to.members[i < to.count ? i : to.count - 1];
	while ((byte = fgetc(streams->in)) != EOF) {
		byte = into[byte];
		if (byte == EOF ||
		    (squeezes && byte == before && memchr(to.members, byte, to.count) != NULL))
			continue;
		fputc(byte, streams->out);
		before = byte;
	}
	return 0;
}
