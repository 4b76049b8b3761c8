/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * glibc's error() and error_at_line(), as its manual tells of them.
 */
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void (*error_print_progname)(void);
unsigned error_message_count;
int error_one_per_line;

static void
print_name(void)
{
	fflush(stdout);
	if (error_print_progname)
		error_print_progname();
	else
		fprintf(stderr, "%s:", program_invocation_name);
}

/* What follows the place of the error. */
static void
print_rest(int status, int error_number, const char *format, va_list arguments)
{
	vfprintf(stderr, format, arguments);
	error_message_count++;
	if (error_number)
		fprintf(stderr, ": %s", strerror(error_number));
	putc('\n', stderr);
	fflush(stderr);
	if (status)
		exit(status);
}

void
error(int status, int error_number, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_name();
	if (!error_print_progname)
		putc(' ', stderr);
	print_rest(status, error_number, format, arguments);
	va_end(arguments);
}

/* Whether the message before was for that line. */
static int
is_repeated(const char *file, unsigned line)
{
	static const char *last_file;
	static unsigned last_line;
	int same = last_line == line && file && last_file &&
		   (file == last_file || strcmp(file, last_file) == 0);

	last_file = file;
	last_line = line;
	return same;
}

void
error_at_line(int status, int error_number, const char *file, unsigned line, const char *format,
	      ...)
{
	va_list arguments;

	if (error_one_per_line && is_repeated(file, line))
		return;
	va_start(arguments, format);
	print_name();
	if (file)
		fprintf(stderr, "%s:%u: ", file, line);
	else
		putc(' ', stderr);
	print_rest(status, error_number, format, arguments);
	va_end(arguments);
}
