/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Symbolic links, and other names of a file.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"

/* Writes where a link leads, cut to size; returns the bytes written. */
static int64_t
copy_target(const struct ramfs_node *link, char *buffer, size_t size)
{
	spin_assert_held(&files_lock);
	if (link->generate)
		return (int64_t)MIN(link->generate(buffer, size, link->argument), size);
	size = MIN(size, string_length(link->target));
	memcpy(buffer, link->target, size);
	return (int64_t)size;
}

/* An empty path means a link that the descriptor is of, by ABI_O_PATH and ABI_O_NOFOLLOW. */
int64_t
sys_readlinkat(int descriptor, const char *path, char *buffer, int size)
{
	int error;
	struct ramfs_node *node;
	int64_t result = *path ? -EINVAL : -ENOENT;
	uint64_t flags;

	if (size <= 0)
		return -EINVAL;
	node = lookup_find_by(descriptor, path, ABI_AT_SYMLINK_NOFOLLOW | ABI_AT_EMPTY_PATH,
			      &error);
	if (!node)
		return error;
	flags = spin_lock(&files_lock);
	if (node->type == RAMFS_LINK)
		result = copy_target(node, buffer, (size_t)size);
	ramfs_release(node);
	spin_unlock(&files_lock, flags);
	return result;
}

int64_t
sys_readlink(const char *path, char *buffer, int size)
{
	return sys_readlinkat(ABI_AT_FDCWD, path, buffer, size);
}

int64_t
sys_symlinkat(const char *target, int descriptor, const char *path)
{
	int error = -ENOENT;
	struct ramfs_node *from = *target ? lookup_start(descriptor, path, &error) : NULL, *node;
	uint64_t flags;

	if (!from)
		return error;
	flags = spin_lock(&files_lock);
	error = ramfs_make_link(&files_tree, from, path, target, &node);
	ramfs_release(from);
	spin_unlock(&files_lock, flags);
	return error;
}

int64_t
sys_symlink(const char *target, const char *path)
{
	return sys_symlinkat(target, ABI_AT_FDCWD, path);
}

/* -- Other names ------------------------------------------------------------------------------- */

int64_t
sys_linkat(int old_descriptor, const char *old, int new_descriptor, const char *new, int flags)
{
	int how = flags & ABI_AT_EMPTY_PATH;
	struct ramfs_node *node, *from;
	int error;
	uint64_t saved;

	if (flags & ~(ABI_AT_SYMLINK_FOLLOW | ABI_AT_EMPTY_PATH))
		return -EINVAL;
	if (!(flags & ABI_AT_SYMLINK_FOLLOW))
		how |= ABI_AT_SYMLINK_NOFOLLOW;
	node = lookup_find_by(old_descriptor, old, how, &error);
	if (!node)
		return error;
	from = lookup_start(new_descriptor, new, &error);
	saved = spin_lock(&files_lock);
	if (from) {
		error = ramfs_add_name(&files_tree, from, new, node);
		ramfs_release(from);
	}
	ramfs_release(node);
	spin_unlock(&files_lock, saved);
	return error;
}

int64_t
sys_link(const char *old, const char *new)
{
	return sys_linkat(ABI_AT_FDCWD, old, ABI_AT_FDCWD, new, 0);
}
