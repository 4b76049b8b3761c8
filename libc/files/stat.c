/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Describing nodes, one by one and as the entries of a directory.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/stat.h"

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

	spin_assert_held(&files_lock);
	*stat = (struct abi_stat){.mode = mode_of(node), .device = 1, .block_size = PAGE_4K};
	stat->inode = node->inode;
	stat->links = node->parent || node->inode == files_tree.root->inode ? 1 : 0;
	stat->rdev = node->type == RAMFS_DEVICE ? node->inode : 0;
	stat->size = (int64_t)(node->target ? string_length(node->target) : node->contents.size);
	stat->blocks = (int64_t)(node->contents.pages * (PAGE_4K / STAT_BLOCK));
	stat->accessed = stat->modified = stat->changed = time;
}

void
stat_fill_open(const struct file *file, struct abi_stat *stat)
{
	spin_assert_held(&files_lock);
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

struct entry {
	struct ramfs_node *node; /* NULL: the end */
	const char *name;
	uint64_t next; /* the place behind it */
};

/* The entry at a place of a directory. Returns 0, or -ENOMEM. */
static int
entry_at(struct ramfs_node *directory, uint64_t place, struct entry *entry)
{
	int result = 0;

	if (place == PLACE_SELF) {
		*entry = (struct entry){directory, ".", place + 1};
	} else if (place == PLACE_PARENT) {
		*entry = (struct entry){directory->parent ? directory->parent : directory, "..",
					place + 1};
	} else {
		result = ramfs_next(directory, place - 1, &entry->node);
		if (entry->node)
			*entry = (struct entry){entry->node, entry->node->name,
						entry->node->inode + 1};
	}
	return result;
}

/* Writes an entry if there is room for it. Returns its length, or 0. */
static size_t
write_entry(const struct entry *entry, char *buffer, size_t room)
{
	size_t name_size = string_length(entry->name) + 1;
	size_t length =
		ALIGN_UP(sizeof(struct abi_dirent) + name_size, (size_t)ENTRY_ALIGNMENT);
	struct abi_dirent *to = (struct abi_dirent *)buffer;

	if (length > room)
		return 0;
	to->inode = entry->node->inode;
	to->offset = (int64_t)entry->next;
	to->length = (uint16_t)length;
	to->type = entry_type(entry->node);
	memcpy(to->name, entry->name, name_size);
	return length;
}

/* Writes entries from the file's offset on, as many as fit. */
static int64_t
list(struct file *file, char *buffer, size_t size)
{
	size_t used = 0, length;
	struct entry entry;
	int result;

	spin_assert_held(&files_lock);
	while (!(result = entry_at(file->node, file->offset, &entry)) && entry.node) {
		length = write_entry(&entry, buffer + used, size - used);
		if (!length) {
			result = -EINVAL;
			break;
		}
		used += length;
		file->offset = entry.next;
	}
	return used ? (int64_t)used : result;
}

int64_t
sys_getdents64(int descriptor, void *buffer, unsigned size)
{
	struct file *file = file_get(descriptor);
	int64_t result = -ENOTDIR;
	uint64_t saved;

	if (!file)
		return -EBADF;
	saved = spin_lock(&files_lock);
	if (file->node && file->node->type == RAMFS_DIRECTORY)
		result = list(file, buffer, size);
	spin_unlock(&files_lock, saved);
	file_put(file);
	return result;
}
