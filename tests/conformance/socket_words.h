/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What both kinds of sockets say and ask.
 */
#pragma once

#include <sys/socket.h>

#include "tests/conformance/episode.h"
#include "tests/conformance/words.h"

extern const int socket_words_types[3];
extern const struct words socket_words_type[], socket_words_message[];

/* Reads or changes an option of a socket; of those of IP and TCP only with `inet`. */
void socket_words_option(struct episode *episode, unsigned slot, int fd, bool inet);

/* Says what is ready now. */
void socket_words_poll(struct episode *episode, unsigned slot, int fd);

/* Asks for a socket's own address or its peer's. Returns whether there is one. */
bool socket_words_name(struct episode *episode, void *address, socklen_t *length);

/* A step: one direction of a socket is shut, or both, or none. */
void socket_words_shutdown(struct episode *episode);
