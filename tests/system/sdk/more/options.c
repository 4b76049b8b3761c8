/* SPDX-License-Identifier: BSD-3-Clause */
/* argp: all that a program's parser is told, and the help. flags=N: those of argp_parse(). */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

const char *argp_program_version = "options 1.2";
const char *argp_program_bug_address = "<bugs@example.org>";

static char doc[] = "A program that tells what it is given, in a text that is long enough to be "
		    "wrapped.\vAnd this follows the options, as long as it may be, until the line "
		    "has to end somewhere.";

static const struct argp_option child_options[] = {
	{"deep", 'd', NULL, 0, "Go deep", 0},
	{"level", 1001, "N", OPTION_ARG_OPTIONAL, "To a level", 0},
	{0},
};

static const struct argp_option options[] = {
	{"verbose", 'v', NULL, 0, "Produce verbose output", 0},
	{"quiet", 'q', NULL, 0, "Don't produce any output", 0},
	{"silent", 's', NULL, OPTION_ALIAS, NULL, 0},
	{"output", 'o', "FILE", 0,
	 "Output to FILE instead of standard output, which is what is done where nothing else is "
	 "said", 0},
	{"a-rather-long-name-of-an-option", 'A', "AND-ARGUMENT", OPTION_ARG_OPTIONAL,
	 "Its description", 0},
	{"hidden", 'H', NULL, OPTION_HIDDEN, "Nobody sees it", 0},
	{NULL, 0, NULL, 0, "Another group:", 5},
	{"number", 1000, "N", 0, "A number", 0},
	{"nodoc", 'n', NULL, 0, NULL, 0},
	{NULL, 'x', "X", 0, "Short alone", 0},
	{0},
};

static const struct {
	int key;
	const char *name;
} told[] = {
	{ARGP_KEY_NO_ARGS, "no args"}, {ARGP_KEY_SUCCESS, "success"}, {ARGP_KEY_ERROR, "error"},
	{ARGP_KEY_FINI, "fini"},       {'v', "verbose"},	      {'q', "quiet"},
	{'s', "silent"},	       {'o', "output"},		      {'A', "long name"},
	{'H', "hidden"},	       {1000, "number"},	      {'n', "nodoc"},
	{'x', "x"},		       {'d', "deep"},		      {1001, "level"},
};

static error_t
tell(const char *who, int key, const char *argument)
{
	for (unsigned i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		if (told[i].key == key) {
			printf("%s: %s, %s\n", who, told[i].name, argument ? argument : "none");
			return 0;
		}
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t
parse_child(int key, char *argument, struct argp_state *state)
{
	if (key == ARGP_KEY_INIT)
		printf("child: input %s\n", (char *)state->input);
	return tell("child", key, argument);
}

static error_t
take(char *argument, struct argp_state *state)
{
	printf("argument %u: %s\n", state->arg_num, argument);
	if (!strcmp(argument, "bad"))
		argp_error(state, "the argument is %s", argument);
	if (!strcmp(argument, "usage"))
		argp_usage(state);
	if (!strcmp(argument, "fail"))
		argp_failure(state, 9, ENOENT, "no %s", argument);
	if (!strcmp(argument, "stop"))
		return EINVAL;
	return state->arg_num > 3 ? ARGP_ERR_UNKNOWN : 0;
}

static error_t
parse(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = "handed down";
		return 0;
	case ARGP_KEY_ARG:
		return take(argument, state);
	case ARGP_KEY_END:
		printf("end, quoted %d\n", state->quoted);
		return 0;
	}
	return tell("program", key, argument);
}

static const struct argp child = {.options = child_options, .parser = parse_child};
static const struct argp_child children[] = {{&child, 0, "Of the child:", 7}, {0}};
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FILE...\nWORD",
	.doc = doc,
	.children = children,
};

int
main(int argc, char **argv)
{
	unsigned flags = 0;
	int index = -1, *where = &index;
	error_t error;

	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 1 && !strncmp(argv[1], "flags=", 6)) {
		flags = (unsigned)strtoul(argv[1] + 6, NULL, 0);
		argv++;
		argc--;
		where = NULL;
	}
	argv[0] = "folder/options";
	error = argp_parse(&argp, argc, argv, flags, where, NULL);
	printf("result %d, %d of %d:", error, index, argc);
	for (int i = 1; i < argc; i++)
		printf(" %s", argv[i]);
	puts("");
	return 0;
}
