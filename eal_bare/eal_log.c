/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK's log on standard error, the console: a stream that collects a message and writes it in
 * one piece, so that the lines of several lcores do not mix.
 */
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "eal_bare/compat.h"

/* From 23.11 on the log library has its own. */
#if !DPDK_SINCE(23, 11)

#include <eal_log.h>

static ssize_t
console_write_all(void *cookie, const char *text, size_t size)
{
	size_t written = 0;

	(void)cookie; /* there is one console */
	while (written < size) {
		ssize_t n = write(STDERR_FILENO, text + written, size - written);

		if (n <= 0)
			return written;
		written += n;
	}
	return written;
}

int
eal_log_init(const char *id, int facility)
{
	FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = console_write_all});

	/* Names and facilities are syslog's, which there is none of. */
	(void)id;
	(void)facility;
	if (stream == NULL)
		return -1;
	eal_log_set_default(stream);
	return 0;
}

#endif
