/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * open() and its like. With ABI_O_PATH a file is named alone, and most flags mean nothing.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"

#define O_PATH_FLAGS (ABI_O_PATH | ABI_O_DIRECTORY | ABI_O_NOFOLLOW | ABI_O_CLOEXEC)

static struct file *
open_path(int descriptor, const char *path, uint32_t flags, uint64_t mode, int *error)
{
	bool follow = !(flags & ABI_O_NOFOLLOW), made = false;
	struct ramfs_node *node;
	struct file *file;

	if (flags & ABI_O_CREAT)
		node = lookup_make_file(descriptor, path, follow, flags & ABI_O_EXCL, mode, &made,
					error);
	else
		node = lookup_find(descriptor, path, follow, error);
	if (!node)
		return NULL;
	file = files_open_node(node, flags, made, error);
	lookup_release(node);
	return file;
}

int64_t
sys_openat(int descriptor, const char *path, int how, uint16_t mode)
{
	uint32_t flags = (uint32_t)how | ABI_O_LARGEFILE;
	struct file *file;
	int error;

	if (flags & ABI_O_PATH)
		flags &= O_PATH_FLAGS;
	if ((flags & ABI_O_CREAT) && (flags & ABI_O_DIRECTORY))
		return -EINVAL;
	file = open_path(descriptor, path, flags, mode, &error);
	return file ? descriptor_add_new(file, how) : error;
}

int64_t
sys_open(const char *path, int flags, uint16_t mode)
{
	return sys_openat(ABI_AT_FDCWD, path, flags, mode);
}

int64_t
sys_creat(const char *path, uint16_t mode)
{
	return sys_openat(ABI_AT_FDCWD, path, ABI_O_CREAT | ABI_O_TRUNC | ABI_O_WRONLY, mode);
}

int64_t
sys_truncate(const char *path, int64_t size)
{
	int error;
	struct ramfs_node *node;
	struct file *file;

	if (size < 0)
		return -EINVAL;
	node = lookup_find(ABI_AT_FDCWD, path, true, &error);
	if (!node)
		return error;
	error = node->type == RAMFS_FILE ? 0 : node->type == RAMFS_DIRECTORY ? -EISDIR : -EINVAL;
	file = error ? NULL : files_open_node(node, ABI_O_WRONLY, false, &error);
	lookup_release(node);
	if (!file)
		return error;
	error = file->operations->resize(file, (uint64_t)size);
	file_put(file);
	return error;
}
