/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Moving pieces of memory at an offset, and how one call may differ from others.
 */
#include "libc/files/transfer.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/threads/task.h"

/* Piece after piece until one is not filled. */
static int64_t
move_pieces(struct file *file, const struct pieces *pieces, uint64_t offset, bool writes,
	    uint32_t flags)
{
	const struct file_operations *operations = file->operations;
	const struct abi_iovec *vector = pieces->vector;
	int64_t done = 0, result = 0;

	if (writes && operations->write_pieces)
		return operations->write_pieces(file, vector, pieces->count, &offset,
						file_appends(file, flags));
	if (writes ? !!operations->write_vector : !!operations->read_vector)
		return (writes ? operations->write_vector : operations->read_vector)(
			file, vector, pieces->count);
	for (uint64_t i = 0; i < pieces->count; i++) {
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

int64_t
transfer_at(struct file *file, const struct pieces *pieces, uint64_t offset, bool writes,
	    uint32_t flags)
{
	struct task *task = task_current();
	int64_t result;

	task->no_wait = flags & ABI_RWF_NOWAIT;
	result = move_pieces(file, pieces, offset, writes, flags);
	task->no_wait = false;
	return result;
}

/* What Linux's drivers say of themselves: files and directories are not among them. */
static bool
may_not_wait(const struct file *file)
{
	const struct file_operations *operations = file->operations;

	if (!operations->read && !operations->write)
		return false;
	return !file->node || (file->node->type == RAMFS_DEVICE && !operations->ready);
}

int
transfer_check_flags(const struct file *file, uint32_t flags)
{
	const uint32_t known = ABI_RWF_HIPRI | ABI_RWF_DSYNC | ABI_RWF_SYNC | ABI_RWF_NOWAIT |
			       ABI_RWF_APPEND | ABI_RWF_NOAPPEND;

	if (flags & ~known)
		return -ENOTSUP;
	if ((flags & ABI_RWF_APPEND) && (flags & ABI_RWF_NOAPPEND))
		return -EINVAL;
	return (flags & ABI_RWF_NOWAIT) && !may_not_wait(file) ? -ENOTSUP : 0;
}

int
transfer_check_vector(const struct file *file, uint32_t flags)
{
	bool directory = file->node && file->node->type == RAMFS_DIRECTORY;

	if (directory && (flags & ~(uint32_t)ABI_RWF_HIPRI))
		return -ENOTSUP;
	return transfer_check_flags(file, flags);
}
