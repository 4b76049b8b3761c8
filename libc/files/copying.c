/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Moving bytes between files, and to and from several pieces of memory at an offset; and making
 * room in a file beforehand.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"

#define COPY_SIZE 4096
#define COUNT_MAX 0x7ffff000ULL /* as Linux has it */

/* One side of a copy: the file's own offset, or a given one. */
struct side {
	struct file *file;
	uint64_t *offset;
};

/* The side of a descriptor, whose file is held. Returns 0, or -errno. */
static int
open_side(struct side *side, uint64_t descriptor, uint64_t offset, bool writes)
{
	uint32_t unfit = writes ? ABI_O_RDONLY : ABI_O_WRONLY;

	side->file = file_get((int)descriptor);
	if (!side->file)
		return -EBADF;
	side->offset = offset ? (uint64_t *)offset : &side->file->offset;
	if ((side->file->flags & ABI_O_ACCMODE) == unfit ||
	    !(writes ? !!side->file->operations->write : !!side->file->operations->read))
		return -EBADF;
	if (offset && !side->file->operations->seekable)
		return -ESPIPE;
	return offset && (int64_t)*side->offset < 0 ? -EINVAL : 0;
}

static void
move_on(struct side *side, int64_t done)
{
	if (side->file->operations->seekable)
		*side->offset += (uint64_t)done;
}

/* Copies up to COPY_SIZE bytes. Returns the bytes written, 0 at the end, or -errno. */
static int64_t
copy_piece(struct side *in, struct side *out, uint64_t count)
{
	char buffer[COPY_SIZE];
	int64_t got = in->file->operations->read(in->file, buffer, MIN(count, sizeof(buffer)),
						 *in->offset);
	int64_t put;

	if (got <= 0)
		return got;
	put = out->file->operations->write(out->file, buffer, (size_t)got, *out->offset);
	if (put > 0) {
		move_on(in, put);
		move_on(out, put);
	}
	return put;
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
	}
	return done;
}

/* A whole call between two descriptors. */
static int64_t
copy_between(uint64_t from, uint64_t from_offset, uint64_t to, uint64_t to_offset, uint64_t count)
{
	struct side in, out = {0};
	int64_t result = open_side(&in, from, from_offset, false);

	if (!result)
		result = open_side(&out, to, to_offset, true);
	if (!result)
		result = copy(&in, &out, count);
	if (in.file)
		file_put(in.file);
	if (out.file)
		file_put(out.file);
	return result;
}

/* sendfile(to, from, offset or NULL, count) */
int64_t
sys_sendfile(struct app_frame *frame)
{
	return copy_between(frame->arg[1], frame->arg[2], frame->arg[0], 0, frame->arg[3]);
}

/* copy_file_range(from, offset or NULL, to, offset or NULL, count, flags) */
int64_t
sys_copy_file_range(struct app_frame *frame)
{
	if (frame->arg[5])
		return -EINVAL;
	return copy_between(frame->arg[0], frame->arg[1], frame->arg[2], frame->arg[3],
			    frame->arg[4]);
}

/* preadv() and pwritev(): piece after piece until one is not filled. */
static int64_t
move_vector(struct app_frame *frame, bool writes)
{
	const struct abi_iovec *vector = (const struct abi_iovec *)frame->arg[1];
	uint64_t offset = frame->arg[3];
	struct side side;
	int64_t done = 0, result = open_side(&side, frame->arg[0], (uint64_t)&offset, writes);

	if (!result && frame->arg[2] > ABI_IOVECS_MAX)
		result = -EINVAL;
	for (uint64_t i = 0; result >= 0 && i < frame->arg[2]; i++) {
		const struct file_operations *operations = side.file->operations;

		result = writes ? operations->write(side.file, vector[i].base, vector[i].length,
						    offset)
				: operations->read(side.file, vector[i].base, vector[i].length,
						   offset);
		if (result < 0)
			break;
		done += result;
		offset += (uint64_t)result;
		if ((uint64_t)result < vector[i].length)
			break;
	}
	if (side.file)
		file_put(side.file);
	return done ? done : result;
}

int64_t
sys_preadv(struct app_frame *frame)
{
	return move_vector(frame, false);
}

int64_t
sys_pwritev(struct app_frame *frame)
{
	return move_vector(frame, true);
}

/* fallocate(descriptor, mode, offset, length): the plain mode, which makes a file longer. */
static int64_t
allocate_call(struct file *file, struct app_frame *frame)
{
	uint64_t end = frame->arg[2] + frame->arg[3];

	if ((int64_t)frame->arg[2] < 0 || (int64_t)frame->arg[3] <= 0 || (int64_t)end < 0)
		return -EINVAL;
	if (frame->arg[1])
		return -ENOTSUP;
	if (!file->operations->resize || (file->flags & ABI_O_ACCMODE) == ABI_O_RDONLY)
		return -EBADF;
	return end > file->node->size ? file->operations->resize(file, end) : 0;
}

int64_t
sys_fallocate(struct app_frame *frame)
{
	return file_call(frame, allocate_call);
}

/* Advice on how a file will be read: all of it is in memory. */
static int64_t
advise_call(struct file *file, struct app_frame *frame)
{
	(void)file;
	(void)frame;
	return 0;
}

int64_t
sys_fadvise64(struct app_frame *frame)
{
	return file_call(frame, advise_call);
}
