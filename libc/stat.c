/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Describing nodes, one by one and as the entries of a directory.
 */
#include "kernel/clock.h"
#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/paging.h"
#include "kernel/string.h"
#include "libc/files.h"
#include "libc/stat.h"
#include "libc/syscall.h"

#define STAT_BLOCK 512
#define ENTRY_ALIGNMENT 8

/* "." and ".." come before the children, whose places are their inode numbers, from 2 on. */
#define PLACE_SELF 0
#define PLACE_PARENT 1

static uint32_t
mode_of(const struct ramfs_node *node)
{
	switch (node->type) {
	case RAMFS_DIRECTORY:
		return ABI_S_IFDIR | node->mode;
	case RAMFS_DEVICE:
		return ABI_S_IFCHR | node->mode;
	case RAMFS_SOCKET:
		return ABI_S_IFSOCK | node->mode;
	case RAMFS_LINK:
		return ABI_S_IFLNK | node->mode;
	default:
		return ABI_S_IFREG | node->mode;
	}
}

void
stat_fill(const struct ramfs_node *node, struct abi_stat *stat)
{
	struct abi_timespec time = {
		.seconds = (int64_t)(node->modified_ns / NS_PER_SECOND),
		.nanoseconds = (int64_t)(node->modified_ns % NS_PER_SECOND),
	};

	*stat = (struct abi_stat){.mode = mode_of(node), .device = 1, .block_size = PAGE_4K};
	stat->inode = node->inode;
	stat->links = node->parent || node->inode == files_tree.root->inode ? 1 : 0;
	stat->rdev = node->type == RAMFS_DEVICE ? node->inode : 0;
	stat->size = (int64_t)node->size;
	stat->blocks = (int64_t)(ALIGN_UP(node->room, (uint64_t)STAT_BLOCK) / STAT_BLOCK);
	stat->accessed = stat->modified = stat->changed = time;
}

void
stat_fill_open(const struct file *file, struct abi_stat *stat)
{
	if (file->node)
		stat_fill(file->node, stat);
	else
		*stat = (struct abi_stat){.mode = file->operations->kind | 0600,
					  .inode = file->serial, .links = 1,
					  .block_size = PAGE_4K};
}

static uint8_t
entry_type(const struct ramfs_node *node)
{
	switch (node->type) {
	case RAMFS_DIRECTORY:
		return ABI_DT_DIR;
	case RAMFS_DEVICE:
		return ABI_DT_CHR;
	case RAMFS_SOCKET:
		return ABI_DT_SOCK;
	case RAMFS_LINK:
		return ABI_DT_LNK;
	default:
		return ABI_DT_REG;
	}
}

/* The entry at a place of a directory, its name, and the place behind it. NULL at the end. */
static struct ramfs_node *
entry_at(struct ramfs_node *directory, uint64_t place, const char **name, uint64_t *next)
{
	struct ramfs_node *node;

	*next = place + 1;
	if (place == PLACE_SELF) {
		*name = ".";
		return directory;
	}
	if (place == PLACE_PARENT) {
		*name = "..";
		return directory->parent ? directory->parent : directory;
	}
	node = ramfs_next(directory, place - 1);
	if (node) {
		*name = node->name;
		*next = node->inode + 1;
	}
	return node;
}

/* Writes entries from the file's offset on, as many as fit. */
static int64_t
list(struct file *file, char *buffer, size_t size)
{
	size_t used = 0;
	const char *name;
	uint64_t next;
	struct ramfs_node *node;

	while ((node = entry_at(file->node, file->offset, &name, &next))) {
		size_t name_size = string_length(name) + 1;
		size_t length = ALIGN_UP(sizeof(struct abi_dirent) + name_size,
					 (size_t)ENTRY_ALIGNMENT);
		struct abi_dirent *entry = (struct abi_dirent *)(buffer + used);

		if (length > size - used)
			return used ? (int64_t)used : -EINVAL;
		entry->inode = node->inode;
		entry->offset = (int64_t)next;
		entry->length = (uint16_t)length;
		entry->type = entry_type(node);
		memcpy(entry->name, name, name_size);
		used += length;
		file->offset = next;
	}
	return (int64_t)used;
}

static int64_t
list_call(struct file *file, struct app_frame *frame)
{
	uint64_t saved = spin_lock(&files_lock);
	int64_t result = -ENOTDIR;

	if (file->node && file->node->type == RAMFS_DIRECTORY)
		result = list(file, (char *)frame->arg[1], frame->arg[2]);
	spin_unlock(&files_lock, saved);
	return result;
}

int64_t
sys_getdents64(struct app_frame *frame)
{
	return file_call(frame, list_call);
}
