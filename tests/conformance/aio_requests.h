/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The requests of an episode of asynchronous calls.
 */
#pragma once

#include <sys/uio.h>

#include "tests/conformance/aio_abi.h"
#include "tests/conformance/episode.h"
#include "tests/conformance/slots.h"

#define AIO_CONTEXTS 2
#define AIO_REQUESTS 24 /* control blocks of an episode, used in turns */
#define AIO_BUFFER_SIZE 4096
#define AIO_BAD_ADDRESS ((void *)8)

struct aio_state {
	struct slots slots;
	unsigned long contexts[AIO_CONTEXTS];
	struct iocb requests[AIO_REQUESTS];
	struct iovec vectors[AIO_REQUESTS][2];
	char buffers[AIO_REQUESTS][AIO_BUFFER_SIZE];
	unsigned next;
};

struct aio_state *aio_state_of(struct episode *episode);

/* Fills the request at an index, on a file, with one that is told of it or SLOTS_COUNT. */
void aio_request_fill(struct episode *episode, struct iocb *request, unsigned at, unsigned slot,
		      unsigned told);
void aio_request_say(struct episode *episode, const struct iocb *request, unsigned at,
		     unsigned slot, unsigned told);
bool aio_request_is_sync(const struct iocb *request);

/* Says a completion, with what was read. */
void aio_event_say(struct episode *episode, const struct io_event *event);
