/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of argp have in common: the tree of argps as a list, and the options in it.
 */
#ifndef LINUXLESS_ARGP_INTERNAL_H
#define LINUXLESS_ARGP_INTERNAL_H

#include <argp.h>
#include <stdbool.h>

/* A program may have any other name of its own. */
#define ARGP_NAME(name) __asm__("__linuxless_argp_" #name)

/* --help and its like, and --version: children of every program's argp, unless it asks for none. */
extern const struct argp argp_default ARGP_NAME(default);
extern const struct argp argp_version ARGP_NAME(version);

/* An option that is no group's title and no text alone. */
static inline bool
argp_is_end(const struct argp_option *option)
{
	return !option->key && !option->name && !option->doc && !option->group;
}

static inline bool
argp_is_option(const struct argp_option *option)
{
	return (option->key || option->name) && !(option->flags & OPTION_DOC);
}

static inline bool
argp_is_short(const struct argp_option *option)
{
	return argp_is_option(option) && option->key > ' ' && option->key < 0x7f;
}

/* The last part of a path. */
char *argp_base_name(char *path) ARGP_NAME(base_name);

/* Writes help about an argp and its children. */
void argp_write_help(const struct argp *argp, FILE *stream, unsigned flags, const char *name)
	ARGP_NAME(write_help);

/* The options in the order of help (argp_list.c). One has other names behind it, `aliases`. */
struct argp_entry {
	const struct argp_option *option; /* NULL: a child's title */
	unsigned aliases;
	const char *title;
	int outer, inner; /* groups: of the child that it is in, or of itself; of itself there */
	unsigned child;	  /* 0: of no child with a group of its own */
	unsigned number;  /* as they are found */
};

/* All of them, for free(); NULL when there is no memory. */
struct argp_entry *argp_list(const struct argp *argp, unsigned *count) ARGP_NAME(list);

#endif
