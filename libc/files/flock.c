/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A file counts the open files that have it locked, shared or alone; those that wait sleep on a
 * word that changes whenever one of all locks is given up.
 */
#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/thread/futex.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/flock.h"

/* Takes a lock in place of the one that the open file has; false: another's is in the way. */
static bool
take_locked(struct file *file, uint32_t kind)
{
	spin_assert_held(&files_lock);
	file_lock_drop(file);
	if (file->node->locked_alone || (kind == ABI_LOCK_EX && file->node->shared_locks))
		return false;
	if (kind == ABI_LOCK_SH)
		file->node->shared_locks++;
	else
		file->node->locked_alone = true;
	file->lock = kind;
	return true;
}

static int64_t
take_lock(struct file *file, uint32_t kind, bool wait)
{
	for (;;) {
		uint32_t seen = READ_ONCE(file_lock_releases);
		uint64_t flags = spin_lock(&files_lock);
		bool taken = take_locked(file, kind);

		spin_unlock(&files_lock, flags);
		if (taken)
			return 0;
		if (!wait)
			return -EAGAIN;
		if (futex_wait(&file_lock_releases, seen, THREAD_NO_DEADLINE) == -EINTR)
			return -EINTR;
	}
}

int64_t
sys_flock(int descriptor, unsigned operation)
{
	uint32_t kind = operation & ~(unsigned)ABI_LOCK_NB;
	struct file *file;
	int64_t result = 0;

	if (kind != ABI_LOCK_UN && kind != ABI_LOCK_SH && kind != ABI_LOCK_EX)
		return -EINVAL;
	file = file_get(descriptor);
	if (!file)
		return -EBADF;
	if (kind != ABI_LOCK_UN && !file_reads(file) && !file_writes(file))
		result = -EBADF;
	else if (!file->node)
		result = -EINVAL;
	else if (kind == ABI_LOCK_UN)
		file_lock_release(file);
	else
		result = take_lock(file, kind, !(operation & ABI_LOCK_NB));
	file_put(file);
	return result;
}
