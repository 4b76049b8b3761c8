/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is shown of files and kept, but decides nothing: permissions, owners, times; and how much
 * room there is. There is one user, who may do all.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/files/lookup.h"
#include "libc/threads/times.h"

#define PERMISSION_BITS 07777
#define ABI_TMPFS_MAGIC 0x01021994
#define ABI_UTIME_NOW 0x3fffffff
#define ABI_UTIME_OMIT 0x3ffffffe

struct abi_statfs {
	int64_t type, block_size;
	uint64_t blocks, blocks_free, blocks_available, files, files_free;
	int32_t id[2];
	int64_t name_max, fragment_size, flags, spare[4];
};
_Static_assert(sizeof(struct abi_statfs) == 120, "struct statfs of x86-64");

/* Calls use(node, argument), with files_lock held, for the node of a path. */
static int64_t
with_path(int descriptor, const char *path, bool follow,
	  int64_t (*use)(struct ramfs_node *node, uint64_t argument), uint64_t argument)
{
	int error;
	struct ramfs_node *node = lookup_find(descriptor, path, follow, &error);
	uint64_t flags;
	int64_t result;

	if (!node)
		return error;
	flags = spin_lock(&files_lock);
	result = use(node, argument);
	ramfs_release(node);
	spin_unlock(&files_lock, flags);
	return result;
}

/* The same for the node of a descriptor; what has none cannot be changed. */
static int64_t
with_descriptor(int descriptor, int64_t (*use)(struct ramfs_node *node, uint64_t argument),
		uint64_t argument)
{
	struct file *file = file_get(descriptor);
	uint64_t flags;
	int64_t result = -EINVAL;

	if (!file)
		return -EBADF;
	flags = spin_lock(&files_lock);
	if (file->node)
		result = use(file->node, argument);
	spin_unlock(&files_lock, flags);
	file_put(file);
	return result;
}

/* -- Permissions ------------------------------------------------------------------------------ */

static int64_t
set_mode(struct ramfs_node *node, uint64_t mode)
{
	node->mode = mode & PERMISSION_BITS;
	return 0;
}

int64_t
sys_chmod(const char *path, uint16_t mode)
{
	return with_path(ABI_AT_FDCWD, path, true, set_mode, mode);
}

int64_t
sys_fchmod(int descriptor, uint16_t mode)
{
	return with_descriptor(descriptor, set_mode, mode);
}

int64_t
sys_fchmodat(int descriptor, const char *path, uint16_t mode)
{
	return with_path(descriptor, path, true, set_mode, mode);
}

/* -- Owners: user and group are 0, and -1 leaves them ----------------------------------------- */

static int64_t
check_owner(struct ramfs_node *node, uint64_t owner)
{
	(void)node;
	return owner ? -EPERM : 0;
}

/* 0 when user and group are those that there are. */
static uint64_t
owner_of(uint32_t user, uint32_t group)
{
	return (user + 1 > 1) | (group + 1 > 1);
}

int64_t
sys_chown(const char *path, uint32_t user, uint32_t group)
{
	return with_path(ABI_AT_FDCWD, path, true, check_owner, owner_of(user, group));
}

int64_t
sys_lchown(const char *path, uint32_t user, uint32_t group)
{
	return with_path(ABI_AT_FDCWD, path, false, check_owner, owner_of(user, group));
}

int64_t
sys_fchown(int descriptor, uint32_t user, uint32_t group)
{
	return with_descriptor(descriptor, check_owner, owner_of(user, group));
}

int64_t
sys_fchownat(int descriptor, const char *path, uint32_t user, uint32_t group, int flags)
{
	return with_path(descriptor, path, !(flags & ABI_AT_SYMLINK_NOFOLLOW), check_owner,
			 owner_of(user, group));
}

/* -- Times: that of the last change is kept --------------------------------------------------- */

static int64_t
set_time(struct ramfs_node *node, uint64_t ns)
{
	node->modified_ns = ns;
	return 0;
}

static int64_t
leave_time(struct ramfs_node *node, uint64_t ns)
{
	(void)node;
	(void)ns;
	return 0;
}

/* Without a path for the descriptor; times are of access and change, or NULL: now. */
int64_t
sys_utimensat(int descriptor, const char *path, const struct abi_timespec *times, int flags)
{
	int64_t (*use)(struct ramfs_node *, uint64_t) = set_time;
	uint64_t ns = clock_realtime_ns();

	if (times && times[1].nanoseconds == ABI_UTIME_OMIT)
		use = leave_time;
	else if (times && times[1].nanoseconds != ABI_UTIME_NOW && time_load(&times[1], &ns))
		return -EINVAL;
	if (!path)
		return with_descriptor(descriptor, use, ns);
	return with_path(descriptor, path, !(flags & ABI_AT_SYMLINK_NOFOLLOW), use, ns);
}

/* -- The file system -------------------------------------------------------------------------- */

static int64_t
tell_room(struct ramfs_node *node, uint64_t to)
{
	struct abi_statfs *room = (struct abi_statfs *)to;

	(void)node;
	*room = (struct abi_statfs){.type = ABI_TMPFS_MAGIC,
				    .block_size = PAGE_4K,
				    .fragment_size = PAGE_4K,
				    .name_max = RAMFS_NAME_MAX};
	for (unsigned i = 0; i < memory_node_count(); i++) {
		struct memory_stats stats;

		memory_stats(i, &stats);
		room->blocks += stats.total / PAGE_4K;
		room->blocks_free += stats.free / PAGE_4K;
	}
	room->blocks_available = room->blocks_free;
	return 0;
}

int64_t
sys_statfs(const char *path, struct abi_statfs *room)
{
	return with_path(ABI_AT_FDCWD, path, true, tell_room, (uint64_t)room);
}

int64_t
sys_fstatfs(int descriptor, struct abi_statfs *room)
{
	return with_descriptor(descriptor, tell_room, (uint64_t)room);
}

