/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open regular files. A call has the node's mutex from its first byte to its last, so that what
 * several write at the end of a file, through whatever descriptors, stays whole.
 *
 * What is mapped shared are the file's own pages: mapping_forget() takes them out of the mappings
 * before they are freed.
 */
#include "libc/files/regular.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/user.h"
#include "libc/files/seals.h"
#include "libc/files/transfer.h"

#define BREATHE_PIECES 16

/*
 * A file in /dev/hugepages is as Linux's hugetlbfs has it: nothing is written to it, and its size
 * is a multiple of 2 MB.
 */

/* As with Linux's "relatime": reading is noted when it is the first since a change. */
static void
set_accessed(const struct file *file)
{
	struct ramfs_times *times = &file->node->times;

	if (file->flags & ABI_O_NOATIME)
		return;
	if (times->accessed_ns <= times->modified_ns || times->accessed_ns <= times->changed_ns)
		times->accessed_ns = clock_realtime_ns();
}

static int64_t
regular_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	struct ramfs_node *node = file->node;
	int64_t result;

	mutex_lock(&node->mutex);
	result = contents_read(&node->contents, buffer, size, offset);
	set_accessed(file);
	mutex_unlock(&node->mutex);
	return result;
}

static int64_t
regular_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	struct abi_iovec piece = {(void *)(uint64_t)buffer, size};

	return file->operations->write_pieces(file, &piece, 1, &offset, file_appends(file, 0));
}

static void
set_changed(struct ramfs_node *node)
{
	node->times.modified_ns = node->times.changed_ns = clock_realtime_ns();
}

/* Writes up to *room bytes of a piece, and takes them off. */
static int64_t
write_piece(struct ramfs_node *node, const struct abi_iovec *piece, uint64_t offset, uint64_t *room)
{
	uint64_t length = MIN(piece->length, *room);
	int64_t result = contents_write(&node->contents, piece->base, length, offset);

	if (result > 0)
		*room -= (uint64_t)result;
	return result;
}

/* Whether pieces may be written. Returns 0, and in *room how many bytes; -EPERM, -EINVAL. */
static int
check_pieces(const struct ramfs_node *node, const struct abi_iovec *vector, uint64_t count,
	     uint64_t offset, uint64_t *room)
{
	const struct pieces pieces = {vector, count, 0};
	int64_t size = pieces_size(&pieces);

	if (node->contents.huge)
		return -EINVAL;
	if (size <= 0)
		return 0;
	*room = seals_room(node, offset, (uint64_t)size);
	return *room ? seals_check_write(node) : -EPERM;
}

static int64_t
regular_write_pieces(struct file *file, const struct abi_iovec *vector, uint64_t count,
		     uint64_t *offset, bool append)
{
	struct ramfs_node *node = file->node;
	int64_t done = 0, result;
	uint64_t room = 0;

	mutex_lock(&node->mutex);
	if (append && !user_pieces_empty(vector, count))
		*offset = node->contents.size;
	result = check_pieces(node, vector, count, *offset, &room);
	for (uint64_t i = 0; i < count && !result; i++) {
		result = write_piece(node, &vector[i], *offset, &room);
		if (result < 0)
			break;
		done += result;
		*offset += (uint64_t)result;
		if ((uint64_t)result < vector[i].length)
			break;
		result = 0;
		if (i % BREATHE_PIECES == BREATHE_PIECES - 1)
			thread_breathe();
	}
	if (done)
		set_changed(node);
	mutex_unlock(&node->mutex);
	return done ? done : result;
}

int
regular_resize(struct file *file, uint64_t size)
{
	struct ramfs_node *node = file->node;
	uint64_t before;
	int result;

	if (node->contents.huge && !IS_ALIGNED(size, PAGE_2M))
		return -EINVAL;
	mutex_lock(&node->mutex);
	before = node->contents.size;
	result = seals_check_size(node, size);
	if (!result)
		result = contents_set_size(&node->contents, size);
	if (!result && size < before) {
		if (node->mapping.mapped)
			mapping_forget(&node->mapping, ALIGN_UP(size, PAGE_4K) / PAGE_4K);
		contents_cut(&node->contents);
	}
	if (!result)
		set_changed(node);
	mutex_unlock(&node->mutex);
	return result;
}

static int
regular_allocate(struct file *file, uint64_t offset, uint64_t length, enum file_allocation how)
{
	struct ramfs_node *node = file->node;
	int result = 0;

	mutex_lock(&node->mutex);
	if (how == FILE_PUNCH)
		result = seals_check_write(node);
	else if (offset + length > node->contents.size && (node->seals & ABI_F_SEAL_GROW))
		result = -EPERM;
	if (result) {
		mutex_unlock(&node->mutex);
		return result;
	}
	if (how == FILE_PUNCH) /* (what is mapped cannot be freed, nor a part of 2 MB) */
		(node->mapping.mapped || node->contents.huge ? contents_zero : contents_punch)(
			&node->contents, offset, length);
	else
		result = contents_reserve(&node->contents, offset, length);
	if (!result && how == FILE_EXTEND && offset + length > node->contents.size)
		result = contents_set_size(&node->contents, offset + length);
	if (!result)
		set_changed(node);
	mutex_unlock(&node->mutex);
	return result;
}

static uint64_t
regular_size(const struct file *file)
{
	return file->node->contents.size;
}

static uint64_t
regular_find(struct file *file, uint64_t offset, bool data)
{
	struct ramfs_node *node = file->node;
	uint64_t result;

	mutex_lock(&node->mutex);
	result = contents_seek(&node->contents, offset, data);
	mutex_unlock(&node->mutex);
	return result;
}

/* What is left to read. */
static int64_t
regular_control(struct file *file, uint64_t request, uint64_t argument)
{
	int32_t *left = (int32_t *)argument;

	if (request != ABI_FIONREAD)
		return -ENOTTY;
	if (!user_writable(left, sizeof(*left)))
		return -EFAULT;
	*left = (int32_t)(READ_ONCE(file->node->contents.size) - READ_ONCE(file->offset));
	return 0;
}

/* -- Mapping ----------------------------------------------------------------------------------- */

static struct ramfs_node *
node_of(struct mapping_owner *owner)
{
	return CONTAINER_OF(owner, struct ramfs_node, mapping);
}

static int
show_page(struct mapping_owner *owner, uint64_t index, uint64_t *frame)
{
	return contents_page(&node_of(owner)->contents, index, frame);
}

static int
copy_page(struct mapping_owner *owner, uint64_t index, void *memory)
{
	return contents_copy_page(&node_of(owner)->contents, index, memory);
}

static void
hold_file(struct mapping_owner *owner)
{
	uint64_t saved = spin_lock(&files_lock);

	ramfs_hold(node_of(owner));
	spin_unlock(&files_lock, saved);
}

static void
drop_file(struct mapping_owner *owner)
{
	uint64_t saved = spin_lock(&files_lock);

	ramfs_release(node_of(owner));
	spin_unlock(&files_lock, saved);
	ramfs_collect();
}

/*
 * Has a file of 2 MB pages reach so far, and all of its memory be there: as on Linux, who may map
 * it may touch it. Returns 0, -EINVAL (not such a file, not at a multiple), -ENOMEM.
 */
static int
reserve_huge(struct contents *contents, struct mapping_request *request)
{
	uint64_t end = ALIGN_UP(request->offset + request->length, PAGE_2M);

	if (!contents->huge || !IS_ALIGNED(request->offset, PAGE_2M))
		return -EINVAL;
	request->all_huge = false;
	if (!(request->protection & ABI_PROT_WRITE))
		end = MIN(end, contents->size);
	if (end <= request->offset)
		return 0;
	if (contents_reserve(contents, request->offset, end - request->offset)) {
		contents_cut(contents);
		return -ENOMEM;
	}
	return contents_set_size(contents, MAX(end, contents->size));
}

static int64_t
regular_map(struct file *file, struct mapping_request *request)
{
	struct mapping_owner *owner = &file->node->mapping;
	int64_t result;

	owner->page = show_page;
	owner->copy = copy_page;
	owner->hold = hold_file;
	owner->drop = drop_file;
	request->owner = owner;
	mutex_lock(&file->node->mutex); /* what punches holes must know */
	result = request->shared && (request->protection & ABI_PROT_WRITE)
			 ? seals_check_write(file->node)
			 : 0;
	if (!result && (request->all_huge || file->node->contents.huge))
		result = reserve_huge(&file->node->contents, request);
	if (!result)
		result = mapping_map(request);
	mutex_unlock(&file->node->mutex);
	return result;
}

const struct file_operations regular_operations = {
	.read = regular_read,
	.write = regular_write,
	.write_pieces = regular_write_pieces,
	.resize = regular_resize,
	.control = regular_control,
	.fcntl = seals_fcntl,
	.allocate = regular_allocate,
	.map = regular_map,
	.find = regular_find,
	.size = regular_size,
	.seekable = true,
};
