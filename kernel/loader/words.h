/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A command line's words: blanks part them; double quotes, single quotes and backslashes work as
 * in a shell.
 */
#ifndef KERNEL_WORDS_H
#define KERNEL_WORDS_H

#include <stdbool.h>

/* Where the next word of a string begins, or its end. */
const char *words_skip_blanks(const char *in);

/*
 * Copies the word that begins at `in`, without its quotes, to *out, ends it with a NUL, and moves
 * *out behind that: a copy takes no more room than the string, and may take the string's own place.
 * *quote_open: the string ended between quotes. Returns where the next word begins, or the
 * string's end.
 */
const char *words_copy(const char *in, char **out, bool *quote_open);

/*
 * Puts the character in place of each %XX, hexadecimal and not 00, of a word. Returns 0, or -EINVAL
 * when a '%' is not followed by such digits.
 */
int words_decode(char *word);

#endif
