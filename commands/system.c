/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * system() without processes: the line runs in the caller.
 */
#include <stddef.h>
#include <stdlib.h>

#include "commands.h"

int
system(const char *line)
{
	const struct command_streams streams = {stdin, stdout, stderr};

	return line == NULL ? 1 : COMMANDS_STATUS(shell_run(line, &streams));
}
