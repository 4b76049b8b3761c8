/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is done with a path: looking, making directories, removing, renaming. Each call comes with
 * or without a descriptor of the directory that a relative path starts from.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"
#include "libc/files/stat.h"

#define STAT_FLAGS                                                                                 \
	(ABI_AT_SYMLINK_NOFOLLOW | ABI_AT_EMPTY_PATH | ABI_AT_NO_AUTOMOUNT | ABI_AT_STATX_SYNC)
#define ACCESS_FLAGS (ABI_AT_EACCESS | ABI_AT_SYMLINK_NOFOLLOW | ABI_AT_EMPTY_PATH)
#define DIRECTORY_BITS 01777 /* of a mode that mkdir() takes */

/* -- Looking ----------------------------------------------------------------------------------- */

static int64_t
stat_at(int descriptor, const char *path, int flags, struct abi_stat *stat)
{
	int error;
	struct ramfs_node *node = lookup_find_by(descriptor, path, flags, &error);
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
	return stat_at(ABI_AT_FDCWD, path, 0, stat);
}

int64_t
sys_lstat(const char *path, struct abi_stat *stat)
{
	return stat_at(ABI_AT_FDCWD, path, ABI_AT_SYMLINK_NOFOLLOW, stat);
}

int64_t
sys_newfstatat(int descriptor, const char *path, struct abi_stat *stat, int flags)
{
	if (flags & ~STAT_FLAGS)
		return -EINVAL;
	if (!*path && (flags & ABI_AT_EMPTY_PATH) && descriptor != ABI_AT_FDCWD)
		return sys_fstat(descriptor, stat);
	return stat_at(descriptor, path, flags, stat);
}

/* All is allowed but to write what is generated, and to execute what nobody may. */
static int64_t
check_access_mode(const struct ramfs_node *node, int how)
{
	if (node->type == RAMFS_GENERATED && !node->take && (how & ABI_W_OK))
		return -EACCES;
	if (node->type != RAMFS_DIRECTORY && (how & ABI_X_OK) && !(node->mode & RAMFS_EXECUTE))
		return -EACCES;
	return 0;
}

int64_t
sys_faccessat2(int descriptor, const char *path, int how, int flags)
{
	int error;
	struct ramfs_node *node;
	int64_t result;

	if ((how & ~ABI_RWX_OK) || (flags & ~ACCESS_FLAGS))
		return -EINVAL;
	node = lookup_find_by(descriptor, path, flags, &error);
	if (!node)
		return error;
	result = check_access_mode(node, how);
	lookup_release(node);
	return result;
}

int64_t
sys_faccessat(int descriptor, const char *path, int how)
{
	return sys_faccessat2(descriptor, path, how, 0);
}

int64_t
sys_access(const char *path, int how)
{
	return sys_faccessat2(ABI_AT_FDCWD, path, how, 0);
}

/* -- Changing ---------------------------------------------------------------------------------- */

int64_t
sys_mkdirat(int descriptor, const char *path, uint16_t mode)
{
	int error;
	struct ramfs_node *node =
		lookup_make(descriptor, path, RAMFS_DIRECTORY, mode & DIRECTORY_BITS, &error);

	if (node)
		lookup_release(node);
	return error;
}

int64_t
sys_mkdir(const char *path, uint16_t mode)
{
	return sys_mkdirat(ABI_AT_FDCWD, path, mode);
}

static int64_t
remove_path(int descriptor, const char *path, bool directory)
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
	ramfs_collect();
	return error;
}

int64_t
sys_rmdir(const char *path)
{
	return remove_path(ABI_AT_FDCWD, path, true);
}

int64_t
sys_unlink(const char *path)
{
	return remove_path(ABI_AT_FDCWD, path, false);
}

int64_t
sys_unlinkat(int descriptor, const char *path, int flags)
{
	if (flags & ~ABI_AT_REMOVEDIR)
		return -EINVAL;
	return remove_path(descriptor, path, flags);
}

int64_t
sys_renameat2(int old_descriptor, const char *old, int new_descriptor, const char *new,
	      unsigned flags)
{
	struct ramfs_place from = {.path = old}, to = {.path = new};
	int error;
	uint64_t saved;

	if ((flags & ~(RAMFS_NO_REPLACE | RAMFS_EXCHANGE)) ||
	    flags == (RAMFS_NO_REPLACE | RAMFS_EXCHANGE))
		return -EINVAL;
	from.from = lookup_start(old_descriptor, old, &error);
	if (!from.from)
		return error;
	to.from = lookup_start(new_descriptor, new, &error);
	saved = spin_lock(&files_lock);
	if (to.from)
		error = ramfs_rename(&files_tree, from, to, flags);
	else /* what is wrong with the old one comes first */
		error = ramfs_check_parent(&files_tree, from) ?: error;
	if (to.from)
		ramfs_release(to.from);
	ramfs_release(from.from);
	spin_unlock(&files_lock, saved);
	ramfs_collect();
	return error;
}

int64_t
sys_renameat(int old_descriptor, const char *old, int new_descriptor, const char *new)
{
	return sys_renameat2(old_descriptor, old, new_descriptor, new, 0);
}

int64_t
sys_rename(const char *old, const char *new)
{
	return sys_renameat2(ABI_AT_FDCWD, old, ABI_AT_FDCWD, new, 0);
}
