/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is done with an open descriptor.
 */
#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/paging.h"
#include "kernel/string.h"
#include "libc/abi.h"
#include "libc/files.h"
#include "libc/stat.h"
#include "libc/syscall.h"

#define GATHER_SIZE 1024

static bool
may_read(const struct file *file)
{
	return (file->flags & ABI_O_ACCMODE) != ABI_O_WRONLY && file->operations->read;
}

static bool
may_write(const struct file *file)
{
	return (file->flags & ABI_O_ACCMODE) != ABI_O_RDONLY && file->operations->write;
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
	int64_t result;

	if ((file->flags & ABI_O_APPEND) && file->node && file->node->type == RAMFS_FILE)
		file->offset = file->node->size;
	result = file->operations->write(file, buffer, size, file->offset);
	if (result > 0 && file->operations->seekable)
		file->offset += (uint64_t)result;
	return result;
}

int64_t
sys_read(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result = -EBADF;

	if (!file)
		return -EBADF;
	if (may_read(file))
		result = read_on(file, (void *)frame->arg[1], frame->arg[2]);
	file_put(file);
	return result;
}

int64_t
sys_write(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result = -EBADF;

	if (!file)
		return -EBADF;
	if (may_write(file))
		result = write_on(file, (const void *)frame->arg[1], frame->arg[2]);
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

int64_t
sys_readv(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result = -EBADF;

	if (!file)
		return -EBADF;
	if (frame->arg[2] > ABI_IOVECS_MAX)
		result = -EINVAL;
	else if (may_read(file))
		result = (file->operations->read_vector ?: read_vector)(
			file, (const void *)frame->arg[1], frame->arg[2]);
	file_put(file);
	return result;
}

int64_t
sys_writev(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result = -EBADF;

	if (!file)
		return -EBADF;
	if (frame->arg[2] > ABI_IOVECS_MAX)
		result = -EINVAL;
	else if (may_write(file))
		result = (file->operations->write_vector ?: write_gathered)(
			file, (const void *)frame->arg[1], frame->arg[2]);
	file_put(file);
	return result;
}

int64_t
sys_pread64(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result;

	if (!file)
		return -EBADF;
	if (!may_read(file))
		result = -EBADF;
	else if (!file->operations->seekable)
		result = -ESPIPE;
	else if ((int64_t)frame->arg[3] < 0)
		result = -EINVAL;
	else
		result = file->operations->read(file, (void *)frame->arg[1], frame->arg[2],
						frame->arg[3]);
	file_put(file);
	return result;
}

int64_t
sys_pwrite64(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result;

	if (!file)
		return -EBADF;
	if (!may_write(file))
		result = -EBADF;
	else if (!file->operations->seekable)
		result = -ESPIPE;
	else if ((int64_t)frame->arg[3] < 0)
		result = -EINVAL;
	else
		result = file->operations->write(file, (const void *)frame->arg[1], frame->arg[2],
						 frame->arg[3]);
	file_put(file);
	return result;
}

/* Where the end of a file is, for SEEK_END. */
static uint64_t
end_of(const struct file *file)
{
	if (file->node && file->node->type == RAMFS_FILE)
		return file->node->size;
	return file->size;
}

static int64_t
seek(struct file *file, int64_t offset, uint64_t whence)
{
	int64_t from;

	if (!file->operations->seekable)
		return -ESPIPE;
	if (whence == ABI_SEEK_SET)
		from = 0;
	else if (whence == ABI_SEEK_CUR)
		from = (int64_t)file->offset;
	else if (whence == ABI_SEEK_END)
		from = (int64_t)end_of(file);
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
sys_lseek(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result;

	if (!file)
		return -EBADF;
	result = seek(file, (int64_t)frame->arg[1], frame->arg[2]);
	file_put(file);
	return result;
}

int64_t
sys_ftruncate(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->operations->resize && may_write(file) && (int64_t)frame->arg[1] >= 0)
		result = file->operations->resize(file, frame->arg[1]);
	file_put(file);
	return result;
}

/* There is nothing behind the files that they could be written to. */
int64_t
sys_fsync(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	if (file->node && file->node->type != RAMFS_DEVICE)
		result = 0;
	file_put(file);
	return result;
}

int64_t
sys_ioctl(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	int64_t result = -ENOTTY;

	if (!file)
		return -EBADF;
	if ((uint32_t)frame->arg[1] == ABI_FIONBIO)
		result = file_set_blocking(file, !*(const int32_t *)frame->arg[2]);
	else if (file->operations->control)
		result = file->operations->control(file, (uint32_t)frame->arg[1], frame->arg[2]);
	file_put(file);
	return result;
}

int64_t
sys_fstat(struct app_frame *frame)
{
	struct file *file = file_get((int)frame->arg[0]);
	uint64_t saved;

	if (!file)
		return -EBADF;
	saved = spin_lock(&files_lock);
	stat_fill_open(file, (struct abi_stat *)frame->arg[1]);
	spin_unlock(&files_lock, saved);
	file_put(file);
	return 0;
}
