/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where a file's offset is, and where it ends: seeking, cutting, making room and holes.
 */
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"

#define KEEP_SIZE 0x01
#define PUNCH_HOLE 0x02
#define MODES 0xfe /* of which there may be one, beside KEEP_SIZE */

/* SEEK_DATA and SEEK_HOLE. */
static int64_t
find_extent(struct file *file, int64_t offset, bool data)
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

static bool
is_directory(const struct file *file)
{
	return file->node && file->node->type == RAMFS_DIRECTORY;
}

static int64_t
seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t from;

	if (whence > ABI_SEEK_HOLE)
		return -EINVAL;
	if (file->operations->at_start)
		return 0;
	if (!file->operations->seekable)
		return -ESPIPE;
	if (is_directory(file) && whence > ABI_SEEK_CUR)
		return -EINVAL; /* (as in Linux's tmpfs) */
	if (whence == ABI_SEEK_DATA || whence == ABI_SEEK_HOLE)
		return find_extent(file, offset, whence == ABI_SEEK_DATA);
	if (whence == ABI_SEEK_SET)
		from = 0;
	else if (whence == ABI_SEEK_CUR)
		from = (int64_t)file->offset;
	else
		from = file->operations->size ? (int64_t)file->operations->size(file) : 0;
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
	mutex_lock(&file->position);
	result = seek(file, offset, whence);
	mutex_unlock(&file->position);
	file_put(file);
	return result;
}

int64_t
sys_ftruncate(int descriptor, int64_t size)
{
	struct file *file;
	int64_t result = -EINVAL;

	if (size < 0)
		return -EINVAL;
	file = file_get(descriptor);
	if (!file)
		return -EBADF;
	if (file->operations->resize && file_writes(file))
		result = file->operations->resize(file, (uint64_t)size);
	file_put(file);
	return result;
}

/* -- fallocate() ------------------------------------------------------------------------------- */

/* Whether there is such a mode, here or elsewhere. Those that Linux's tmpfs has are here. */
static int
check_mode(unsigned mode)
{
	if (mode & ~(unsigned)(MODES | KEEP_SIZE) || (mode & MODES & ((mode & MODES) - 1)))
		return -ENOTSUP;
	return (mode & MODES) == PUNCH_HOLE && !(mode & KEEP_SIZE) ? -ENOTSUP : 0;
}

static int64_t
allocate(struct file *file, unsigned mode, int64_t offset, int64_t length)
{
	int64_t end;
	int result;

	if (offset < 0 || length <= 0)
		return -EINVAL;
	result = check_mode(mode);
	if (result)
		return result;
	if (!file_writes(file))
		return -EBADF;
	if (!file->operations->seekable)
		return -ESPIPE;
	if (!file->operations->allocate)
		return -ENODEV;
	if (__builtin_add_overflow(offset, length, &end))
		return -EFBIG;
	if (mode & MODES & ~(unsigned)PUNCH_HOLE)
		return -ENOTSUP;
	return file->operations->allocate(file, (uint64_t)offset, (uint64_t)length,
					  mode & PUNCH_HOLE  ? FILE_PUNCH
					  : mode & KEEP_SIZE ? FILE_RESERVE
							     : FILE_EXTEND);
}

int64_t
sys_fallocate(int descriptor, int mode, int64_t offset, int64_t length)
{
	struct file *file = file_get(descriptor);
	int64_t result;

	if (!file)
		return -EBADF;
	result = allocate(file, (unsigned)mode, offset, length);
	file_put(file);
	return result;
}
