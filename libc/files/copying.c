/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Moving bytes between files, and to and from several pieces of memory at an offset; and making
 * room in a file beforehand.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"

#define COPY_SIZE 4096
#define COUNT_MAX 0x7ffff000ULL /* as Linux has it */

/* One side of a copy: the file's own offset, or a given one. */
struct side {
	struct file *file;
	int64_t *offset;
};

/* The side of a descriptor, whose file is held. Returns 0, or -errno. */
static int
open_side(struct side *side, int descriptor, int64_t *offset, bool writes)
{
	uint32_t unfit = writes ? ABI_O_RDONLY : ABI_O_WRONLY;

	side->file = file_get(descriptor);
	if (!side->file)
		return -EBADF;
	side->offset = offset ? offset : (int64_t *)&side->file->offset;
	if ((side->file->flags & ABI_O_ACCMODE) == unfit ||
	    !(writes ? !!side->file->operations->write : !!side->file->operations->read))
		return -EBADF;
	if (offset && !side->file->operations->seekable)
		return -ESPIPE;
	return offset && *offset < 0 ? -EINVAL : 0;
}

static void
move_on(struct side *side, int64_t done)
{
	if (side->file->operations->seekable)
		*side->offset += done;
}

/* Copies up to COPY_SIZE bytes. Returns the bytes written, 0 at the end, or -errno. */
static int64_t
copy_piece(struct side *in, struct side *out, uint64_t count)
{
	char buffer[COPY_SIZE];
	int64_t got = in->file->operations->read(in->file, buffer, MIN(count, sizeof(buffer)),
						 (uint64_t)*in->offset);
	int64_t put;

	if (got <= 0)
		return got;
	put = out->file->operations->write(out->file, buffer, (size_t)got, (uint64_t)*out->offset);
	if (put > 0) {
		move_on(in, put);
		move_on(out, put);
	}
	return put;
}

/* The mutexes of what is moved at its own offset, in the order of their addresses. */
static void
lock_positions(const struct side *in, const struct side *out, bool lock)
{
	struct file *first = in->offset == (int64_t *)&in->file->offset ? in->file : NULL;
	struct file *second = out->offset == (int64_t *)&out->file->offset ? out->file : NULL;

	if (first == second)
		second = NULL;
	if (first && second && first > second) {
		struct file *other = first;

		first = second;
		second = other;
	}
	if (first)
		(lock ? mutex_lock : mutex_unlock)(&first->position);
	if (second)
		(lock ? mutex_lock : mutex_unlock)(&second->position);
}

static int64_t
copy(struct side *in, struct side *out, uint64_t count)
{
	int64_t done = 0;

	if (!in->file->operations->seekable)
		return -EINVAL; /* what is not written could not be put back */
	count = MIN(count, COUNT_MAX);
	while ((uint64_t)done < count) {
		int64_t result = copy_piece(in, out, count - (uint64_t)done);

		if (result <= 0)
			return done ? done : result;
		done += result;
		thread_breathe();
	}
	return done;
}

/* A whole call between two descriptors. */
static int64_t
copy_between(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count)
{
	struct side in, out = {0};
	int64_t result = open_side(&in, from, from_offset, false);

	if (!result)
		result = open_side(&out, to, to_offset, true);
	if (!result) {
		lock_positions(&in, &out, true);
		result = copy(&in, &out, count);
		lock_positions(&in, &out, false);
	}
	if (in.file)
		file_put(in.file);
	if (out.file)
		file_put(out.file);
	return result;
}

int64_t
sys_sendfile(int to, int from, int64_t *offset, size_t count)
{
	return copy_between(from, offset, to, NULL, count);
}

int64_t
sys_copy_file_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count,
		    unsigned flags)
{
	if (flags)
		return -EINVAL;
	return copy_between(from, from_offset, to, to_offset, count);
}

/* preadv() and pwritev(): piece after piece until one is not filled. */
static int64_t
move_vector(int descriptor, const struct abi_iovec *vector, uint64_t count, int64_t offset,
	    bool writes)
{
	struct side side;
	int64_t done = 0, result = open_side(&side, descriptor, &offset, writes);

	if (!result && count > ABI_IOVECS_MAX)
		result = -EINVAL;
	if (!result)
		result = user_pieces(vector, &count, !writes);
	for (uint64_t i = 0; result >= 0 && i < count; i++) {
		const struct file_operations *operations = side.file->operations;

		result = writes ? operations->write(side.file, vector[i].base, vector[i].length,
						    (uint64_t)offset)
				: operations->read(side.file, vector[i].base, vector[i].length,
						   (uint64_t)offset);
		if (result < 0)
			break;
		done += result;
		offset += result;
		if ((uint64_t)result < vector[i].length)
			break;
	}
	if (side.file)
		file_put(side.file);
	return done ? done : result;
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

/* The plain mode, which makes a file longer. */
static int64_t
allocate(struct file *file, int mode, int64_t offset, int64_t length)
{
	int64_t end;

	if (offset < 0 || length <= 0 || __builtin_add_overflow(offset, length, &end))
		return -EINVAL;
	if (mode)
		return -ENOTSUP;
	if (!file->operations->resize || (file->flags & ABI_O_ACCMODE) == ABI_O_RDONLY)
		return -EBADF;
	return (uint64_t)end > file->operations->size(file)
		       ? file->operations->resize(file, (uint64_t)end)
		       : 0;
}

int64_t
sys_fallocate(int descriptor, int mode, int64_t offset, int64_t length)
{
	struct file *file = file_get(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
	result = allocate(file, mode, offset, length);
	file_put(file);
	return result;
}

/* Advice on how a file will be read: all of it is in memory. */
int64_t
sys_fadvise64(int descriptor, int64_t offset, size_t length, int advice)
{
	struct file *file = file_get(descriptor);

	(void)offset;
	(void)length;
	(void)advice;
	if (!file)
		return -EBADF;
	file_put(file);
	return 0;
}
