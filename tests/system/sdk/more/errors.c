/* SPDX-License-Identifier: BSD-3-Clause */
/* error() and error_at_line(). */
#include <errno.h>
#include <error.h>
#include <stdio.h>

static void
name(void)
{
	fputs("<named> ", stderr);
}

int
main(void)
{
	program_invocation_name = "prog";
	printf("on standard output, ");
	error(0, 0, "plain %d", 1);
	error(0, ENOENT, "with %s", "a number");
	error_at_line(0, EINVAL, "file.c", 12, "at a line");
	error_at_line(0, 0, "file.c", 12, "again");
	error_at_line(0, 0, NULL, 0, "without a file");
	error_one_per_line = 1;
	error_at_line(0, 0, "file.c", 13, "once");
	error_at_line(0, 0, "file.c", 13, "not twice");
	error_at_line(0, 0, "other.c", 13, "another file");
	error_print_progname = name;
	error(0, 0, "named");
	error_at_line(0, 0, "file.c", 14, "named as well");
	printf("%u messages\n", error_message_count);
	error(3, EINVAL, "the end");
	return 0;
}
