/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writing the text of generated files piece by piece: it is cut at the buffer's size, while its
 * length counts on.
 */
#ifndef LIBC_TEXT_H
#define LIBC_TEXT_H

#include <stddef.h>

#include "kernel/base/compiler.h"

struct text {
	char *buffer;
	size_t size;
	size_t length; /* that all of it has */
};

void text_add(struct text *text, const char *format, ...) __printf_like(2, 3);

#endif
