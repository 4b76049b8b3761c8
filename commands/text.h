/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What commands that read text have in common.
 */
#ifndef COMMANDS_TEXT_H
#define COMMANDS_TEXT_H

#include "commands.h"

#define TEXT_INTERNAL(name) __asm__("__linuxless_text_" #name)

/* Says that an option is not known. Returns the status for it. */
int text_refuse(const char *name, const char *option, const struct command_streams *streams)
	TEXT_INTERNAL(refuse);

/*
 * Calls use() for each file from argv[first] on, "-" and none at all being the standard input,
 * whose path is NULL if no file is named. Returns 1 if one cannot be opened, which it says, and
 * else 0.
 */
int text_for_each(int argc, char **argv, int first, const struct command_streams *streams,
		  void (*use)(FILE *file, const char *path, void *argument), void *argument)
	TEXT_INTERNAL(for_each);

#endif
