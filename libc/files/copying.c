/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Moving bytes between files, piece by piece. How far there is something to copy is looked at once
 * for as much as Linux's pipe takes: that shows when a file is copied to its own end.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"

#define PIECE_SIZE PAGE_4K
#define ROUND_SIZE (16 * PAGE_4K)
#define COPY_MAX 0x7ffff000ULL /* as Linux has it */

/* One side of a copy: the file's own offset, or a given one. */
struct side {
	struct file *file;
	int64_t *given;
	int64_t at;
};

/* The mutexes of what is moved at its own offset, in the order of their addresses. */
static void
lock_positions(const struct side *in, const struct side *out, bool lock)
{
	struct file *first = in->given ? NULL : in->file, *second = out->given ? NULL : out->file;

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

static void
read_position(struct side *side)
{
	side->at = side->given ? *side->given : (int64_t)side->file->offset;
}

static void
write_position(const struct side *side)
{
	if (side->given)
		*side->given = side->at;
	else if (side->file->operations->seekable)
		side->file->offset = (uint64_t)side->at;
}

/*
 * Copies up to PIECE_SIZE bytes, to one page at a time: a file that is copied over itself is read
 * as it has become. Returns the bytes written, 0 at the end, or -errno.
 */
static int64_t
copy_piece(struct side *in, struct side *out, uint64_t count)
{
	char buffer[PIECE_SIZE];
	int64_t got, put;

	count = MIN(count, sizeof(buffer));
	if (out->file->operations->seekable)
		count = MIN(count, PAGE_4K - (uint64_t)out->at % PAGE_4K);
	got = in->file->operations->read(in->file, buffer, count, (uint64_t)in->at);
	if (got <= 0)
		return got;
	put = out->file->operations->write(out->file, buffer, (size_t)got, (uint64_t)out->at);
	if (put > 0) {
		in->at += put;
		out->at += put;
	}
	return put;
}

/* How many bytes are copied before the end of what there is to read is looked at again. */
static uint64_t
round_of(const struct side *in, uint64_t count)
{
	const struct file_operations *operations = in->file->operations;
	uint64_t end = operations->size ? operations->size(in->file) : UINT64_MAX;

	if ((uint64_t)in->at >= end)
		return 0;
	count = MIN(count, ROUND_SIZE - (uint64_t)in->at % PAGE_4K);
	return MIN(count, end - (uint64_t)in->at);
}

static int64_t
copy(struct side *in, struct side *out, uint64_t count)
{
	int64_t done = 0, result = 0;
	uint64_t round;

	count = MIN(count, COPY_MAX);
	while ((round = round_of(in, count - (uint64_t)done))) {
		while (round && (result = copy_piece(in, out, round)) > 0) {
			done += result;
			round -= (uint64_t)result;
			thread_breathe();
		}
		if (round)
			break;
	}
	return done ? done : result;
}

/* -- sendfile() -------------------------------------------------------------------------------- */

/* Whether a range may be read or written. */
static int
check_offset(int64_t at, uint64_t count)
{
	int64_t end;

	return at < 0 || (int64_t)count < 0 || __builtin_add_overflow(at, (int64_t)count, &end)
		       ? -EINVAL
		       : 0;
}

static int
check_source(const struct side *in, size_t count)
{
	if (!in->file || !file_reads(in->file))
		return -EBADF;
	if (in->given && !in->file->operations->seekable)
		return -ESPIPE;
	return check_offset(in->at, count);
}

/* Linux lets nothing be sent from whatever can be told to seek, be it to the start. */
static int
check_sending(const struct side *in, const struct side *out, size_t count)
{
	if (!out->file || !file_writes(out->file))
		return -EBADF;
	if (out->file->operations->fill)
		return 0;
	if ((out->file->flags & ABI_O_APPEND) && out->file->operations->seekable)
		return -EINVAL;
	if (!in->file->operations->seekable && !in->file->operations->at_start)
		return -EINVAL; /* what is not written could not be put back */
	if (!count)
		return 0;
	if (!in->file->operations->seekable || !in->file->operations->read ||
	    !out->file->operations->write)
		return -EINVAL;
	return in->file->node && in->file->node->type == RAMFS_DIRECTORY ? -EINVAL : 0;
}

static void
put_sides(const struct side *in, const struct side *out)
{
	if (in->file)
		file_put(in->file);
	if (out->file)
		file_put(out->file);
}

/* With both sides' positions locked, whose files are there. */
static int64_t
send(struct side *in, struct side *out, size_t count)
{
	int64_t result;

	read_position(in);
	read_position(out);
	result = check_source(in, count);
	if (!result)
		result = check_sending(in, out, count);
	if (!result && out->file->operations->fill)
		result = out->file->operations->fill(out->file, in->file, &in->at,
						     MIN(count, COPY_MAX),
						     out->file->flags & ABI_O_NONBLOCK);
	else if (!result)
		result = copy(in, out, count);
	if (result > 0) {
		write_position(out);
		write_position(in);
	}
	return result;
}

int64_t
sys_sendfile(int to, int from, int64_t *offset, size_t count)
{
	struct side in = {file_get(from), offset, offset ? *offset : 0}, out = {file_get(to), 0, 0};
	int64_t result;

	if (in.file && out.file) {
		lock_positions(&in, &out, true);
		result = send(&in, &out, count);
		lock_positions(&in, &out, false);
	} else {
		result = check_source(&in, count) ?: -EBADF;
	}
	put_sides(&in, &out);
	return result;
}

/* -- copy_file_range() ------------------------------------------------------------------------- */

static int
check_copied(const struct file *file)
{
	if (file->node && file->node->type == RAMFS_DIRECTORY)
		return -EISDIR;
	return file->node && file->node->type == RAMFS_FILE ? 0 : -EINVAL;
}

/* In Linux's order; *count is cut to what there is. */
static int
check_copy(const struct side *in, const struct side *out, uint64_t *count)
{
	uint64_t size;
	int result = check_copied(in->file);

	if (!result)
		result = check_copied(out->file);
	if (result)
		return result;
	if (!file_reads(in->file) || !file_writes(out->file) || (out->file->flags & ABI_O_APPEND))
		return -EBADF;
	if (in->file->node->nameless != out->file->node->nameless)
		return -EXDEV;
	if ((uint64_t)in->at + *count < *count || (uint64_t)out->at + *count < *count)
		return -EOVERFLOW;
	size = in->file->operations->size(in->file);
	*count = in->at >= (int64_t)size ? 0 : MIN(*count, size - (uint64_t)in->at);
	if (in->file->node == out->file->node && out->at + (int64_t)*count > in->at &&
	    out->at < in->at + (int64_t)*count)
		return -EINVAL;
	result = check_offset(in->at, *count);
	return result ? result : check_offset(out->at, *count);
}

int64_t
sys_copy_file_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t count,
		    unsigned flags)
{
	struct side in = {file_get(from), from_offset, 0}, out = {file_get(to), to_offset, 0};
	int64_t result = -EBADF;

	if (in.file && out.file && flags) {
		result = -EINVAL;
	} else if (in.file && out.file) {
		lock_positions(&in, &out, true);
		read_position(&in);
		read_position(&out);
		result = check_copy(&in, &out, &count);
		if (!result)
			result = copy(&in, &out, count);
		if (result > 0) {
			write_position(&in);
			write_position(&out);
		}
		lock_positions(&in, &out, false);
	}
	put_sides(&in, &out);
	return result;
}
