/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands about Linux's modules, of which there are none: what lsmod lists, and what modinfo and
 * modprobe say of each that is named.
 */
#include "commands.h"

int
command_lsmod(int argc, char **argv, const struct command_streams *streams)
{
	(void)argc;
	(void)argv;
	fputs("Module                  Size  Used by\n", streams->out);
	return 0;
}

/* Names each word that is no option. */
static int
none(int argc, char **argv, const char *form, FILE *error)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] != '-')
			fprintf(error, form, argv[i]);
	return 1;
}

int
command_modinfo(int argc, char **argv, const struct command_streams *streams)
{
	return none(argc, argv, "modinfo: ERROR: Module %s not found.\n", streams->error);
}

int
command_modprobe(int argc, char **argv, const struct command_streams *streams)
{
	return none(argc, argv, "modprobe: FATAL: Module %s not found in directory /lib/modules\n",
		    streams->error);
}
