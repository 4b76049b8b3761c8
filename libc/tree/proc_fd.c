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
#include "libc/files/ramfs_directory.h"
#include "libc/tree/proc_number.h"
#include "libc/tree/tree.h"

/* What a file is called that has no name, or has none any more. */
static void
describe_nameless(struct text *text, const struct file *file)
{
	uint32_t kind = file->operations->kind;
	const char *name = kind == ABI_S_IFSOCK	 ? "socket"
			   : kind == ABI_S_IFIFO ? "pipe"
						 : "anon_inode";

	if (file->node)
		text_add(text, "/%s (deleted)", file->node->names->name);
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
		describe_nameless(&text, file);
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
	char name[PROC_NUMBER_SIZE];
	int result;

	spin_assert_held(&files_lock);
	format_text(name, sizeof(name), "%d", descriptor);
	result = ramfs_make(&files_tree, directory, name, RAMFS_LINK, 0700, &node);
	if (result)
		return result == -EEXIST ? 0 : result;
	node->generate = descriptor_target;
	node->resolve = descriptor_node;
	node->argument = (uint64_t)descriptor;
	return 0;
}

/* Takes the links of descriptors away that are closed. */
static void
remove_closed(struct ramfs_node *directory)
{
	struct ramfs_entry *entry, *next;

	for (entry = directory->first; entry; entry = next) {
		next = entry->next;
		if (!descriptor_peek((int)entry->node->argument))
			ramfs_remove_entry(&files_tree, entry);
	}
}

/* Makes the link of one descriptor, or takes it away. */
static int
refresh_link(struct ramfs_node *directory, const char *name, size_t length)
{
	struct ramfs_entry *entry = ramfs_directory_find(directory, name, length);
	int descriptor = proc_number(name, length);

	if (descriptor >= 0 && descriptor_peek(descriptor))
		return add_link(directory, descriptor);
	if (entry)
		ramfs_remove_entry(&files_tree, entry);
	return 0;
}

static int
refresh_links(struct ramfs_node *directory, const char *name, size_t length)
{
	int result = 0;

	spin_assert_held(&files_lock);
	if (name) {
		result = refresh_link(directory, name, length);
	} else {
		remove_closed(directory);
		for (int descriptor = 0; descriptor < DESCRIPTORS_MAX && !result; descriptor++)
			if (descriptor_peek(descriptor))
				result = add_link(directory, descriptor);
	}
	directory->populate = refresh_links;
	return result;
}

int
proc_fd_make(void)
{
	struct ramfs_node *node;
	int result = tree_make("/proc/1/fd", RAMFS_DIRECTORY, 0500, &node);

	if (!result)
		node->populate = refresh_links;
	return result;
}
