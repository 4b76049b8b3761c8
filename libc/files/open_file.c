/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open file descriptions, and the lock that each may hold. A call holds the open file that it works
 * on, so that a close() by another thread does not take it away.
 */
#include "kernel/base/assert.h"
#include "kernel/thread/futex.h"
#include "libc/base/abi.h"
#include "libc/base/pool.h"
#include "libc/files/files.h"
#include "libc/files/flock.h"
#include "libc/files/ready.h"

/* What open() alone looks at. */
#define ONCE_FLAGS \
	(ABI_O_CREAT | ABI_O_EXCL | ABI_O_NOCTTY | ABI_O_TRUNC | ABI_O_CLOEXEC)

uint32_t file_lock_releases;

static uint64_t last_serial;
static struct pool open_files = {.size = sizeof(struct file)};

struct file *
file_make(const struct file_operations *operations, uint32_t flags, struct ramfs_node *node)
{
	uint64_t saved = spin_lock(&files_lock);
	void *state = operations->states ? pool_take(operations->states) : NULL;
	struct file *file = operations->states && !state ? NULL : pool_take(&open_files);

	if (file) {
		file->operations = operations;
		file->references = 1;
		file->serial = ++last_serial;
		file->flags = flags & ~(uint32_t)ONCE_FLAGS;
		file->node = node;
		file->state = state;
		if (node)
			ramfs_hold(node);
	} else if (state) {
		pool_give(operations->states, state);
	}
	spin_unlock(&files_lock, saved);
	return file;
}

void
file_lock_drop(struct file *file)
{
	assert_that(file->lock != ABI_LOCK_SH || file->node->shared_locks > 0);
	assert_that(file->lock != ABI_LOCK_EX || file->node->locked_alone);
	spin_assert_held(&files_lock);
	if (file->lock == ABI_LOCK_SH)
		file->node->shared_locks--;
	else if (file->lock == ABI_LOCK_EX)
		file->node->locked_alone = false;
	file->lock = 0;
}

static void
notify_waiters(void)
{
	__atomic_add_fetch(&file_lock_releases, 1, __ATOMIC_SEQ_CST);
	futex_wake(&file_lock_releases, INT32_MAX);
}

void
file_lock_release(struct file *file)
{
	uint64_t flags = spin_lock(&files_lock);
	bool had = file->lock != 0;

	file_lock_drop(file);
	spin_unlock(&files_lock, flags);
	if (had)
		notify_waiters();
}

struct file *
file_hold(struct file *file)
{
	uint64_t saved = spin_lock(&files_lock);

	assert_that(file->references > 0 && file->references < POOL_REFERENCES_MAX);
	file->references++;
	spin_unlock(&files_lock, saved);
	return file;
}

void
file_put(struct file *file)
{
	uint64_t saved = spin_lock(&files_lock);
	bool last;

	assert_that(file->references > 0 && file->references < POOL_REFERENCES_MAX);
	last = --file->references == 0;
	spin_unlock(&files_lock, saved);
	if (!last)
		return;
	ready_forget(file);
	file_lock_release(file);
	if (file->operations->close)
		file->operations->close(file);
	saved = spin_lock(&files_lock);
	if (file->node)
		ramfs_release(file->node);
	if (file->operations->states)
		pool_give(file->operations->states, file->state);
	pool_give(&open_files, file);
	spin_unlock(&files_lock, saved);
	ramfs_collect();
}

int64_t
file_set_blocking(struct file *file, bool blocks)
{
	uint64_t saved = spin_lock(&files_lock);

	file->flags = blocks ? file->flags & ~(uint32_t)ABI_O_NONBLOCK
			     : file->flags | ABI_O_NONBLOCK;
	spin_unlock(&files_lock, saved);
	return 0;
}
