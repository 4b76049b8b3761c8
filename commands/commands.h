/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The few programs that popen() and system() find, as functions: there are no processes. Each has
 * the arguments of main() and the three standard streams, and returns the exit status.
 */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include <stdio.h>

struct command_streams {
	FILE *in, *out, *error;
};

/* An exit status as wait() tells it of a process that has ended by itself. */
#define COMMANDS_STATUS(code) ((code) << 8)

typedef int command_function(int argc, char **argv, const struct command_streams *streams);

/* In the link they begin with __linuxless_: a program may have such functions of its own. */
#define COMMAND(name) command_function command_##name __asm__("__linuxless_command_" #name)
COMMAND(awk);
COMMAND(cat);
COMMAND(clear);
COMMAND(cut);
COMMAND(echo);
COMMAND(false);
COMMAND(grep);
COMMAND(head);
COMMAND(hostname);
COMMAND(ls);
COMMAND(lscpu);
COMMAND(lsmod);
COMMAND(lspci);
COMMAND(mkdir);
COMMAND(modinfo);
COMMAND(modprobe);
COMMAND(nproc);
COMMAND(rm);
COMMAND(sleep);
COMMAND(sort);
COMMAND(stty);
COMMAND(tail);
COMMAND(tr);
COMMAND(true);
COMMAND(uname);
COMMAND(uniq);
COMMAND(wc);

/*
 * Runs a line as sh(1) would: words in quotes or not, pipelines, && || ; and redirections of
 * whole files. Returns the exit status of what was run last: 127 of what is not found, which is
 * named, 2 of a line that is not understood.
 */
int shell_run(const char *line, const struct command_streams *streams)
	__asm__("__linuxless_shell_run");

#endif
