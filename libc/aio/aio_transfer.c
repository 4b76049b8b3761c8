/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading, writing and syncing. What is wrong with the request itself fails io_submit(), in Linux's
 * order; what comes of it is its result.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging.h"
#include "libc/aio/aio.h"
#include "libc/base/abi.h"
#include "libc/base/pieces.h"
#include "libc/base/user.h"
#include "libc/events/event.h"
#include "libc/files/transfer.h"

#define USER_END (PAGING_SPACE_END - PAGE_4K) /* of addresses that Linux knows */

#define PRIORITY_CLASS(priority) ((priority) >> 13)
#define   CLASS_NONE 0
#define   CLASS_IDLE 3
#define PRIORITY_LEVEL 7

/* Classes of I/O priority are checked, and mean nothing to memory. */
static int
check_priority(const struct abi_iocb *iocb)
{
	unsigned class = PRIORITY_CLASS(iocb->priority);

	if (!(iocb->flags & ABI_IOCB_IOPRIO))
		return 0;
	if (class > CLASS_IDLE || (class == CLASS_NONE && (iocb->priority & PRIORITY_LEVEL)))
		return -EINVAL;
	return 0;
}

static int
check_file(const struct file *file, bool writes)
{
	if (!(writes ? file_writes(file) : file_reads(file)))
		return -EBADF;
	if (file->node && file->node->type == RAMFS_DIRECTORY)
		return -EINVAL;
	if (writes ? !file->operations->write || event_is(file) : !file->operations->read)
		return -EINVAL;
	return 0;
}

/* Whether addresses can be the program's, and offsets be those of a file. */
static int
check_range(const struct abi_iovec *piece, int64_t *end)
{
	uint64_t base = (uint64_t)piece->base;

	if (piece->length > INT64_MAX)
		return -EINVAL;
	if (base >= USER_END || piece->length > USER_END - base)
		return -EFAULT;
	if (*end < 0 || __builtin_add_overflow(*end, (int64_t)piece->length, end))
		return -EINVAL;
	return 0;
}

static int
check_ranges(const struct abi_iovec *vector, uint64_t count, int64_t offset)
{
	int result = offset < 0 ? -EINVAL : 0;

	for (uint64_t i = 0; i < count && result != -EFAULT; i++) {
		int checked = check_range(&vector[i], &offset);

		result = checked ? checked : result;
	}
	return result;
}

/* The pieces that a request names. Returns 0, or -errno. */
static int
find_pieces(const struct abi_iocb *iocb, bool vectored, struct abi_iovec *single,
	    struct pieces *pieces)
{
	*single = (struct abi_iovec){(void *)iocb->buffer, iocb->count};
	*pieces = (struct pieces){single, 1, 0};
	if (!vectored)
		return 0;
	if (iocb->count > ABI_IOVECS_MAX)
		return -EINVAL;
	*pieces = (struct pieces){(const struct abi_iovec *)iocb->buffer, iocb->count, 0};
	return user_readable(pieces->vector, iocb->count * sizeof(*single)) ? 0 : -EFAULT;
}

/* Cuts pieces to what may be accessed. Returns 0, or -EFAULT when that is nothing. */
static int
cut_pieces(struct pieces *pieces, struct abi_iovec *single, bool writes)
{
	size_t reach;

	if (pieces->vector != single)
		return user_pieces(pieces->vector, &pieces->count, !writes);
	reach = user_reach(single->base, single->length, !writes);
	if (single->length && !reach)
		return -EFAULT;
	single->length = reach;
	return 0;
}

static int64_t
transfer(const struct abi_iocb *iocb, struct file *file, bool writes, bool vectored,
	 int64_t *result)
{
	struct abi_iovec single;
	struct pieces pieces;
	int error = check_priority(iocb) ?: transfer_check_flags(file, iocb->rw_flags)
				   ?: check_file(file, writes)
				   ?: find_pieces(iocb, vectored, &single, &pieces)
				   ?: check_ranges(pieces.vector, pieces.count, iocb->offset);

	if (error)
		return error;
	*result = cut_pieces(&pieces, &single, writes);
	if (!*result && file->operations->kind == ABI_S_IFSOCK && iocb->offset)
		*result = -ESPIPE;
	if (!*result)
		*result = transfer_at(file, &pieces, (uint64_t)iocb->offset, writes,
				      iocb->rw_flags);
	return 0;
}

static int64_t
sync_file(const struct abi_iocb *iocb, const struct file *file, int64_t *result)
{
	if (iocb->buffer || iocb->offset || iocb->count || iocb->rw_flags)
		return -EINVAL;
	*result = 0;
	return file->node && file->node->type != RAMFS_DEVICE ? 0 : -EINVAL;
}

int64_t
aio_transfer(const struct abi_iocb *iocb, struct file *file, int64_t *result)
{
	switch (iocb->operation) {
	case ABI_IOCB_PREAD:
	case ABI_IOCB_PWRITE:
		return transfer(iocb, file, iocb->operation == ABI_IOCB_PWRITE, false, result);
	case ABI_IOCB_PREADV:
	case ABI_IOCB_PWRITEV:
		return transfer(iocb, file, iocb->operation == ABI_IOCB_PWRITEV, true, result);
	case ABI_IOCB_FSYNC:
	case ABI_IOCB_FDSYNC:
		return sync_file(iocb, file, result);
	default:
		return -EINVAL;
	}
}
