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
#include "libc/files/files.h"
#include "libc/files/stat.h"

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

static int64_t
read_call(struct file *file, struct app_frame *frame)
{
	if (!may_read(file))
		return -EBADF;
	return read_on(file, (void *)frame->arg[1], frame->arg[2]);
}

int64_t
sys_read(struct app_frame *frame)
{
	return file_call(frame, read_call);
}

static int64_t
write_call(struct file *file, struct app_frame *frame)
{
	if (!may_write(file))
		return -EBADF;
	return write_on(file, (const void *)frame->arg[1], frame->arg[2]);
}

int64_t
sys_write(struct app_frame *frame)
{
	return file_call(frame, write_call);
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
readv_call(struct file *file, struct app_frame *frame)
{
	if (!may_read(file))
		return -EBADF;
	if (frame->arg[2] > ABI_IOVECS_MAX)
		return -EINVAL;
	return (file->operations->read_vector ?: read_vector)(file, (const void *)frame->arg[1],
							      frame->arg[2]);
}

int64_t
sys_readv(struct app_frame *frame)
{
	return file_call(frame, readv_call);
}

static int64_t
writev_call(struct file *file, struct app_frame *frame)
{
	if (!may_write(file))
		return -EBADF;
	if (frame->arg[2] > ABI_IOVECS_MAX)
		return -EINVAL;
	return (file->operations->write_vector ?: write_gathered)(file, (const void *)frame->arg[1],
								  frame->arg[2]);
}

int64_t
sys_writev(struct app_frame *frame)
{
	return file_call(frame, writev_call);
}

/* Whether a file can be read or written at an offset. Returns 0, or -errno. */
static int64_t
check_offset(const struct file *file, uint64_t offset)
{
	if (!file->operations->seekable)
		return -ESPIPE;
	return (int64_t)offset < 0 ? -EINVAL : 0;
}

static int64_t
pread_call(struct file *file, struct app_frame *frame)
{
	int64_t error = may_read(file) ? check_offset(file, frame->arg[3]) : -EBADF;

	return error ? error
		     : file->operations->read(file, (void *)frame->arg[1], frame->arg[2],
					      frame->arg[3]);
}

int64_t
sys_pread64(struct app_frame *frame)
{
	return file_call(frame, pread_call);
}

static int64_t
pwrite_call(struct file *file, struct app_frame *frame)
{
	int64_t error = may_write(file) ? check_offset(file, frame->arg[3]) : -EBADF;

	return error ? error
		     : file->operations->write(file, (const void *)frame->arg[1], frame->arg[2],
					       frame->arg[3]);
}

int64_t
sys_pwrite64(struct app_frame *frame)
{
	return file_call(frame, pwrite_call);
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
seek_call(struct file *file, struct app_frame *frame)
{
	int64_t from, offset = (int64_t)frame->arg[1];
	uint64_t whence = frame->arg[2];

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
	return file_call(frame, seek_call);
}

static int64_t
resize_call(struct file *file, struct app_frame *frame)
{
	if (!file->operations->resize || !may_write(file) || (int64_t)frame->arg[1] < 0)
		return -EINVAL;
	return file->operations->resize(file, frame->arg[1]);
}

int64_t
sys_ftruncate(struct app_frame *frame)
{
	return file_call(frame, resize_call);
}

/* There is nothing behind the files that they could be written to. */
static int64_t
sync_call(struct file *file, struct app_frame *frame)
{
	(void)frame;
	return file->node && file->node->type != RAMFS_DEVICE ? 0 : -EINVAL;
}

int64_t
sys_fsync(struct app_frame *frame)
{
	return file_call(frame, sync_call);
}

static int64_t
control_call(struct file *file, struct app_frame *frame)
{
	uint32_t request = (uint32_t)frame->arg[1];

	if (request == ABI_FIONBIO)
		return file_set_blocking(file, !*(const int32_t *)frame->arg[2]);
	if (!file->operations->control)
		return -ENOTTY;
	return file->operations->control(file, request, frame->arg[2]);
}

int64_t
sys_ioctl(struct app_frame *frame)
{
	return file_call(frame, control_call);
}

static int64_t
stat_call(struct file *file, struct app_frame *frame)
{
	uint64_t saved = spin_lock(&files_lock);

	stat_fill_open(file, (struct abi_stat *)frame->arg[1]);
	spin_unlock(&files_lock, saved);
	return 0;
}

int64_t
sys_fstat(struct app_frame *frame)
{
	return file_call(frame, stat_call);
}
