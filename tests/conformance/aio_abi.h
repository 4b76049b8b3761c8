/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Linux's asynchronous calls as its manual pages (io_submit(2)) have them: musl has no header.
 */
#pragma once

#include <stdint.h>

enum {
	IOCB_CMD_PREAD,
	IOCB_CMD_PWRITE,
	IOCB_CMD_FSYNC,
	IOCB_CMD_FDSYNC,
	IOCB_CMD_POLL = 5,
	IOCB_CMD_NOOP,
	IOCB_CMD_PREADV,
	IOCB_CMD_PWRITEV,
};

#define IOCB_FLAG_RESFD 1
#define IOCB_FLAG_IOPRIO 2

struct iocb {
	uint64_t aio_data;
	uint32_t aio_key;
	int aio_rw_flags;
	uint16_t aio_lio_opcode;
	int16_t aio_reqprio;
	uint32_t aio_fildes;
	uint64_t aio_buf, aio_nbytes;
	int64_t aio_offset;
	uint64_t aio_reserved2;
	uint32_t aio_flags, aio_resfd;
};

struct io_event {
	uint64_t data, obj;
	int64_t res, res2;
};

/* What an id leads to. */
struct aio_ring {
	uint32_t id, nr, head, tail, magic, compat_features, incompat_features, header_length;
	struct io_event io_events[];
};
#define AIO_RING_MAGIC 0xa10a10a1
