/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Names of errors and flags.
 */
#include "tests/conformance/words.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>

static const struct words errors[] = {
	WORDS(EPERM),
	WORDS(ENOENT),
	WORDS(ESRCH),
	WORDS(EINTR),
	WORDS(EIO),
	WORDS(ENXIO),
	WORDS(E2BIG),
	WORDS(ENOEXEC),
	WORDS(EBADF),
	WORDS(ECHILD),
	WORDS(EAGAIN),
	WORDS(ENOMEM),
	WORDS(EACCES),
	WORDS(EFAULT),
	WORDS(EBUSY),
	WORDS(EEXIST),
	WORDS(EXDEV),
	WORDS(ENODEV),
	WORDS(ENOTDIR),
	WORDS(EISDIR),
	WORDS(EINVAL),
	WORDS(ENFILE),
	WORDS(EMFILE),
	WORDS(ENOTTY),
	WORDS(ETXTBSY),
	WORDS(EFBIG),
	WORDS(ENOSPC),
	WORDS(ESPIPE),
	WORDS(EROFS),
	WORDS(EMLINK),
	WORDS(EPIPE),
	WORDS(EDOM),
	WORDS(ERANGE),
	WORDS(EDEADLK),
	WORDS(ENAMETOOLONG),
	WORDS(ENOLCK),
	WORDS(ENOSYS),
	WORDS(ENOTEMPTY),
	WORDS(ELOOP),
	WORDS(ENODATA),
	WORDS(ETIME),
	WORDS(EOVERFLOW),
	WORDS(EILSEQ),
	WORDS(ENOTSOCK),
	WORDS(EDESTADDRREQ),
	WORDS(EMSGSIZE),
	WORDS(EPROTOTYPE),
	WORDS(ENOPROTOOPT),
	WORDS(EPROTONOSUPPORT),
	WORDS(ESOCKTNOSUPPORT),
	WORDS(EOPNOTSUPP),
	WORDS(EPFNOSUPPORT),
	WORDS(EAFNOSUPPORT),
	WORDS(EADDRINUSE),
	WORDS(EADDRNOTAVAIL),
	WORDS(ENETDOWN),
	WORDS(ENETUNREACH),
	WORDS(ECONNABORTED),
	WORDS(ECONNRESET),
	WORDS(ENOBUFS),
	WORDS(EISCONN),
	WORDS(ENOTCONN),
	WORDS(ETIMEDOUT),
	WORDS(ECONNREFUSED),
	WORDS(EHOSTUNREACH),
	WORDS(EALREADY),
	WORDS(EINPROGRESS),
	WORDS(ESTALE),
	WORDS(ECANCELED),
	WORDS(EOWNERDEAD),
	WORDS(ENOTRECOVERABLE),
	{0, "0"},
	{0, 0},
};

/* (O_RDONLY is 0, and O_TMPFILE and O_SYNC have bits of others: they stand before those.) */
const struct words words_open[] = {
	{O_ACCMODE & 3, "O_WRONLY|O_RDWR"},
	WORDS(O_RDWR),
	WORDS(O_WRONLY),
	WORDS(O_CREAT),
	WORDS(O_EXCL),
	WORDS(O_TRUNC),
	WORDS(O_APPEND),
	WORDS(O_NONBLOCK),
	WORDS(O_TMPFILE),
	WORDS(O_DIRECTORY),
	WORDS(O_NOFOLLOW),
	WORDS(O_PATH),
	WORDS(O_CLOEXEC),
	WORDS(O_SYNC),
	WORDS(O_DSYNC),
	WORDS(O_NOATIME),
	WORDS(O_NOCTTY),
	WORDS(O_LARGEFILE),
	{0, 0},
};

const struct words words_poll[] = {
	WORDS(POLLIN),	   WORDS(POLLPRI),    WORDS(POLLOUT),	 WORDS(POLLERR),
	WORDS(POLLHUP),	   WORDS(POLLNVAL),   WORDS(POLLRDNORM), WORDS(POLLRDBAND),
	WORDS(POLLWRNORM), WORDS(POLLWRBAND), WORDS(POLLRDHUP),	 {0, 0},
};

const char *
words_error(int error)
{
	static _Thread_local char number[16];

	for (const struct words *word = errors; word->name; word++)
		if (word->value == error)
			return word->name;
	snprintf(number, sizeof(number), "E%d", error);
	return number;
}

struct words_text
words_flags(const struct words *list, long flags)
{
	struct words_text text = {""};
	int length = 0;

	for (; list->name && length < WORDS_MAX; list++) {
		if ((flags & list->value) != list->value || !list->value)
			continue;
		length += snprintf(text.text + length, WORDS_MAX - (size_t)length, "%s%s",
				   length ? "|" : "", list->name);
		flags &= ~list->value;
	}
	if (length < WORDS_MAX && (flags || !length))
		snprintf(text.text + length, WORDS_MAX - (size_t)length, "%s%#lx",
			 length ? "|" : "", flags);
	return text;
}

struct words_text
words_value(const struct words *list, long value)
{
	struct words_text text;

	for (; list->name; list++) {
		if (list->value != value)
			continue;
		snprintf(text.text, WORDS_MAX, "%s", list->name);
		return text;
	}
	snprintf(text.text, WORDS_MAX, "%ld", value);
	return text;
}
