/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Contents of files. Storage doubles as a file grows; what lies behind the file's end is always
 * zero up to the end of the storage, so that growing and mapping show zeros there. A module's
 * memory is used in place until it must grow or be mapped from pages of its own.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/grant.h"
#include "libc/files/ramfs.h"

#define SIZE_LIMIT (1ULL << 46)

int64_t
ramfs_read(const struct ramfs_node *file, void *buffer, size_t size, uint64_t offset)
{
	if (offset >= file->size)
		return 0;
	size = MIN(size, file->size - offset);
	memcpy(buffer, file->data + offset, size);
	return (int64_t)size;
}

void
ramfs_free_data(struct ramfs_node *file)
{
	if (file->room && !file->borrowed)
		grant_return(file->data, file->room);
	file->data = NULL;
	file->size = 0;
	file->room = 0;
	file->borrowed = false;
}

/* Moves the contents to storage of at least `room` bytes in pages of its own. */
static int
move_to(struct ramfs_node *file, uint64_t room)
{
	uint64_t size = file->size;
	uint8_t *data;

	if (room > SIZE_LIMIT)
		return -EFBIG;
	if (file->mapped)
		return -EBUSY;
	room = grant_round(room);
	data = grant_take(room, false);
	if (!data)
		return -ENOSPC;
	if (size)
		memcpy(data, file->data, size);
	memset(data + size, 0, room - size);
	ramfs_free_data(file);
	file->data = data;
	file->size = size;
	file->room = room;
	return 0;
}

static int
make_room(struct ramfs_node *file, uint64_t size)
{
	if (size <= file->room)
		return 0;
	return move_to(file, MAX(size, MIN(2 * file->room, file->room + 64 * MB)));
}

int
ramfs_resize(struct ramfs_node *file, uint64_t size)
{
	int result = make_room(file, size);

	if (result)
		return result;
	if (size < file->size)
		memset(file->data + size, 0, file->size - size);
	file->size = size;
	if (!size && !file->mapped)
		ramfs_free_data(file);
	return 0;
}

int64_t
ramfs_write(struct ramfs_node *file, const void *buffer, size_t size, uint64_t offset)
{
	int result;

	if (!size)
		return 0;
	if (offset > SIZE_LIMIT || size > SIZE_LIMIT)
		return -EFBIG;
	result = make_room(file, offset + size);
	if (result)
		return result;
	memcpy(file->data + offset, buffer, size);
	file->size = MAX(file->size, offset + size);
	return (int64_t)size;
}

int
ramfs_prepare_map(struct ramfs_node *file, uint64_t offset, uint64_t length)
{
	if (offset >= file->size)
		return -EINVAL;
	if (offset + length > SIZE_LIMIT)
		return -EFBIG;
	if (offset + length <= file->room && !file->borrowed)
		return 0;
	return move_to(file, MAX(offset + length, file->room));
}
