/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading and writing on, where an open file's offset is.
 */
#include "libc/files/read_write.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/transfer.h"
#include "libc/threads/task.h"

#define GATHER_SIZE 1024

/*
 * The open file of a descriptor, held, if it may be read, or written; NULL and *error when it may
 * not, or is not there.
 */
static struct file *
get_for(int descriptor, bool writes, int64_t *error)
{
	struct file *file = file_get(descriptor);

	if (!file || !(writes ? file_writes(file) : file_reads(file)))
		*error = -EBADF;
	else if (!(writes ? !!file->operations->write : !!file->operations->read))
		*error = -EINVAL;
	else
		return file;
	if (file)
		file_put(file);
	return NULL;
}

static void
lock_position(struct file *file)
{
	if (file->operations->seekable)
		mutex_lock(&file->position);
}

static void
unlock_position(struct file *file)
{
	if (file->operations->seekable)
		mutex_unlock(&file->position);
}

/* Reads at the file's own offset, and moves it. */
static int64_t
read_on(struct file *file, void *buffer, size_t size)
{
	int64_t result = file->operations->read(file, buffer, size, file->offset);

	if (result > 0 && file->operations->seekable)
		file->offset += (uint64_t)result;
	return result;
}

static int64_t
write_on(struct file *file, const void *buffer, size_t size)
{
	struct abi_iovec piece = {(void *)(uint64_t)buffer, size};
	int64_t result;

	if (file->operations->write_pieces)
		return file->operations->write_pieces(file, &piece, 1, &file->offset,
						      file_appends(file, 0));
	result = file->operations->write(file, buffer, size, file->offset);
	if (result > 0 && file->operations->seekable)
		file->offset += (uint64_t)result;
	return result;
}

int64_t
sys_read(int descriptor, void *buffer, size_t size)
{
	int64_t result = 0;
	struct file *file = get_for(descriptor, false, &result);

	if (!file)
		return result;
	lock_position(file);
	result = read_on(file, buffer, size);
	unlock_position(file);
	file_put(file);
	return result;
}

int64_t
sys_write(int descriptor, const void *buffer, size_t size)
{
	int64_t result = 0;
	struct file *file = get_for(descriptor, true, &result);

	if (!file)
		return result;
	lock_position(file);
	result = write_on(file, buffer, size);
	unlock_position(file);
	file_put(file);
	return result;
}

/* Reads piece after piece until one is not filled. */
static int64_t
read_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	int64_t done = 0;

	for (uint64_t i = 0; i < count; i++) {
		int64_t result = read_on(file, vector[i].base, vector[i].length);

		if (result < 0)
			return done ? done : result;
		done += result;
		if ((uint64_t)result < vector[i].length)
			break;
	}
	return done;
}

static int64_t
write_vector(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	int64_t done = 0;

	for (uint64_t i = 0; i < count; i++) {
		int64_t result;

		if (!vector[i].length)
			continue;
		result = write_on(file, vector[i].base, vector[i].length);
		if (result < 0)
			return done ? done : result;
		done += result;
		if ((uint64_t)result < vector[i].length)
			break;
	}
	return done;
}

/* Writes what is short as one piece, so that a line on the console stays whole. */
static int64_t
write_gathered(struct file *file, const struct abi_iovec *vector, uint64_t count)
{
	char text[GATHER_SIZE];
	size_t length = 0;

	for (uint64_t i = 0; i < count; i++) {
		if (vector[i].length > sizeof(text) - length)
			return write_vector(file, vector, count);
		if (vector[i].length)
			memcpy(text + length, vector[i].base, vector[i].length);
		length += vector[i].length;
	}
	return length ? write_on(file, text, length) : 0;
}

static int64_t
move_on(struct file *file, const struct pieces *pieces, bool writes, uint32_t flags)
{
	const struct file_operations *operations = file->operations;
	const struct abi_iovec *vector = pieces->vector;
	int64_t result;

	task_current()->no_wait = flags & ABI_RWF_NOWAIT;
	if (writes && operations->write_pieces)
		result = operations->write_pieces(file, vector, pieces->count, &file->offset,
						  file_appends(file, flags));
	else if (writes)
		result = (operations->write_vector ?: write_gathered)(file, vector, pieces->count);
	else
		result = (operations->read_vector ?: read_vector)(file, vector, pieces->count);
	task_current()->no_wait = false;
	return result;
}

int64_t
read_write_vector(int descriptor, struct pieces pieces, bool writes, uint32_t flags)
{
	int64_t result = -EINVAL;
	struct file *file = get_for(descriptor, writes, &result);

	if (!file)
		return result;
	lock_position(file);
	if (pieces.count <= ABI_IOVECS_MAX)
		result = user_pieces(pieces.vector, &pieces.count, !writes);
	if (!result && !user_pieces_empty(pieces.vector, pieces.count))
		result = transfer_check_vector(file, flags)
				 ?: move_on(file, &pieces, writes, flags);
	unlock_position(file);
	file_put(file);
	return result;
}

int64_t
sys_readv(int descriptor, const struct abi_iovec *vector, uint64_t count)
{
	return read_write_vector(descriptor, (struct pieces){vector, count, 0}, false, 0);
}

int64_t
sys_writev(int descriptor, const struct abi_iovec *vector, uint64_t count)
{
	return read_write_vector(descriptor, (struct pieces){vector, count, 0}, true, 0);
}
