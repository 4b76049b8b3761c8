/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdarg.h>

#include "kernel/base/format.h"
#include "libc/base/text.h"

void
text_add(struct text *text, const char *format, ...)
{
	size_t left = text->length < text->size ? text->size - text->length : 0;
	va_list arguments;

	va_start(arguments, format);
	text->length += format_text_va(left ? text->buffer + text->length : NULL, left,
					       format, arguments);
	va_end(arguments);
}
