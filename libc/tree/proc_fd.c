/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/self/fd, whose links are made up from the table of descriptors each time they are looked
 * at.
 */
#include "kernel/base/errno.h"
#include "kernel/base/format.h"
#include "libc/base/abi.h"
#include "libc/base/text.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

#define DESCRIPTORS "/proc/self/fd"

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

	spin_assert_held(&files_lock);
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

	spin_assert_held(&files_lock);
	return file ? file->node : NULL;
}

/* Returns 0, also when the link is there already, or -ENOMEM. */
static int
add_link(struct ramfs_node *directory, int descriptor)
{
	struct ramfs_node *node;
	char name[12];
	int result;

	spin_assert_held(&files_lock);
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

	spin_assert_held(&files_lock);
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
proc_fd_add(void)
{
	tree_add(DESCRIPTORS, RAMFS_DIRECTORY, 0500)->populate = refresh_descriptors;
}
