/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mapping files: of a regular file its own storage is given out, or a copy; of others a copy of
 * what they give to read.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/files/files.h"
#include "libc/memory/mapping.h"

/* A shared mapping of a file, or a part of it, is gone. */
static void
unmapped(struct mapping_owner *owner, uint64_t length)
{
	struct ramfs_node *file = CONTAINER_OF(owner, struct ramfs_node, mapping);
	uint64_t saved = spin_lock(&files_lock);

	file->mapped -= (unsigned)(length / PAGE_4K);
	if (!file->mapped)
		ramfs_release(file);
	spin_unlock(&files_lock, saved);
}

/* Gives the file's own storage out. */
static int64_t
map_shared(struct file *file, uint64_t length, uint32_t protection, uint64_t offset)
{
	struct ramfs_node *node = file->node;
	uint64_t saved = spin_lock(&files_lock);
	int64_t result = ramfs_prepare_map(node, offset, length);

	if (!result) {
		if (!node->mapped)
			ramfs_hold(node);
		node->mapping.unmapped = unmapped;
		node->mapped += (unsigned)(length / PAGE_4K);
		result = (int64_t)(uint64_t)(node->data + offset);
	}
	spin_unlock(&files_lock, saved);
	if (result < 0)
		return result;
	result = mapping_shared((uint64_t)result, length, protection, &node->mapping);
	if (result >= 0)
		return result;
	unmapped(&node->mapping, length);
	if (result != -EEXIST)
		return result;
	log_warning("libc: a part of a file cannot be mapped shared twice at a time");
	return -ENOTSUP;
}

/* With what lies behind the end of the file zero. */
int64_t
files_map_copy(struct file *file, uint64_t length, uint32_t protection, bool shared,
	       uint64_t offset)
{
	int64_t base = mapping_anonymous(length, ABI_PROT_READ | ABI_PROT_WRITE);
	int64_t result;

	(void)shared; /* of what is read alone, nobody sees the difference */
	if (base < 0)
		return base;
	result = file->operations->read(file, (void *)base, length, offset);
	if (result >= 0)
		result = mapping_protect((uint64_t)base, length, protection);
	if (result >= 0)
		return base;
	mapping_remove((uint64_t)base, length);
	return result;
}

int64_t
files_map_storage(struct file *file, uint64_t length, uint32_t protection, bool shared,
		  uint64_t offset)
{
	return shared ? map_shared(file, length, protection, offset)
		      : files_map_copy(file, length, protection, shared, offset);
}

int64_t
files_map(int descriptor, uint64_t length, uint32_t protection, bool shared, uint64_t offset)
{
	struct file *file = file_get(descriptor);
	bool writes = shared && (protection & ABI_PROT_WRITE);
	int64_t result;

	if (!file)
		return -EBADF;
	if ((file->flags & ABI_O_ACCMODE) == ABI_O_WRONLY ||
	    (writes && (file->flags & ABI_O_ACCMODE) != ABI_O_RDWR))
		result = -EACCES;
	else if (file->operations->map)
		result = file->operations->map(file, length, protection, shared, offset);
	else
		result = -ENODEV;
	file_put(file);
	return result;
}
