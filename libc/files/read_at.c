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

/* Piece after piece until one is not filled. */
static int64_t
move_pieces(struct file *file, const struct abi_iovec *vector, uint64_t count, uint64_t offset,
	    bool writes)
{
	const struct file_operations *operations = file->operations;
	int64_t done = 0, result = 0;

	if (writes && operations->write_pieces)
		return operations->write_pieces(file, vector, count, &offset);
	for (uint64_t i = 0; i < count; i++) {
		result = writes ? operations->write(file, vector[i].base, vector[i].length, offset)
				: operations->read(file, vector[i].base, vector[i].length, offset);
		if (result < 0)
			break;
		done += result;
		offset += (uint64_t)result;
		if ((uint64_t)result < vector[i].length)
			break;
	}
	return done ? done : result;
}

static int64_t
move_vector(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset,
	    bool writes)
{
	int64_t result;
	struct file *file = get_at(descriptor, offset, writes, &result);

	if (!file)
		return result;
	result = count > ABI_IOVECS_MAX ? -EINVAL : user_pieces(vector, &count, !writes);
	if (!result && !user_pieces_empty(vector, count))
		result = move_pieces(file, vector, count, (uint64_t)offset, writes);
	file_put(file);
	return result;
}

int64_t
sys_preadv(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset)
{
	return move_vector(descriptor, vector, count, offset, false);
}

int64_t
sys_pwritev(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset)
{
	return move_vector(descriptor, vector, count, offset, true);
}
