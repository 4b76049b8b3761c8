/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is done with an open descriptor.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/stat.h"

#define GATHER_SIZE 1024

/* The open file of a descriptor, held, if it may be read; NULL when it may not, or is not there. */
static struct file *
get_readable(int descriptor)
{
	struct file *file = file_get(descriptor);

	if (!file || ((file->flags & ABI_O_ACCMODE) != ABI_O_WRONLY && file->operations->read))
		return file;
	file_put(file);
	return NULL;
}

static bool
may_write(const struct file *file)
{
	return (file->flags & ABI_O_ACCMODE) != ABI_O_RDONLY && file->operations->write;
}

static struct file *
get_writable(int descriptor)
{
	struct file *file = file_get(descriptor);

	if (!file || may_write(file))
		return file;
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
	struct file *file = get_readable(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
	lock_position(file);
	result = read_on(file, buffer, size);
	unlock_position(file);
	file_put(file);
	return result;
}

int64_t
sys_write(int descriptor, const void *buffer, size_t size)
{
	struct file *file = get_writable(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
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
	struct file *file = get_readable(descriptor);
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	lock_position(file);
	if (count <= ABI_IOVECS_MAX)
		result = user_pieces(vector, &count, true);
	if (!result)
		result = (file->operations->read_vector ?: read_vector)(file, vector, count);
	unlock_position(file);
	file_put(file);
	return result;
}

int64_t
sys_writev(int descriptor, const struct abi_iovec *vector, uint64_t count)
{
	struct file *file = get_writable(descriptor);
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	lock_position(file);
	if (count <= ABI_IOVECS_MAX)
		result = user_pieces(vector, &count, false);
	if (!result)
		result = (file->operations->write_vector ?: write_gathered)(file, vector, count);
	unlock_position(file);
	file_put(file);
	return result;
}

/* Whether a file can be read or written at an offset. Returns 0, or -errno. */
static int64_t
check_offset(const struct file *file, int64_t offset)
{
	if (!file->operations->seekable)
		return -ESPIPE;
	return offset < 0 ? -EINVAL : 0;
}

int64_t
sys_pread64(int descriptor, void *buffer, size_t size, int64_t offset)
{
	struct file *file = get_readable(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
	result = check_offset(file, offset);
	if (!result)
		result = file->operations->read(file, buffer, size, (uint64_t)offset);
	file_put(file);
	return result;
}

int64_t
sys_pwrite64(int descriptor, const void *buffer, size_t size, int64_t offset)
{
	struct file *file = get_writable(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
	result = check_offset(file, offset);
	if (!result)
		result = file->operations->write(file, buffer, size, (uint64_t)offset);
	file_put(file);
	return result;
}

/* SEEK_DATA and SEEK_HOLE. */
static int64_t
find(struct file *file, int64_t offset, bool data)
{
	uint64_t end = file->operations->size ? file->operations->size(file) : 0, at;

	if (offset < 0 || (uint64_t)offset >= end)
		return -ENXIO;
	at = data ? (uint64_t)offset : end;
	if (file->operations->find)
		at = file->operations->find(file, (uint64_t)offset, data);
	if (data && at >= end)
		return -ENXIO;
	file->offset = at;
	return (int64_t)at;
}

static int64_t
seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t from;

	if (!file->operations->seekable)
		return -ESPIPE;
	if (whence == ABI_SEEK_DATA || whence == ABI_SEEK_HOLE)
		return find(file, offset, whence == ABI_SEEK_DATA);
	if (whence == ABI_SEEK_SET)
		from = 0;
	else if (whence == ABI_SEEK_CUR)
		from = (int64_t)file->offset;
	else if (whence == ABI_SEEK_END)
		from = file->operations->size ? (int64_t)file->operations->size(file) : 0;
	else
		return -EINVAL;
	if (__builtin_add_overflow(from, offset, &from))
		return -EOVERFLOW;
	if (from < 0)
		return -EINVAL;
	file->offset = (uint64_t)from;
	return from;
}

int64_t
sys_lseek(int descriptor, int64_t offset, unsigned whence)
{
	struct file *file = file_get(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
	lock_position(file);
	result = seek(file, offset, whence);
	unlock_position(file);
	file_put(file);
	return result;
}

int64_t
sys_ftruncate(int descriptor, int64_t size)
{
	struct file *file = file_get(descriptor);
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->operations->resize && may_write(file) && size >= 0)
		result = file->operations->resize(file, (uint64_t)size);
	file_put(file);
	return result;
}

/* There is nothing behind the files that they could be written to. */
int64_t
sys_fsync(int descriptor)
{
	struct file *file = file_get(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
	result = file->node && file->node->type != RAMFS_DEVICE ? 0 : -EINVAL;
	file_put(file);
	return result;
}

/* Nor behind the file system that a file is in, whichever it is. */
int64_t
sys_syncfs(int descriptor)
{
	struct file *file = file_get(descriptor);

	if (!file)
		return -EBADF;
	file_put(file);
	return 0;
}

int64_t
sys_ioctl(int descriptor, unsigned request, uint64_t argument)
{
	struct file *file = file_get(descriptor);
	int64_t result = -ENOTTY;

	if (!file)
		return -EBADF;
	if (request == ABI_FIONBIO && !user_readable((const void *)argument, sizeof(int32_t)))
		result = -EFAULT;
	else if (request == ABI_FIONBIO)
		result = file_set_blocking(file, !*(const int32_t *)argument);
	else if (file->operations->control)
		result = file->operations->control(file, request, argument);
	file_put(file);
	return result;
}

int64_t
sys_fstat(int descriptor, struct abi_stat *stat)
{
	struct file *file = file_get(descriptor);
	uint64_t saved;

	if (!file)
		return -EBADF;
	saved = spin_lock(&files_lock);
	stat_fill_open(file, stat);
	spin_unlock(&files_lock, saved);
	file_put(file);
	return 0;
}
