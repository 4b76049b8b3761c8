/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * statx(): what stat() tells, and when a file was made. All is told, whatever is asked for.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"
#include "libc/files/stat.h"

struct abi_statx_time {
	int64_t seconds;
	uint32_t nanoseconds, padding;
};

struct abi_statx {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t links, user, group;
	uint16_t mode, padding;
	uint64_t inode, size, blocks, attributes_known;
	struct abi_statx_time accessed, created, changed, modified;
	uint32_t rdev_major, rdev_minor, device_major, device_minor;
	uint64_t mount;
	uint64_t spare[13];
};
_Static_assert(sizeof(struct abi_statx) == 256, "struct statx");
#define ABI_STATX_BASIC 0x7ff
#define ABI_STATX_BTIME 0x800
#define ABI_STATX_MNT_ID 0x1000
#define ABI_STATX_RESERVED 0x80000000u

#define FLAGS                                                                                      \
	(ABI_AT_SYMLINK_NOFOLLOW | ABI_AT_NO_AUTOMOUNT | ABI_AT_EMPTY_PATH | ABI_AT_STATX_SYNC)
#define MOUNT 1 /* there is one file system */

static struct abi_statx_time
statx_time_of(const struct abi_timespec *time)
{
	return (struct abi_statx_time){time->seconds, (uint32_t)time->nanoseconds, 0};
}

static void
statx_from_stat(const struct abi_stat *from, struct abi_statx *to)
{
	*to = (struct abi_statx){
		.mask = ABI_STATX_BASIC | ABI_STATX_MNT_ID,
		.block_size = (uint32_t)from->block_size,
		.links = (uint32_t)from->links,
		.user = from->user,
		.group = from->group,
		.mode = (uint16_t)from->mode,
		.inode = from->inode,
		.size = (uint64_t)from->size,
		.blocks = (uint64_t)from->blocks,
		.accessed = statx_time_of(&from->accessed),
		.changed = statx_time_of(&from->changed),
		.modified = statx_time_of(&from->modified),
		.rdev_minor = (uint32_t)from->rdev,
		.device_minor = (uint32_t)from->device,
		.mount = MOUNT,
	};
}

static void
add_created(const struct ramfs_node *node, struct abi_statx *to)
{
	uint64_t ns = node->times.created_ns;

	to->mask |= ABI_STATX_BTIME;
	to->created = (struct abi_statx_time){(int64_t)(ns / NS_PER_SECOND),
					      (uint32_t)(ns % NS_PER_SECOND), 0};
}

/* Of an open file, which is let go of; NULL: there is none. */
static int64_t
of_file(struct file *file, struct abi_statx *to)
{
	struct abi_stat stat;
	uint64_t flags;

	if (!file)
		return -EBADF;
	flags = spin_lock(&files_lock);
	stat_fill_open(file, &stat);
	statx_from_stat(&stat, to);
	if (file->node)
		add_created(file->node, to);
	spin_unlock(&files_lock, flags);
	file_put(file);
	return 0;
}

static int64_t
of_path(int descriptor, const char *path, int flags_at, struct abi_statx *to)
{
	int error;
	struct ramfs_node *node = lookup_find_by(descriptor, path, flags_at, &error);
	struct abi_stat stat;
	uint64_t flags;

	if (!node)
		return error;
	flags = spin_lock(&files_lock);
	stat_fill(node, &stat);
	statx_from_stat(&stat, to);
	add_created(node, to);
	ramfs_release(node);
	spin_unlock(&files_lock, flags);
	return 0;
}

int64_t
sys_statx(int descriptor, const char *path, int flags, uint32_t mask, struct abi_statx *result)
{
	struct abi_statx told;
	int64_t error;

	if ((mask & ABI_STATX_RESERVED) || (flags & ~FLAGS) ||
	    (flags & ABI_AT_STATX_SYNC) == ABI_AT_STATX_SYNC)
		return -EINVAL;
	if (!path && !(flags & ABI_AT_EMPTY_PATH))
		return -EFAULT;
	if ((!path || !*path) && (flags & ABI_AT_EMPTY_PATH) && descriptor != ABI_AT_FDCWD)
		error = of_file(file_get_any(descriptor), &told);
	else
		error = of_path(descriptor, path ? path : "",
				flags & (ABI_AT_SYMLINK_NOFOLLOW | ABI_AT_EMPTY_PATH), &told);
	if (!error)
		*result = told;
	return error;
}
