/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Seals, which all files in memory have a word for, but only those of memfd_create() can be given.
 */
#include "libc/files/seals.h"

#include "kernel/base/assert.h"
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"

#define ALL_SEALS 0x3f
#define OF_WRITING (ABI_F_SEAL_WRITE | ABI_F_SEAL_FUTURE_WRITE)

/* -- Holding to them --------------------------------------------------------------------------- */

int
seals_check_size(const struct ramfs_node *node, uint64_t size)
{
	uint32_t held = size < node->contents.size ? ABI_F_SEAL_SHRINK : ABI_F_SEAL_GROW;

	mutex_assert_held(&node->mutex);
	return size != node->contents.size && (node->seals & held) ? -EPERM : 0;
}

int
seals_check_write(const struct ramfs_node *node)
{
	return node->seals & OF_WRITING ? -EPERM : 0;
}

/* Linux writes page by page, and refuses a page whose bytes go beyond the end. */
uint64_t
seals_room(const struct ramfs_node *node, uint64_t offset, uint64_t size)
{
	uint64_t end = node->contents.size, pages = ALIGN_DOWN(end, PAGE_4K);

	mutex_assert_held(&node->mutex);
	if (!(node->seals & ABI_F_SEAL_GROW) || offset + size <= end)
		return size;
	return pages > offset ? pages - offset : 0;
}

/* -- Sealing ----------------------------------------------------------------------------------- */

struct search {
	const struct mapping_owner *owner;
	uint32_t protection;
	bool found;
};

static void
look_at_mapping(const struct mapping_view *view, void *argument)
{
	struct search *search = argument;

	search->found |= view->owner == search->owner && view->shared &&
			 (view->protection & search->protection);
}

/* Whether somebody may write through a mapping, which one that is only read can become able to. */
static bool
is_mapped_shared(const struct ramfs_node *node)
{
	struct search search = {.owner = &node->mapping,
				.protection = node->seals & ABI_F_SEAL_FUTURE_WRITE
						      ? ABI_PROT_WRITE
						      : UINT32_MAX};

	mapping_for_each(look_at_mapping, &search);
	return search.found;
}

static int64_t
add(struct ramfs_node *node, uint32_t seals)
{
	mutex_assert_held(&node->mutex);
	if (node->seals & ABI_F_SEAL_SEAL)
		return -EPERM;
	if ((seals & ~node->seals & ABI_F_SEAL_WRITE) && is_mapped_shared(node))
		return -EBUSY;
	if ((seals & ABI_F_SEAL_EXEC) && (node->mode & RAMFS_EXECUTE))
		seals |= ABI_F_SEAL_SHRINK | ABI_F_SEAL_GROW | OF_WRITING;
	node->seals |= seals;
	return 0;
}

int64_t
seals_fcntl(struct file *file, unsigned command, uint64_t argument)
{
	struct ramfs_node *node = file->node;
	int64_t result;

	switch (command) {
	case ABI_F_GET_SEALS:
		return READ_ONCE(node->seals);
	case ABI_F_ADD_SEALS:
		break;
	case ABI_F_SETPIPE_SZ:
	case ABI_F_GETPIPE_SZ:
		return -EBADF;
	default:
		return -EINVAL;
	}
	if (argument > UINT32_MAX)
		return -EINVAL;
	if (argument & ~(uint64_t)ALL_SEALS)
		return -EINVAL;
	mutex_lock(&node->mutex);
	result = add(node, (uint32_t)argument);
	mutex_unlock(&node->mutex);
	return result;
}
