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
#define DEVICE 1
#define DEVICE_NAMELESS 2
#define ENTRIES_MOST 256

/* "." and ".." come before the names, whose places are greater. */
#define PLACE_SELF 0
#define PLACE_PARENT 1

static const struct {
	uint32_t mode;
	uint8_t entry;
} stat_kinds[] = {
	[RAMFS_DIRECTORY] = {ABI_S_IFDIR, ABI_DT_DIR}, [RAMFS_FILE] = {ABI_S_IFREG, ABI_DT_REG},
	[RAMFS_DEVICE] = {ABI_S_IFCHR, ABI_DT_CHR},    [RAMFS_CONTROL] = {ABI_S_IFREG, ABI_DT_REG},
	[RAMFS_GENERATED] = {ABI_S_IFREG, ABI_DT_REG}, [RAMFS_SOCKET] = {ABI_S_IFSOCK, ABI_DT_SOCK},
	[RAMFS_FIFO] = {ABI_S_IFIFO, ABI_DT_FIFO},     [RAMFS_LINK] = {ABI_S_IFLNK, ABI_DT_LNK},
};

static struct abi_timespec
time_of(uint64_t ns)
{
	return (struct abi_timespec){(int64_t)(ns / NS_PER_SECOND), (int64_t)(ns % NS_PER_SECOND)};
}

void
stat_fill(const struct ramfs_node *node, struct abi_stat *stat)
{
	spin_assert_held(&files_lock);
	*stat = (struct abi_stat){
		.mode = stat_kinds[node->type].mode | node->mode,
		.device = node->nameless ? DEVICE_NAMELESS : DEVICE,
		.block_size = node->huge ? PAGE_2M : PAGE_4K};
	stat->inode = node->inode;
	stat->links = node->links;
	stat->rdev = node->type == RAMFS_DEVICE ? node->inode : 0;
	stat->size = (int64_t)(node->target ? string_length(node->target) : node->contents.size);
	stat->blocks = (int64_t)(node->contents.pages * (PAGE_4K / STAT_BLOCK));
	stat->accessed = time_of(node->times.accessed_ns);
	stat->modified = time_of(node->times.modified_ns);
	stat->changed = time_of(node->times.changed_ns);
}

void
stat_fill_open(const struct file *file, struct abi_stat *stat)
{
	uint64_t (*size)(const struct file *) = file->operations->size;

	spin_assert_held(&files_lock);
	if (file->node)
		stat_fill(file->node, stat);
	else
		*stat = (struct abi_stat){.mode = file->operations->kind | 0600,
					  .inode = file->serial,
					  .links = 1,
					  .size = size ? (int64_t)size(file) : 0,
					  .block_size = PAGE_4K};
}

/* Writes an entry if there is room for it. Returns its length, or 0. */
static size_t
write_entry(const struct ramfs_node *node, const char *name, uint64_t next, char *buffer,
	    size_t room)
{
	size_t name_size = string_length(name) + 1;
	size_t length = ALIGN_UP(sizeof(struct abi_dirent) + name_size, (size_t)ENTRY_ALIGNMENT);
	struct abi_dirent *to = (struct abi_dirent *)buffer;

	if (length > room)
		return 0;
	to->inode = node->inode;
	to->offset = (int64_t)next;
	to->length = (uint16_t)length;
	to->type = stat_kinds[node->type].entry;
	memcpy(to->name, name, name_size);
	return length;
}

/* Writes what is at an open directory's place, if it fits, and moves that on. */
static size_t
write_next(struct file *file, const struct ramfs_entry *entry, char *buffer, size_t room)
{
	struct ramfs_node *node = file->node;
	uint64_t place = file->offset;
	size_t length;

	if (place == PLACE_SELF)
		length = write_entry(node, ".", ++place, buffer, room);
	else if (place == PLACE_PARENT)
		length = write_entry(node->parent, "..", ++place, buffer, room);
	else
		length = write_entry(entry->node, entry->name, place = entry->place + 1, buffer,
				     room);
	if (length)
		file->offset = place;
	return length;
}

/* Writes entries from the file's offset on, as many as fit, up to what a spinlock is held for. */
static int64_t
list_directory(struct file *file, char *buffer, size_t size)
{
	struct ramfs_entry *entry = NULL;
	size_t used = 0, length;
	int result = ramfs_next(file->node, file->offset ? file->offset - 1 : 0, &entry);

	spin_assert_held(&files_lock);
	if (result)
		return result;
	for (unsigned i = 0; i < ENTRIES_MOST && (file->offset <= PLACE_PARENT || entry); i++) {
		bool named = file->offset > PLACE_PARENT;

		length = write_next(file, entry, buffer + used, size - used);
		if (!length)
			return used ? (int64_t)used : -EINVAL;
		used += length;
		if (named)
			entry = entry->next;
	}
	file->node->times.accessed_ns = clock_realtime_ns();
	return (int64_t)used;
}

int64_t
sys_getdents64(int descriptor, void *buffer, unsigned size)
{
	struct file *file = file_get(descriptor);
	int64_t result = -ENOTDIR;
	uint64_t saved;

	if (!file)
		return -EBADF;
	mutex_lock(&file->position);
	saved = spin_lock(&files_lock);
	if (file->node && file->node->type == RAMFS_DIRECTORY)
		result = ramfs_is_removed(&files_tree, file->node)
				 ? -ENOENT
				 : list_directory(file, buffer, size);
	spin_unlock(&files_lock, saved);
	mutex_unlock(&file->position);
	file_put(file);
	return result;
}
