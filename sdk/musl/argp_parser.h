/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is under way in argp_parse().
 */
#ifndef LINUXLESS_ARGP_PARSER_H
#define LINUXLESS_ARGP_PARSER_H

#include "sdk/musl/argp_internal.h"

struct argp_group {
	const struct argp *argp;
	struct argp_group *parent;
	unsigned place; /* among the parent's children */
	unsigned taken; /* arguments that are no options */
	void *input;
	void **child_inputs;
	void *hook;
};

struct argp_parser {
	struct argp top; /* the program's argp, and those of help */
	struct argp_child children[4];
	struct argp_group *groups;
	unsigned count;
	bool left_over; /* there is an argument that nobody takes */
	struct argp_state state;
};

/* Calls a group's parser: what that returns, ARGP_ERR_UNKNOWN without one. */
error_t argp_call(struct argp_parser *parser, struct argp_group *group, int key, char *argument)
	ARGP_NAME(call);

/*
 * A word that begins with '-', which state.next is behind; takes the next one if that is its
 * argument. Returns what the program's parser does, or ARGP_ERR_UNKNOWN after a complaint.
 */
error_t argp_parse_option(struct argp_parser *parser, char *word) ARGP_NAME(parse_option);

#endif
