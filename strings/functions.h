/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions, each of them for every kind of CPU: STRINGS_FUNCTIONS(X) is a line
 * X(result, name, (parameters), (arguments)) for each.
 */
#ifndef STRINGS_FUNCTIONS_H
#define STRINGS_FUNCTIONS_H

#include <stddef.h>

#define STRINGS_FUNCTIONS(X) \
	X(void *, memmove, (void *to, const void *from, size_t length), (to, from, length)) \
	X(void *, memset, (void *to, int byte, size_t length), (to, byte, length)) \
	X(int, memcmp, (const void *a, const void *b, size_t length), (a, b, length)) \
	X(void *, memchr, (const void *block, int byte, size_t length), (block, byte, length)) \
	X(size_t, strlen, (const char *text), (text)) \
	X(size_t, strnlen, (const char *text, size_t limit), (text, limit)) \
	X(char *, strchr, (const char *text, int byte), (text, byte)) \
	X(char *, strchrnul, (const char *text, int byte), (text, byte)) \
	X(char *, strcpy, (char *to, const char *from), (to, from)) \
	X(char *, stpcpy, (char *to, const char *from), (to, from)) \
	X(int, strcmp, (const char *a, const char *b), (a, b)) \
	X(int, strncmp, (const char *a, const char *b, size_t length), (a, b, length))

#define STRINGS_DECLARE(result, name, parameters, arguments) \
	result name##_sse2 parameters; \
	result name##_avx2 parameters;
STRINGS_FUNCTIONS(STRINGS_DECLARE)

#endif
