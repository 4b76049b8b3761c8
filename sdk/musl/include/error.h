/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * glibc's messages of errors: sdk/musl/error.c.
 */
#ifndef LINUXLESS_ERROR_H
#define LINUXLESS_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/* "program: TEXT", with ": " and the error's text if there is one; ends the program if `status`. */
void error(int status, int error_number, const char *format, ...)
	__attribute__((__format__(__printf__, 3, 4)));

/* "program:FILE:LINE: TEXT". */
void error_at_line(int status, int error_number, const char *file, unsigned line,
		   const char *format, ...) __attribute__((__format__(__printf__, 5, 6)));

/* Writes the program's name in place of "program", if it is set. */
extern void (*error_print_progname)(void);
extern unsigned error_message_count;
/* Not 0: a message for the line before is left out. */
extern int error_one_per_line;

#ifdef __cplusplus
}
#endif

#endif
