/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading and writing on, where an open file's offset is.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"

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
		return file->operations->write_pieces(file, &piece, 1, &file->offset);
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

	if (file->operations->write_pieces)
		return file->operations->write_pieces(file, vector, count, &file->offset);
	for (uint64_t i = 0; i < count; i++) {
		if (vector[i].length > sizeof(text) - length)
			return write_vector(file, vector, count);
		if (vector[i].length)
			memcpy(text + length, vector[i].base, vector[i].length);
		length += vector[i].length;
	}
	return length ? write_on(file, text, length) : 0;
}

int64_t
sys_readv(int descriptor, const struct abi_iovec *vector, uint64_t count)
{
	int64_t result = -EINVAL;
	struct file *file = get_for(descriptor, false, &result);

	if (!file)
		return result;
	lock_position(file);
	if (count <= ABI_IOVECS_MAX)
		result = user_pieces(vector, &count, true);
	if (!result && !user_pieces_empty(vector, count))
		result = (file->operations->read_vector ?: read_vector)(file, vector, count);
	unlock_position(file);
	file_put(file);
	return result;
}

int64_t
sys_writev(int descriptor, const struct abi_iovec *vector, uint64_t count)
{
	int64_t result = -EINVAL;
	struct file *file = get_for(descriptor, true, &result);

	if (!file)
		return result;
	lock_position(file);
	if (count <= ABI_IOVECS_MAX)
		result = user_pieces(vector, &count, false);
	if (!result && !user_pieces_empty(vector, count))
		result = (file->operations->write_vector ?: write_gathered)(file, vector, count);
	unlock_position(file);
	file_put(file);
	return result;
}
