/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is done with a path. Each call comes with or without a descriptor of the directory that a
 * relative path starts from.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"
#include "libc/files/stat.h"

/* -- Opening ----------------------------------------------------------------------------------- */

static struct file *
open_path(int descriptor, const char *path, uint32_t flags, uint64_t mode, int *error)
{
	struct ramfs_node *node;
	struct file *file;

	if (flags & ABI_O_CREAT)
		node = lookup_make(descriptor, path, RAMFS_FILE, mode, flags & ABI_O_EXCL, error);
	else
		node = lookup_find(descriptor, path, !(flags & ABI_O_NOFOLLOW), error);
	if (!node)
		return NULL;
	file = files_open_node(node, flags, error);
	lookup_release(node);
	return file;
}

static int64_t
open_at(int descriptor, const char *path, uint32_t flags, uint64_t mode)
{
	int error;
	struct file *file = open_path(descriptor, path, flags, mode, &error);

	return file ? descriptor_add_new(file, (int)flags) : error;
}

int64_t
sys_open(const char *path, int flags, uint16_t mode)
{
	return open_at(ABI_AT_FDCWD, path, (uint32_t)flags, mode);
}

int64_t
sys_openat(int descriptor, const char *path, int flags, uint16_t mode)
{
	return open_at(descriptor, path, (uint32_t)flags, mode);
}

int64_t
sys_creat(const char *path, uint16_t mode)
{
	return open_at(ABI_AT_FDCWD, path, ABI_O_CREAT | ABI_O_TRUNC | ABI_O_WRONLY, mode);
}

/* -- Looking ----------------------------------------------------------------------------------- */

static int64_t
stat_at(int descriptor, const char *path, bool follow, struct abi_stat *stat)
{
	int error;
	struct ramfs_node *node = lookup_find(descriptor, path, follow, &error);
	uint64_t saved;

	if (!node)
		return error;
	saved = spin_lock(&files_lock);
	stat_fill(node, stat);
	ramfs_release(node);
	spin_unlock(&files_lock, saved);
	return 0;
}

int64_t
sys_stat(const char *path, struct abi_stat *stat)
{
	return stat_at(ABI_AT_FDCWD, path, true, stat);
}

int64_t
sys_lstat(const char *path, struct abi_stat *stat)
{
	return stat_at(ABI_AT_FDCWD, path, false, stat);
}

int64_t
sys_newfstatat(int descriptor, const char *path, struct abi_stat *stat, int flags)
{

	if (!*path && (flags & ABI_AT_EMPTY_PATH))
		return sys_fstat(descriptor, stat);
	return stat_at(descriptor, path, !(flags & ABI_AT_SYMLINK_NOFOLLOW), stat);
}

/* Everything may be done with everything but writing what is generated. */
static int64_t
access_at(int descriptor, const char *path, int how)
{
	int error;
	struct ramfs_node *node = lookup_find(descriptor, path, true, &error);
	bool generated;

	if (!node)
		return error;
	generated = node->type == RAMFS_GENERATED;
	lookup_release(node);
	return generated && (how & ABI_W_OK) ? -EACCES : 0;
}

int64_t
sys_access(const char *path, int how)
{
	return access_at(ABI_AT_FDCWD, path, how);
}

int64_t
sys_faccessat(int descriptor, const char *path, int how)
{
	return access_at(descriptor, path, how);
}

/* -- Changing ---------------------------------------------------------------------------------- */

static int64_t
mkdir_at(int descriptor, const char *path, uint64_t mode)
{
	int error;
	struct ramfs_node *node =
		lookup_make(descriptor, path, RAMFS_DIRECTORY, mode, true, &error);

	if (node)
		lookup_release(node);
	return error;
}

int64_t
sys_mkdir(const char *path, uint16_t mode)
{
	return mkdir_at(ABI_AT_FDCWD, path, mode);
}

int64_t
sys_mkdirat(int descriptor, const char *path, uint16_t mode)
{
	return mkdir_at(descriptor, path, mode);
}

static int64_t
remove_at(int descriptor, const char *path, bool directory)
{
	int error;
	struct ramfs_node *from = lookup_start(descriptor, path, &error);
	uint64_t saved;

	if (!from)
		return error;
	saved = spin_lock(&files_lock);
	error = ramfs_remove(&files_tree, from, path, directory);
	ramfs_release(from);
	spin_unlock(&files_lock, saved);
	return error;
}

int64_t
sys_rmdir(const char *path)
{
	return remove_at(ABI_AT_FDCWD, path, true);
}

int64_t
sys_unlink(const char *path)
{
	return remove_at(ABI_AT_FDCWD, path, false);
}

int64_t
sys_unlinkat(int descriptor, const char *path, int flags)
{
	return remove_at(descriptor, path, flags & ABI_AT_REMOVEDIR);
}

static int64_t
rename_at(int old_descriptor, const char *old, int new_descriptor, const char *new)
{
	int error;
	struct ramfs_node *old_from = lookup_start(old_descriptor, old, &error);
	struct ramfs_node *new_from = old_from ? lookup_start(new_descriptor, new, &error) : NULL;
	uint64_t saved = spin_lock(&files_lock);

	if (new_from) {
		error = ramfs_rename(&files_tree, old_from, old, new_from, new);
		ramfs_release(new_from);
	}
	if (old_from)
		ramfs_release(old_from);
	spin_unlock(&files_lock, saved);
	return error;
}

int64_t
sys_rename(const char *old, const char *new)
{
	return rename_at(ABI_AT_FDCWD, old, ABI_AT_FDCWD, new);
}

int64_t
sys_renameat(int old_descriptor, const char *old, int new_descriptor, const char *new)
{
	return rename_at(old_descriptor, old, new_descriptor, new);
}

int64_t
sys_truncate(const char *path, int64_t size)
{
	int error;
	struct file *file = open_path(ABI_AT_FDCWD, path, ABI_O_WRONLY, 0, &error);
	int64_t result = -EINVAL;

	if (!file)
		return error;
	if (file->operations->resize && size >= 0)
		result = file->operations->resize(file, (uint64_t)size);
	file_put(file);
	return result;
}
