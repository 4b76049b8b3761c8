/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Opening what is in the tree, by its type; directories and generated files.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/abi.h"
#include "libc/base/grant.h"
#include "libc/files/files.h"
#include "libc/files/regular.h"

/* -- Directories ------------------------------------------------------------------------------- */

static int64_t
directory_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	(void)file;
	(void)buffer;
	(void)size;
	(void)offset;
	return -EISDIR;
}

static const struct file_operations directory_operations = {
	.read = directory_read,
	.seekable = true,
};

/* -- Generated files --------------------------------------------------------------------------- */

/* The contents, which stay as they are while the file is open. */
struct generated {
	size_t length, room;
	char bytes[];
};

static int64_t
generated_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	const struct generated *text = file->state;

	if (offset >= text->length)
		return 0;
	size = MIN(size, text->length - offset);
	memcpy(buffer, text->bytes + offset, size);
	return (int64_t)size;
}

/* What is written is taken as a whole, from the begin on. */
static int64_t
generated_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	const struct ramfs_node *node = file->node;
	int result = offset || !size ? 0 : node->take(buffer, size, node->argument);

	return result ? result : (int64_t)size;
}

static uint64_t
generated_size(const struct file *file)
{
	return ((const struct generated *)file->state)->length;
}

static void
generated_close(struct file *file)
{
	struct generated *text = file->state;

	if (text)
		grant_return(text, text->room);
}

static const struct file_operations generated_operations = {
	.read = generated_read,
	.write = generated_write,
	.map = files_map_copy,
	.size = generated_size,
	.close = generated_close,
	.seekable = true,
};

/* It may be another length when it is written: then what has room for it is there. */
static int
generate(struct file *file)
{
	const struct ramfs_node *node = file->node;
	size_t length = node->generate(NULL, 0, node->argument);
	size_t room = grant_round(sizeof(struct generated) + length + 1);
	struct generated *text = grant_take(room, false);

	if (!text)
		return -ENOMEM;
	file->state = text;
	text->room = room;
	room -= sizeof(*text) + 1; /* for a NUL */
	text->length = MIN(node->generate(text->bytes, room + 1, node->argument), room);
	return 0;
}

/* -- Opening ----------------------------------------------------------------------------------- */

/* What only names a file: nothing is done with it. */
static const struct file_operations path_operations = {0};

static const struct file_operations *
operations_of(const struct ramfs_node *node, uint32_t flags)
{
	if (flags & ABI_O_PATH)
		return &path_operations;
	switch (node->type) {
	case RAMFS_DIRECTORY:
		return &directory_operations;
	case RAMFS_FILE:
		return &regular_operations;
	case RAMFS_GENERATED:
		return &generated_operations;
	default:
		return node->operations;
	}
}

/* Whether a node may be opened so, in Linux's order. Returns 0, or -errno. */
static int
check_open(const struct ramfs_node *node, uint32_t flags)
{
	bool directory = node->type == RAMFS_DIRECTORY;
	bool writes = (flags & ABI_O_ACCMODE) != ABI_O_RDONLY;

	if (directory && (flags & ABI_O_CREAT))
		return -EISDIR;
	if (!directory && (flags & ABI_O_DIRECTORY))
		return -ENOTDIR;
	if (flags & ABI_O_PATH)
		return 0;
	if (node->type == RAMFS_LINK) /* with O_NOFOLLOW */
		return -ELOOP;
	if (directory && (writes || (flags & ABI_O_TRUNC)))
		return -EISDIR;
	if (node->type == RAMFS_GENERATED && writes && !node->take)
		return -EACCES;
	if (node->type == RAMFS_FIFO && !node->operations)
		return -ENXIO; /* it is being made */
	return node->type == RAMFS_SOCKET ? -ENXIO : 0;
}

struct file *
files_open_node(struct ramfs_node *node, uint32_t flags, bool made, int *error)
{
	struct file *file;

	*error = made ? 0 : check_open(node, flags);
	if (*error)
		return NULL;
	file = file_make(operations_of(node, flags), flags, node);
	if (!file)
		*error = -ENOMEM;
	else if (flags & ABI_O_PATH)
		return file;
	else if (node->type == RAMFS_FIFO)
		*error = node->open(file);
	else if (node->type == RAMFS_GENERATED)
		*error = generate(file);
	else if (node->type == RAMFS_FILE && !made && (flags & ABI_O_TRUNC))
		*error = regular_resize(file, 0);
	if (file && *error) {
		file_put(file);
		return NULL;
	}
	return file;
}
