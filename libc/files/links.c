/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Symbolic links. There are no hard links: a node has one name.
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
tell_target(const struct ramfs_node *link, char *buffer, size_t size)
{
	spin_assert_held(&files_lock);
	if (link->generate)
		return (int64_t)MIN(link->generate(buffer, size, link->argument), size);
	size = MIN(size, string_length(link->target));
	memcpy(buffer, link->target, size);
	return (int64_t)size;
}

static int64_t
readlink_at(int descriptor, const char *path, char *buffer, int size)
{
	int error;
	struct ramfs_node *node;
	int64_t result = -EINVAL;
	uint64_t flags;

	if (size <= 0)
		return -EINVAL;
	node = lookup_find(descriptor, path, false, &error);
	if (!node)
		return error;
	flags = spin_lock(&files_lock);
	if (node->type == RAMFS_LINK)
		result = tell_target(node, buffer, (size_t)size);
	ramfs_release(node);
	spin_unlock(&files_lock, flags);
	return result;
}

int64_t
sys_readlink(const char *path, char *buffer, int size)
{
	return readlink_at(ABI_AT_FDCWD, path, buffer, size);
}

int64_t
sys_readlinkat(int descriptor, const char *path, char *buffer, int size)
{
	return readlink_at(descriptor, path, buffer, size);
}

static int64_t
symlink_at(const char *target, int descriptor, const char *path)
{
	int error;
	struct ramfs_node *from = lookup_start(descriptor, path, &error), *node;
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
	return symlink_at(target, ABI_AT_FDCWD, path);
}

int64_t
sys_symlinkat(const char *target, int descriptor, const char *path)
{
	return symlink_at(target, descriptor, path);
}
