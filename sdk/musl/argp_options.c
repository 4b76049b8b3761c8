/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Options of a command line: letters, of which several may stand together, and long names, which
 * may be cut short. What is wrong is said in getopt_long()'s words.
 */
#include <argp.h>
#include <string.h>

#include "sdk/musl/argp_parser.h"

struct found {
	struct argp_group *group;
	const struct argp_option *option;
	const struct argp_option *real; /* that it is another name of */
};

static void
complain(const struct argp_parser *parser, const char *format, const char *name, int length)
{
	const struct argp_state *state = &parser->state;

	if (state->flags & ARGP_NO_ERRS)
		return;
	fprintf(state->err_stream, "%s: ", state->argv[0]);
	fprintf(state->err_stream, format, length, name);
	putc('\n', state->err_stream);
}

/* Gives the next option after `found`, or the first of all for one that is empty. */
static bool
next_option(const struct argp_parser *parser, struct found *found)
{
	struct argp_group *group = found->group ? found->group : parser->groups;
	const struct argp_option *option = found->option ? found->option + 1 : group->argp->options;

	for (;;) {
		while (!option || argp_is_end(option)) {
			if (++group == parser->groups + parser->count)
				return false;
			option = group->argp->options;
			found->real = NULL;
		}
		if (!(option->flags & OPTION_ALIAS) || !found->real)
			found->real = option;
		if (argp_is_option(option))
			break;
		option++;
	}
	found->group = group;
	found->option = option;
	return true;
}

static bool
find_short(const struct argp_parser *parser, char letter, struct found *found)
{
	*found = (struct found){0};
	while (next_option(parser, found))
		if (argp_is_short(found->option) && found->option->key == letter)
			return true;
	return false;
}

/* Returns how many options a name may mean: one that is spelt out is the only one. */
static unsigned
find_long(const struct argp_parser *parser, const char *name, size_t length, struct found *found)
{
	struct found at = {0};
	unsigned count = 0;

	while (next_option(parser, &at)) {
		if (!at.option->name || strncmp(at.option->name, name, length) != 0)
			continue;
		if (!count++ || !at.option->name[length])
			*found = at;
		if (!at.option->name[length])
			return 1;
	}
	return count;
}

static error_t
give(struct argp_parser *parser, const struct found *found, char *argument)
{
	int key = found->option->key ? found->option->key : found->real->key;

	return argp_call(parser, found->group, key, argument);
}

/* Takes the next word as an option's argument; NULL: there is none. */
static char *
take_word(struct argp_parser *parser)
{
	struct argp_state *state = &parser->state;

	return state->next < state->argc ? state->argv[state->next++] : NULL;
}

static void
complain_of_name(const struct argp_parser *parser, const char *name, size_t length, bool ambiguous)
{
	const struct argp_state *state = &parser->state;
	struct found found = {0};

	if (state->flags & ARGP_NO_ERRS)
		return;
	fprintf(state->err_stream,
		ambiguous ? "%s: option '--%.*s' is ambiguous; possibilities:"
			  : "%s: unrecognized option '--%.*s'",
		state->argv[0], (int)length, name);
	while (ambiguous && next_option(parser, &found))
		if (found.option->name && !strncmp(found.option->name, name, length))
			fprintf(state->err_stream, " '--%s'", found.option->name);
	putc('\n', state->err_stream);
}

static error_t
parse_long(struct argp_parser *parser, char *name)
{
	size_t length = strcspn(name, "=");
	char *argument = name[length] ? name + length + 1 : NULL;
	struct found found;
	unsigned count = find_long(parser, name, length, &found);

	if (count != 1) {
		complain_of_name(parser, name, length, count);
		return ARGP_ERR_UNKNOWN;
	}
	if (argument && !found.real->arg) {
		complain(parser, "option '--%.*s' doesn't allow an argument", found.option->name,
			 INT_MAX);
		return ARGP_ERR_UNKNOWN;
	}
	if (!argument && found.real->arg && !(found.real->flags & OPTION_ARG_OPTIONAL)) {
		argument = take_word(parser);
		if (!argument) {
			complain(parser, "option '--%.*s' requires an argument",
				 found.option->name, INT_MAX);
			return ARGP_ERR_UNKNOWN;
		}
	}
	return give(parser, &found, argument);
}

static error_t
parse_short(struct argp_parser *parser, char *letters)
{
	error_t error = 0;

	while (*letters && !error) {
		struct found found;
		char *letter = letters++;
		char *argument = NULL;

		if (!find_short(parser, *letter, &found)) {
			complain(parser, "invalid option -- '%.*s'", letter, 1);
			return ARGP_ERR_UNKNOWN;
		}
		if (found.real->arg) {
			bool optional = found.real->flags & OPTION_ARG_OPTIONAL;

			argument = *letters ? letters : optional ? NULL : take_word(parser);
			letters += strlen(letters);
			if (!argument && !optional) {
				complain(parser, "option requires an argument -- '%.*s'", letter,
					 1);
				return ARGP_ERR_UNKNOWN;
			}
		}
		error = give(parser, &found, argument);
	}
	return error;
}

error_t
argp_parse_option(struct argp_parser *parser, char *word)
{
	struct found found;

	if (word[1] == '-')
		return parse_long(parser, word + 2);
	if ((parser->state.flags & ARGP_LONG_ONLY) &&
	    find_long(parser, word + 1, strcspn(word + 1, "="), &found) == 1)
		return parse_long(parser, word + 1);
	return parse_short(parser, word + 1);
}
