/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From paths to nodes, held while they are worked on; and what that depends on: the working
 * directory and the mask of new files.
 */
#include "kernel/base/errno.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"

static struct ramfs_node *working_directory; /* held; NULL: the root */
static uint32_t creation_mask = 022;

struct ramfs_node *
lookup_descriptor(int descriptor, int *error)
{
	struct ramfs_node *node = NULL;
	struct file *file = NULL;
	uint64_t saved;

	*error = 0;
	if (descriptor != ABI_AT_FDCWD) {
		file = file_get_any(descriptor);
		*error = !file ? -EBADF : !file->node ? -ENOTDIR : 0;
	}
	saved = spin_lock(&files_lock);
	if (!*error) {
		node = file ? file->node : working_directory ? working_directory : files_tree.root;
		ramfs_hold(node);
	}
	spin_unlock(&files_lock, saved);
	if (file)
		file_put(file);
	return node;
}

struct ramfs_node *
lookup_start(int descriptor, const char *path, int *error)
{
	*error = -ENOENT;
	if (!*path)
		return NULL;
	return lookup_descriptor(*path == '/' ? ABI_AT_FDCWD : descriptor, error);
}

void
lookup_release(struct ramfs_node *node)
{
	uint64_t saved = spin_lock(&files_lock);

	ramfs_release(node);
	spin_unlock(&files_lock, saved);
}

/* Ends a search: what it found is held, where it began no more. NULL after an error. */
static struct ramfs_node *
found(struct ramfs_node *from, struct ramfs_node *node, int error)
{
	spin_assert_held(&files_lock);
	if (!error)
		ramfs_hold(node);
	ramfs_release(from);
	return error ? NULL : node;
}

struct ramfs_node *
lookup_find(int descriptor, const char *path, bool follow, int *error)
{
	struct ramfs_node *from = lookup_start(descriptor, path, error);
	struct ramfs_node *node = NULL;
	uint64_t saved;

	if (!from)
		return NULL;
	saved = spin_lock(&files_lock);
	*error = ramfs_find(&files_tree, from, path, follow, &node);
	node = found(from, node, *error);
	spin_unlock(&files_lock, saved);
	return node;
}

struct ramfs_node *
lookup_find_by(int descriptor, const char *path, int flags, int *error)
{
	if (!*path && (flags & ABI_AT_EMPTY_PATH))
		return lookup_descriptor(descriptor, error);
	return lookup_find(descriptor, path, !(flags & ABI_AT_SYMLINK_NOFOLLOW), error);
}

static uint32_t
masked(uint64_t mode)
{
	return mode & RAMFS_PERMISSIONS & ~creation_mask;
}

struct ramfs_node *
lookup_make(int descriptor, const char *path, enum ramfs_type type, uint64_t mode, int *error)
{
	struct ramfs_node *from = lookup_start(descriptor, path, error);
	struct ramfs_node *node = NULL;
	uint64_t saved;

	if (!from)
		return NULL;
	saved = spin_lock(&files_lock);
	*error = ramfs_make(&files_tree, from, path, type, masked(mode), &node);
	node = found(from, node, *error);
	spin_unlock(&files_lock, saved);
	return node;
}

struct ramfs_node *
lookup_make_file(int descriptor, const char *path, bool follow, bool exclusive, uint64_t mode,
		 bool *made, int *error)
{
	struct ramfs_node *from = lookup_start(descriptor, path, error);
	struct ramfs_node *node = NULL;
	uint64_t saved;

	if (!from)
		return NULL;
	saved = spin_lock(&files_lock);
	*error =
		ramfs_make_file(&files_tree, from, path, follow && !exclusive, masked(mode), &node);
	*made = !*error;
	if (*error == -EEXIST && !exclusive)
		*error = 0;
	node = found(from, node, *error);
	spin_unlock(&files_lock, saved);
	return node;
}

/* -- The working directory -------------------------------------------------------------------- */

int64_t
sys_getcwd(char *buffer, size_t size)
{
	uint64_t saved = spin_lock(&files_lock);
	const struct ramfs_node *node = working_directory ? working_directory : files_tree.root;
	int result = ramfs_path(&files_tree, node, buffer, size);

	spin_unlock(&files_lock, saved);
	return result < 0 ? result : result + 1;
}

/* Makes a node, whose hold it takes over, the working directory. */
static int64_t
change_directory(struct ramfs_node *node)
{
	uint64_t saved = spin_lock(&files_lock);
	struct ramfs_node *before = node;
	int64_t result = -ENOTDIR;

	if (node->type == RAMFS_DIRECTORY) {
		before = working_directory;
		working_directory = node;
		result = 0;
	}
	if (before)
		ramfs_release(before);
	spin_unlock(&files_lock, saved);
	return result;
}

int64_t
sys_chdir(const char *path)
{
	int error;
	struct ramfs_node *node = lookup_find(ABI_AT_FDCWD, path, true, &error);

	return node ? change_directory(node) : error;
}

int64_t
sys_fchdir(int descriptor)
{
	int error;
	struct ramfs_node *node = lookup_descriptor(descriptor, &error);

	return node ? change_directory(node) : error;
}

uint32_t
lookup_mask(void)
{
	return __atomic_load_n(&creation_mask, __ATOMIC_RELAXED);
}

int64_t
sys_umask(int mask)
{
	return __atomic_exchange_n(&creation_mask, mask & 0777, __ATOMIC_RELAXED);
}
