/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entering what is not a file of the program's own: devices and generated files.
 */
#include "kernel/base/errno.h"
#include "kernel/base/panic.h"
#include "libc/tree/tree.h"

int
tree_make(const char *path, enum ramfs_type type, uint32_t mode, struct ramfs_node **node)
{
	int result = ramfs_make(&files_tree, files_tree.root, path, type, mode, node);

	return result == -EEXIST && *node ? 0 : result;
}

int
tree_make_generated(const char *path, ramfs_generator generate, uint64_t argument)
{
	struct ramfs_node *node;
	int result = tree_make(path, RAMFS_GENERATED, 0444, &node);

	if (result)
		return result;
	node->generate = generate;
	node->argument = argument;
	return 0;
}

int
tree_make_link(const char *path, const char *target)
{
	struct ramfs_node *node;
	int result = ramfs_make_link(&files_tree, files_tree.root, path, target, &node);

	return result == -EEXIST ? 0 : result;
}

static void
check_made(const char *path, int result)
{
	if (result)
		panic("libc: cannot make %s: error %d", path, -result);
}

struct ramfs_node *
tree_add(const char *path, enum ramfs_type type, uint32_t mode)
{
	struct ramfs_node *node;

	check_made(path, tree_make(path, type, mode, &node));
	return node;
}

void
tree_add_device(const char *path, const struct file_operations *operations)
{
	tree_add(path, RAMFS_DEVICE, 0666)->operations = operations;
}

void
tree_add_generated(const char *path, ramfs_generator generate, uint64_t argument)
{
	check_made(path, tree_make_generated(path, generate, argument));
}
