/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Lines that come again and again while the console cannot keep up: they are counted instead of
 * printed. The caller locks.
 */
#ifndef KERNEL_REPEATS_H
#define KERNEL_REPEATS_H

#include <stdbool.h>
#include <stddef.h>

/* Notes what was printed: the next may repeat it. */
void repeats_note(const char *text, size_t length);

/*
 * Whether a text is the line that was printed last, but for the time that the kernel's log puts
 * before it; then it is counted.
 */
bool repeats_count(const char *text, size_t length);

/* How often the last line has come more than it was printed; from now on never. */
unsigned long repeats_take(void);

/* Whether any was counted. */
bool repeats_any(void);

#endif
