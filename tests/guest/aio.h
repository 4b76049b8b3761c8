/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Linux's asynchronous calls, for the tests of them.
 */
#ifndef TESTS_GUEST_AIO_H
#define TESTS_GUEST_AIO_H

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/conformance/aio_abi.h"

static inline unsigned long
setup(unsigned count)
{
	unsigned long context = 0;

	return syscall(SYS_io_setup, count, &context) ? 0 : context;
}

static inline long
destroy(unsigned long context)
{
	return syscall(SYS_io_destroy, context);
}

static inline long
submit(unsigned long context, struct iocb *request)
{
	return syscall(SYS_io_submit, context, 1L, &request);
}

static inline long
cancel(unsigned long context, struct iocb *request)
{
	struct io_event event;

	return syscall(SYS_io_cancel, context, request, &event);
}

/* Takes from `least` on up to `most` events, for `ms` at most. */
static inline long
get_events(unsigned long context, long least, long most, struct io_event *events, long ms)
{
	struct timespec span = {ms / 1000, ms % 1000 * 1000000};

	return syscall(SYS_io_getevents, context, least, most, events, &span);
}

static inline struct iocb
poll_request(int fd, unsigned events)
{
	return (struct iocb){.aio_lio_opcode = IOCB_CMD_POLL,
			     .aio_fildes = (unsigned)fd,
			     .aio_buf = events};
}

static inline volatile struct aio_ring *
ring_of(unsigned long context)
{
	return (volatile struct aio_ring *)context;
}

#endif
