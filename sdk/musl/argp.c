/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * argp_parse(), as glibc's manual tells of it: options first, wherever they stand, then the other
 * arguments, each offered to the argps in turn until one takes it.
 */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/musl/argp_parser.h"

/* -- The tree as a list ------------------------------------------------------------------------ */

static unsigned
child_count(const struct argp *argp)
{
	unsigned count = 0;

	while (argp->children && argp->children[count].argp)
		count++;
	return count;
}

static unsigned
tree_count(const struct argp *argp)
{
	unsigned count = 1;

	for (unsigned i = 0; i < child_count(argp); i++)
		count += tree_count(argp->children[i].argp);
	return count;
}

/* False: no memory. */
static bool
add_groups(struct argp_parser *parser, const struct argp *argp, struct argp_group *parent,
	   unsigned place)
{
	struct argp_group *group = &parser->groups[parser->count++];
	unsigned children = child_count(argp);

	*group = (struct argp_group){.argp = argp, .parent = parent, .place = place};
	if (children)
		group->child_inputs = calloc(children, sizeof(void *));
	if (children && !group->child_inputs)
		return false;
	for (unsigned i = 0; i < children; i++)
		if (!add_groups(parser, argp->children[i].argp, group, i))
			return false;
	return true;
}

static void
free_groups(struct argp_parser *parser)
{
	for (unsigned i = 0; i < parser->count; i++)
		free(parser->groups[i].child_inputs);
	free(parser->groups);
}

/* -- Calling the program ----------------------------------------------------------------------- */

error_t
argp_call(struct argp_parser *parser, struct argp_group *group, int key, char *argument)
{
	struct argp_state *state = &parser->state;
	error_t error;

	if (!group->argp->parser)
		return ARGP_ERR_UNKNOWN;
	state->hook = group->hook;
	state->input = group->input;
	state->child_inputs = group->child_inputs;
	state->arg_num = group->taken;
	error = group->argp->parser(key, argument, state);
	group->hook = state->hook;
	return error;
}

/* Calls all, from the last one if asked; ends at an error. That nobody knows the key is none. */
static error_t
call_all(struct argp_parser *parser, int key, bool backwards)
{
	error_t error = 0;

	for (unsigned i = 0; i < parser->count && (!error || error == ARGP_ERR_UNKNOWN); i++)
		error = argp_call(parser,
				  &parser->groups[backwards ? parser->count - 1 - i : i], key,
				  NULL);
	return error == ARGP_ERR_UNKNOWN ? 0 : error;
}

static error_t
initialise(struct argp_parser *parser, void *input)
{
	error_t error = 0;

	for (unsigned i = 0; i < parser->count && (!error || error == ARGP_ERR_UNKNOWN); i++) {
		struct argp_group *group = &parser->groups[i];

		if (group->argp == parser->state.root_argp || i == 0)
			group->input = input;
		else if (group->parent)
			group->input = group->parent->child_inputs[group->place];
		if (group->argp == &parser->top && parser->count > 1)
			group->child_inputs[0] = input;
		error = argp_call(parser, group, ARGP_KEY_INIT, NULL);
	}
	return error == ARGP_ERR_UNKNOWN ? 0 : error;
}

/* -- Arguments that are no options ------------------------------------------------------------- */

/* Offers the word at state.next to each argp: by itself, or with all that follow. */
static error_t
parse_argument(struct argp_parser *parser)
{
	struct argp_state *state = &parser->state;
	int from = state->next;
	error_t error = ARGP_ERR_UNKNOWN;

	for (unsigned i = 0; i < parser->count && error == ARGP_ERR_UNKNOWN; i++) {
		struct argp_group *group = &parser->groups[i];

		state->next = from + 1;
		error = argp_call(parser, group, ARGP_KEY_ARG, state->argv[from]);
		if (error == ARGP_ERR_UNKNOWN) {
			state->next = from;
			error = argp_call(parser, group, ARGP_KEY_ARGS, NULL);
			if (!error && state->next == from)
				state->next = state->argc;
		}
		if (!error && state->next > from)
			group->taken += (unsigned)(state->next - from);
	}
	parser->left_over = error == ARGP_ERR_UNKNOWN;
	return error;
}

/* Moves words [middle, end) before those of [first, middle). */
static void
rotate(char **words, int first, int middle, int end)
{
	for (; middle < end; first++, middle++) {
		char *word = words[middle];

		memmove(&words[first + 1], &words[first],
			(size_t)(middle - first) * sizeof(*words));
		words[first] = word;
	}
}

/* Goes through the words; those that are no options come to stand last, from *first on. */
static error_t
parse_options(struct argp_parser *parser, int *first)
{
	struct argp_state *state = &parser->state;
	error_t error = 0;

	*first = state->next;
	while (state->next < state->argc && !error) {
		int from = state->next;
		char *word = state->argv[from];
		bool ends = !strcmp(word, "--");

		if (word[0] != '-' || !word[1]) {
			if (state->flags & ARGP_NO_ARGS)
				break;
			if (state->flags & ARGP_IN_ORDER) {
				error = parse_argument(parser);
				*first = state->next;
			} else {
				state->next++;
			}
			continue;
		}
		state->next++;
		if (!ends)
			error = argp_parse_option(parser, word);
		rotate(state->argv, *first, from, state->next);
		*first += state->next - from;
		if (ends) {
			state->quoted = *first;
			break;
		}
	}
	return error;
}

static error_t
parse_words(struct argp_parser *parser)
{
	struct argp_state *state = &parser->state;
	int first;
	error_t error = parse_options(parser, &first);

	if (error)
		return error;
	state->next = first;
	if (state->flags & ARGP_NO_ARGS)
		return 0;
	while (state->next < state->argc && !error)
		error = parse_argument(parser);
	return error;
}

/* -- The end ----------------------------------------------------------------------------------- */

static error_t
call_end(struct argp_parser *parser)
{
	error_t error = 0;

	for (unsigned i = 0; i < parser->count && (!error || error == ARGP_ERR_UNKNOWN); i++)
		if (!parser->groups[i].taken)
			error = argp_call(parser, &parser->groups[i], ARGP_KEY_NO_ARGS, NULL);
	if (error && error != ARGP_ERR_UNKNOWN)
		return error;
	return call_all(parser, ARGP_KEY_END, true);
}

static error_t
finish(struct argp_parser *parser, error_t error, int *index)
{
	struct argp_state *state = &parser->state;

	if (error == ARGP_ERR_UNKNOWN && parser->left_over)
		error = 0;
	if (!error && state->next == state->argc) {
		error = call_end(parser);
	} else if (!error && !index) {
		if (!(state->flags & ARGP_NO_ERRS))
			fprintf(state->err_stream, "%s: Too many arguments\n", state->name);
		error = ARGP_ERR_UNKNOWN;
	}
	if (!error && index)
		*index = state->next;
	if (error == ARGP_ERR_UNKNOWN)
		argp_state_help(state, state->err_stream, ARGP_HELP_STD_ERR);
	if (error)
		call_all(parser, ARGP_KEY_ERROR, false);
	else
		error = call_all(parser, ARGP_KEY_SUCCESS, true);
	call_all(parser, ARGP_KEY_FINI, true);
	return error == ARGP_ERR_UNKNOWN ? EINVAL : error;
}

/* The program's argp, and with it those of help, which are children of one above. */
static void
put_on_top(struct argp_parser *parser, const struct argp *argp, unsigned flags)
{
	unsigned count = 0;

	if (argp)
		parser->children[count++].argp = argp;
	if (!(flags & ARGP_NO_HELP)) {
		parser->children[count++].argp = &argp_default;
		if (argp_program_version || argp_program_version_hook)
			parser->children[count++].argp = &argp_version;
	}
	parser->top.children = parser->children;
	parser->state.root_argp = &parser->top;
}

error_t
argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags, int *index, void *input)
{
	struct argp_parser parser = {
		.state = {.argc = argc, .argv = argv, .flags = flags, .err_stream = stderr,
			  .out_stream = stdout, .next = !(flags & ARGP_PARSE_ARGV0)},
	};
	error_t error;

	parser.state.pstate = &parser;
	parser.state.name = flags & ARGP_PARSE_ARGV0 || !argc ? program_invocation_short_name
							      : argp_base_name(argv[0]);
	put_on_top(&parser, argp, flags);
	parser.groups = calloc(tree_count(&parser.top), sizeof(*parser.groups));
	if (!parser.groups || !add_groups(&parser, &parser.top, NULL, 0)) {
		free_groups(&parser);
		return ENOMEM;
	}
	error = initialise(&parser, input);
	if (!error)
		error = finish(&parser, parse_words(&parser), index);
	free_groups(&parser);
	return error;
}
