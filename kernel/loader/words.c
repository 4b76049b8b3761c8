/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A command line's words, as a shell would split them: blanks part them, quotes and backslashes
 * keep blanks.
 */
#include "kernel/loader/words.h"

#include "kernel/base/errno.h"
#include "kernel/base/string.h"

/*
 * Whether a backslash at `in` takes the special meaning of the next character away. Between double
 * quotes that is so before '"', '\\' and, since GRUB passes it like that, "'".
 */
static bool
is_escape(const char *in, char quote)
{
	if (in[0] != '\\' || in[1] == '\0' || quote == '\'')
		return false;
	return quote == '\0' || in[1] == '"' || in[1] == '\\' || in[1] == '\'';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *
words_skip_blanks(const char *in)
{
	while (is_blank(*in))
		in++;
	return in;
}

const char *
words_copy(const char *in, char **out, bool *quote_open)
{
	char quote = '\0';

	for (; *in != '\0' && (quote != '\0' || !is_blank(*in)); in++) {
		if (quote == '\0' && (*in == '"' || *in == '\'')) {
			quote = *in;
		} else if (*in == quote) {
			quote = '\0';
		} else {
			if (is_escape(in, quote))
				in++;
			*(*out)++ = *in;
		}
	}
	in = words_skip_blanks(in); /* before what may be its own place is written */
	*(*out)++ = '\0';
	*quote_open = quote != '\0';
	return in;
}

int
words_decode(char *word)
{
	char *out = word;

	for (; *word != '\0'; word++) {
		if (*word == '%') {
			int high = string_digit(word[1]);
			int low = high < 0 ? -1 : string_digit(word[2]);

			if (low < 0 || high + low == 0)
				return -EINVAL;
			word += 2;
			*word = (char)(high << 4 | low);
		}
		*out++ = *word;
	}
	*out = '\0';
	return 0;
}
