/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What else is done with an open descriptor.
 */
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/files/stat.h"

#define ADVICES 6 /* POSIX_FADV_NORMAL to POSIX_FADV_NOREUSE */

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
	struct file *file = file_get_any(descriptor);
	uint64_t saved;

	if (!file)
		return -EBADF;
	saved = spin_lock(&files_lock);
	stat_fill_open(file, stat);
	spin_unlock(&files_lock, saved);
	file_put(file);
	return 0;
}

/* Advice on how a file will be read: all of it is in memory. */
int64_t
sys_fadvise64(int descriptor, int64_t offset, int64_t length, unsigned advice)
{
	struct file *file = file_get(descriptor);
	int64_t result = 0;

	(void)offset;
	if (!file)
		return -EBADF;
	if (file->operations->kind == ABI_S_IFIFO)
		result = -ESPIPE;
	else if (length < 0 || advice >= ADVICES)
		result = -EINVAL;
	file_put(file);
	return result;
}
