/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A long stream of bytes through a pipe or a socket, in pieces that fit neither the buffer between
 * its ends nor those of the reader. A thread writes, another reads.
 */
#ifndef TESTS_GUEST_STREAM_H
#define TESTS_GUEST_STREAM_H

#include <unistd.h>

#include "tests/unit/check.h"

#define STREAM_BYTES (1 << 20)
#define STREAM_PERIOD 251 /* bytes until the pattern begins again */

/* Writes the whole stream; the end is the caller's to close. */
static inline void
stream_write(int fd)
{
	unsigned char piece[1000];
	unsigned sent = 0;

	while (sent < STREAM_BYTES) {
		for (unsigned i = 0; i < sizeof(piece); i++)
			piece[i] = (unsigned char)((sent + i) % STREAM_PERIOD);
		if (!CHECK_EQ(write(fd, piece, sizeof(piece)), sizeof(piece)))
			return;
		sent += sizeof(piece);
	}
}

/* Reads to the end: all must have come, in order. */
static inline void
stream_check(int fd)
{
	unsigned char buffer[700];
	unsigned got = 0, wrong = 0;
	ssize_t part;

	while ((part = read(fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t i = 0; i < part; i++)
			wrong += buffer[i] != got++ % STREAM_PERIOD;
	CHECK_EQ(part, 0);
	CHECK(got >= STREAM_BYTES);
	CHECK_EQ(wrong, 0);
}

#endif
