/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a program's parser calls to complain or to show help, and the options that every program
 * has.
 */
#include <argp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "sdk/musl/argp_internal.h"

#define KEY_PROGRAM_NAME (-2)
#define KEY_USAGE (-3)

/* A program may define these itself. */
#define WEAK __attribute__((__weak__))
WEAK const char *argp_program_version;
WEAK void (*argp_program_version_hook)(FILE *stream, struct argp_state *state);
WEAK const char *argp_program_bug_address;
WEAK error_t argp_err_exit_status = EX_USAGE;

char *
argp_base_name(char *path)
{
	char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *
name_of(const struct argp_state *state)
{
	return state ? state->name : program_invocation_short_name;
}

static bool
is_silent(const struct argp_state *state)
{
	return state && (state->flags & ARGP_NO_ERRS);
}

void
argp_help(const struct argp *argp, FILE *stream, unsigned flags, char *name)
{
	argp_write_help(argp, stream, flags, name);
}

void
argp_state_help(const struct argp_state *state, FILE *stream, unsigned flags)
{
	static const struct argp none;

	if (is_silent(state) || !stream)
		return;
	argp_write_help(state ? state->root_argp : &none, stream, flags, name_of(state));
	if (state && (state->flags & ARGP_NO_EXIT))
		return;
	if (flags & ARGP_HELP_EXIT_ERR)
		exit(argp_err_exit_status);
	if (flags & ARGP_HELP_EXIT_OK)
		exit(0);
}

void
argp_usage(const struct argp_state *state)
{
	argp_state_help(state, stderr, ARGP_HELP_STD_USAGE);
}

void
argp_error(const struct argp_state *state, const char *format, ...)
{
	FILE *stream = state ? state->err_stream : stderr;
	va_list arguments;

	if (is_silent(state))
		return;
	fprintf(stream, "%s: ", name_of(state));
	va_start(arguments, format);
	vfprintf(stream, format, arguments);
	va_end(arguments);
	putc('\n', stream);
	argp_state_help(state, stream, ARGP_HELP_STD_ERR);
}

void
argp_failure(const struct argp_state *state, int status, int error_number, const char *format, ...)
{
	FILE *stream = state ? state->err_stream : stderr;
	va_list arguments;

	if (is_silent(state))
		return;
	fputs(name_of(state), stream);
	if (format) {
		fputs(": ", stream);
		va_start(arguments, format);
		vfprintf(stream, format, arguments);
		va_end(arguments);
	}
	if (error_number)
		fprintf(stream, ": %s", strerror(error_number));
	putc('\n', stream);
	if (status && !(state && (state->flags & ARGP_NO_EXIT)))
		exit(status);
}

static error_t
parse_default(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case '?':
		argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP);
		return 0;
	case KEY_USAGE:
		argp_state_help(state, state->out_stream, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		return 0;
	case KEY_PROGRAM_NAME:
		program_invocation_name = argument;
		state->name = argp_base_name(argument);
		program_invocation_short_name = state->name;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t
parse_version(int key, char *argument, struct argp_state *state)
{
	(void)argument;
	if (key != 'V')
		return ARGP_ERR_UNKNOWN;
	if (argp_program_version_hook)
		argp_program_version_hook(state->out_stream, state);
	else
		fprintf(state->out_stream, "%s\n", argp_program_version);
	if (!(state->flags & ARGP_NO_EXIT))
		exit(0);
	return 0;
}

static const struct argp_option default_options[] = {
	{"help", '?', NULL, 0, "Give this help list", -1},
	{"program-name", KEY_PROGRAM_NAME, "NAME", OPTION_HIDDEN, "Set the program name", 0},
	{"usage", KEY_USAGE, NULL, 0, "Give a short usage message", 0},
	{0},
};
static const struct argp_option version_options[] = {
	{"version", 'V', NULL, 0, "Print program version", -1},
	{0},
};

const struct argp argp_default = {.options = default_options, .parser = parse_default};
const struct argp argp_version = {.options = version_options, .parser = parse_version};
