/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * printf-like formatting: %c %s %d %i %u %x %X %p %%, with l, ll, z, h, hh, the flags
 * '0', '-', '#', ' ', '+', a width and a precision (also '*'). No floating point: kernel code
 * has general registers only.
 */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

#include "kernel/base/compiler.h"

/*
 * Writes at most size - 1 characters and a terminating NUL (nothing when size is 0).
 * Returns the length that the whole text has, as snprintf does. Any context.
 */
size_t format_text(char *buffer, size_t size, const char *format, ...) __printf_like(3, 4);
size_t format_text_va(char *buffer, size_t size, const char *format, va_list args)
	__printf_like(3, 0);

#endif
