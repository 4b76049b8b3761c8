/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading and writing at a given offset, which leaves the file's own where it is.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/read_write.h"
#include "libc/files/transfer.h"

/* The open file of a descriptor, held, for an offset. NULL and *error, in Linux's order. */
static struct file *
get_at(int descriptor, int64_t offset, bool writes, int64_t *error)
{
	struct file *file;

	*error = -EINVAL;
	if (offset < 0)
		return NULL;
	file = file_get(descriptor);
	if (!file)
		*error = -EBADF;
	else if (!file->operations->seekable)
		*error = -ESPIPE;
	else if (!(writes ? file_writes(file) : file_reads(file)))
		*error = -EBADF;
	else if (writes ? !!file->operations->write : !!file->operations->read)
		return file;
	if (file)
		file_put(file);
	return NULL;
}

int64_t
sys_pread64(int descriptor, void *buffer, size_t size, int64_t offset)
{
	int64_t result;
	struct file *file = get_at(descriptor, offset, false, &result);

	if (!file)
		return result;
	result = file->operations->read(file, buffer, size, (uint64_t)offset);
	file_put(file);
	return result;
}

int64_t
sys_pwrite64(int descriptor, const void *buffer, size_t size, int64_t offset)
{
	int64_t result;
	struct file *file = get_at(descriptor, offset, true, &result);

	if (!file)
		return result;
	result = file->operations->write(file, buffer, size, (uint64_t)offset);
	file_put(file);
	return result;
}

/* -- Vectors ---------------------------------------------------------------------------------- */

static int64_t
move_vector(int descriptor, struct pieces pieces, int64_t offset, bool writes, uint32_t flags)
{
	int64_t result;
	struct file *file = get_at(descriptor, offset, writes, &result);

	if (!file)
		return result;
	result = pieces.count > ABI_IOVECS_MAX
			 ? -EINVAL
			 : user_pieces(pieces.vector, &pieces.count, !writes);
	if (!result && !user_pieces_empty(pieces.vector, pieces.count)) {
		result = transfer_check_vector(file, flags);
		if (!result)
			result = transfer_at(file, &pieces, (uint64_t)offset, writes, flags);
	}
	file_put(file);
	return result;
}

int64_t
sys_preadv(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset)
{
	return move_vector(descriptor, (struct pieces){vector, count, 0}, offset, false, 0);
}

int64_t
sys_pwritev(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset)
{
	return move_vector(descriptor, (struct pieces){vector, count, 0}, offset, true, 0);
}

/* An offset of -1 is where the open file is. */
int64_t
sys_preadv2(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset,
	    uint64_t unused, uint32_t flags)
{
	struct pieces pieces = {vector, count, 0};

	(void)unused;
	return offset == -1 ? read_write_vector(descriptor, pieces, false, flags)
			    : move_vector(descriptor, pieces, offset, false, flags);
}

int64_t
sys_pwritev2(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset,
	     uint64_t unused, uint32_t flags)
{
	struct pieces pieces = {vector, count, 0};

	(void)unused;
	return offset == -1 ? read_write_vector(descriptor, pieces, true, flags)
			    : move_vector(descriptor, pieces, offset, true, flags);
}
