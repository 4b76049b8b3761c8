/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Symbolic links, and /proc/self/fd, whose links are made up from the table of descriptors each
 * time they are looked at. There are no hard links: a node has one name.
 */
#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/format.h"
#include "kernel/string.h"
#include "libc/abi.h"
#include "libc/files.h"
#include "libc/lookup.h"
#include "libc/syscall.h"
#include "libc/text.h"

#define DESCRIPTORS "/proc/self/fd"

/* Writes where a link leads, cut to size; returns the bytes written. files_lock is held. */
static int64_t
tell_target(const struct ramfs_node *link, char *buffer, size_t size)
{
	if (link->generate)
		return (int64_t)MIN(link->generate(buffer, size, link->argument), size);
	return ramfs_read(link, buffer, size, 0);
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

/* -- /proc/self/fd: all with files_lock held -------------------------------------------------- */

/* What a file is called that has no name, or has none any more. */
static void
tell_nameless(struct text *text, const struct file *file)
{
	uint32_t kind = file->operations->kind;
	const char *name = kind == ABI_S_IFSOCK	 ? "socket"
			   : kind == ABI_S_IFIFO ? "pipe"
						 : "anon_inode";

	if (file->node)
		text_add(text, "/%s (deleted)", file->node->name);
	else
		text_add(text, "%s:[%lu]", name, (unsigned long)file->serial);
}

/* The target of the link of a descriptor. */
static size_t
descriptor_target(char *buffer, size_t size, uint64_t descriptor)
{
	struct text text = {.buffer = buffer, .size = size};
	const struct file *file = descriptor_peek((int)descriptor);
	char path[RAMFS_PATH_MAX];

	if (!file)
		return 0;
	if (file->node && ramfs_path(&files_tree, file->node, path, sizeof(path)) > 0)
		text_add(&text, "%s", path);
	else
		tell_nameless(&text, file);
	return text.length;
}

static struct ramfs_node *
descriptor_node(uint64_t descriptor)
{
	const struct file *file = descriptor_peek((int)descriptor);

	return file ? file->node : NULL;
}

/* Returns 0, also when the link is there already, or -ENOMEM. */
static int
add_link(struct ramfs_node *directory, int descriptor)
{
	struct ramfs_node *node;
	char name[12];
	int result;

	format_text(name, sizeof(name), "%d", descriptor);
	result = ramfs_make(&files_tree, directory, name, false, RAMFS_LINK, 0700, &node);
	if (result)
		return result == -EEXIST ? 0 : result;
	node->generate = descriptor_target;
	node->resolve = descriptor_node;
	node->argument = (uint64_t)descriptor;
	return 0;
}

/* Takes the links of descriptors away that are closed, and makes those of new ones. */
static int
refresh_descriptors(struct ramfs_node *directory)
{
	struct ramfs_node *child, *next;
	int result = 0;

	for (child = directory->children; child; child = next) {
		next = child->next;
		if (!descriptor_peek((int)child->argument))
			ramfs_remove(&files_tree, directory, child->name, false);
	}
	for (int descriptor = 0; descriptor < DESCRIPTORS_MAX && !result; descriptor++)
		if (descriptor_peek(descriptor))
			result = add_link(directory, descriptor);
	directory->populate = refresh_descriptors;
	return result;
}

void
links_add(void)
{
	files_add(DESCRIPTORS, RAMFS_DIRECTORY, 0500)->populate = refresh_descriptors;
}
