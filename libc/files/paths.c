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
	int result;

	if (!file)
		return error;
	result = descriptor_add(file, 0, flags & ABI_O_CLOEXEC);
	if (result < 0)
		file_put(file);
	return result;
}

int64_t
sys_open(struct app_frame *frame)
{
	return open_at(ABI_AT_FDCWD, (const char *)frame->arg[0], (uint32_t)frame->arg[1],
		       frame->arg[2]);
}

int64_t
sys_openat(struct app_frame *frame)
{
	return open_at((int)frame->arg[0], (const char *)frame->arg[1], (uint32_t)frame->arg[2],
		       frame->arg[3]);
}

int64_t
sys_creat(struct app_frame *frame)
{
	return open_at(ABI_AT_FDCWD, (const char *)frame->arg[0],
		       ABI_O_CREAT | ABI_O_TRUNC | ABI_O_WRONLY, frame->arg[1]);
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
sys_stat(struct app_frame *frame)
{
	return stat_at(ABI_AT_FDCWD, (const char *)frame->arg[0], true,
		       (struct abi_stat *)frame->arg[1]);
}

int64_t
sys_lstat(struct app_frame *frame)
{
	return stat_at(ABI_AT_FDCWD, (const char *)frame->arg[0], false,
		       (struct abi_stat *)frame->arg[1]);
}

/* newfstatat(descriptor, path, stat, flags) */
int64_t
sys_newfstatat(struct app_frame *frame)
{
	const char *path = (const char *)frame->arg[1];
	struct app_frame of_descriptor = {.arg = {frame->arg[0], frame->arg[2]}};

	if (!*path && (frame->arg[3] & ABI_AT_EMPTY_PATH))
		return sys_fstat(&of_descriptor);
	return stat_at((int)frame->arg[0], path, !(frame->arg[3] & ABI_AT_SYMLINK_NOFOLLOW),
		       (struct abi_stat *)frame->arg[2]);
}

/* Everything may be done with everything but writing what is generated. */
static int64_t
access_at(int descriptor, const char *path, uint64_t how)
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
sys_access(struct app_frame *frame)
{
	return access_at(ABI_AT_FDCWD, (const char *)frame->arg[0], frame->arg[1]);
}

int64_t
sys_faccessat(struct app_frame *frame)
{
	return access_at((int)frame->arg[0], (const char *)frame->arg[1], frame->arg[2]);
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
sys_mkdir(struct app_frame *frame)
{
	return mkdir_at(ABI_AT_FDCWD, (const char *)frame->arg[0], frame->arg[1]);
}

int64_t
sys_mkdirat(struct app_frame *frame)
{
	return mkdir_at((int)frame->arg[0], (const char *)frame->arg[1], frame->arg[2]);
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
sys_rmdir(struct app_frame *frame)
{
	return remove_at(ABI_AT_FDCWD, (const char *)frame->arg[0], true);
}

int64_t
sys_unlink(struct app_frame *frame)
{
	return remove_at(ABI_AT_FDCWD, (const char *)frame->arg[0], false);
}

int64_t
sys_unlinkat(struct app_frame *frame)
{
	return remove_at((int)frame->arg[0], (const char *)frame->arg[1],
			 frame->arg[2] & ABI_AT_REMOVEDIR);
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
sys_rename(struct app_frame *frame)
{
	return rename_at(ABI_AT_FDCWD, (const char *)frame->arg[0], ABI_AT_FDCWD,
			 (const char *)frame->arg[1]);
}

int64_t
sys_renameat(struct app_frame *frame)
{
	return rename_at((int)frame->arg[0], (const char *)frame->arg[1], (int)frame->arg[2],
			 (const char *)frame->arg[3]);
}

int64_t
sys_truncate(struct app_frame *frame)
{
	int error;
	struct file *file = open_path(ABI_AT_FDCWD, (const char *)frame->arg[0], ABI_O_WRONLY, 0,
				      &error);
	int64_t result = -EINVAL;

	if (!file)
		return error;
	if (file->operations->resize && (int64_t)frame->arg[1] >= 0)
		result = file->operations->resize(file, frame->arg[1]);
	file_put(file);
	return result;
}
