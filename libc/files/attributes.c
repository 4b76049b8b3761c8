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
#include "libc/files/seals.h"
#include "libc/threads/times.h"

#define ABI_TMPFS_MAGIC 0x01021994
#define ABI_HUGETLBFS_MAGIC 0x958458f6
#define ABI_UTIME_NOW 0x3fffffff
#define ABI_UTIME_OMIT 0x3ffffffe
#define ATTRIBUTE_FLAGS (ABI_AT_SYMLINK_NOFOLLOW | ABI_AT_EMPTY_PATH)

struct abi_statfs {
	int64_t type, block_size;
	uint64_t blocks, blocks_free, blocks_available, files, files_free;
	int32_t id[2];
	int64_t name_max, fragment_size, flags, spare[4];
};
_Static_assert(sizeof(struct abi_statfs) == 120, "struct statfs of x86-64");

/* Calls use(node, argument), with files_lock held, for the node of a path and ABI_AT_* flags. */
static int64_t
with_path(int descriptor, const char *path, int flags_at,
	  int64_t (*use)(struct ramfs_node *node, uint64_t argument), uint64_t argument)
{
	int error;
	struct ramfs_node *node = lookup_find_by(descriptor, path, flags_at, &error);
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

/* The same for the node of an open file, which is let go of; what has none cannot be changed. */
static int64_t
with_file(struct file *file, int64_t (*use)(struct ramfs_node *node, uint64_t argument),
	  uint64_t argument)
{
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
set_permissions(struct ramfs_node *node, uint64_t mode)
{
	if (node->type == RAMFS_LINK)
		return -ENOTSUP;
	if ((node->seals & ABI_F_SEAL_EXEC) && ((node->mode ^ mode) & RAMFS_EXECUTE))
		return -EPERM;
	node->mode = mode & RAMFS_PERMISSIONS;
	node->times.changed_ns = clock_realtime_ns();
	return 0;
}

int64_t
sys_chmod(const char *path, uint16_t mode)
{
	return with_path(ABI_AT_FDCWD, path, 0, set_permissions, mode);
}

int64_t
sys_fchmod(int descriptor, uint16_t mode)
{
	return with_file(file_get(descriptor), set_permissions, mode);
}

int64_t
sys_fchmodat(int descriptor, const char *path, uint16_t mode)
{
	return with_path(descriptor, path, 0, set_permissions, mode);
}

/* -- Owners: user and group are 0, and -1 leaves them ----------------------------------------- */

static int64_t
check_may_own(struct ramfs_node *node, uint64_t owner)
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
	return with_path(ABI_AT_FDCWD, path, 0, check_may_own, owner_of(user, group));
}

int64_t
sys_lchown(const char *path, uint32_t user, uint32_t group)
{
	return with_path(ABI_AT_FDCWD, path, ABI_AT_SYMLINK_NOFOLLOW, check_may_own,
			 owner_of(user, group));
}

int64_t
sys_fchown(int descriptor, uint32_t user, uint32_t group)
{
	return with_file(file_get(descriptor), check_may_own, owner_of(user, group));
}

int64_t
sys_fchownat(int descriptor, const char *path, uint32_t user, uint32_t group, int flags)
{
	if (flags & ~ATTRIBUTE_FLAGS)
		return -EINVAL;
	return with_path(descriptor, path, flags, check_may_own, owner_of(user, group));
}

/* -- Times ------------------------------------------------------------------------------------- */

/* What lies before 1970 is none here. */
static bool
is_time(const struct abi_timespec *time)
{
	return time->nanoseconds == ABI_UTIME_OMIT || time->nanoseconds == ABI_UTIME_NOW ||
	       (time->seconds >= 0 && time->nanoseconds >= 0 &&
		time->nanoseconds < (int64_t)NS_PER_SECOND);
}

/* One of the two times of a node, which stays as it is, becomes now, or what is given. */
static void
set_time(uint64_t *ns, const struct abi_timespec *time, uint64_t now)
{
	if (time && time->nanoseconds == ABI_UTIME_OMIT)
		return;
	*ns = now;
	if (time && time->nanoseconds != ABI_UTIME_NOW)
		time_load(time, ns);
}

/* `argument`: two times, or NULL. */
static int64_t
set_times(struct ramfs_node *node, uint64_t argument)
{
	const struct abi_timespec *times = (const struct abi_timespec *)argument;
	uint64_t now = clock_realtime_ns();

	if (times && (!is_time(&times[0]) || !is_time(&times[1])))
		return -EINVAL;
	set_time(&node->times.accessed_ns, times ? &times[0] : NULL, now);
	set_time(&node->times.modified_ns, times ? &times[1] : NULL, now);
	node->times.changed_ns = now;
	return 0;
}

/* Without a path for the descriptor; times are of access and change, or NULL: now. */
int64_t
sys_utimensat(int descriptor, const char *path, const struct abi_timespec *times, int flags)
{
	if (times && times[0].nanoseconds == ABI_UTIME_OMIT &&
	    times[1].nanoseconds == ABI_UTIME_OMIT)
		return 0;
	if (flags & ~ATTRIBUTE_FLAGS)
		return -EINVAL;
	if (path)
		return with_path(descriptor, path, flags, set_times, (uint64_t)times);
	return flags ? -EINVAL : with_file(file_get(descriptor), set_times, (uint64_t)times);
}

/* -- The file system -------------------------------------------------------------------------- */

static int64_t
store_statfs(struct ramfs_node *node, uint64_t to)
{
	struct abi_statfs *room = (struct abi_statfs *)to;

	int64_t page = node && node->huge ? PAGE_2M : PAGE_4K;

	*room = (struct abi_statfs){.type = page == PAGE_2M ? ABI_HUGETLBFS_MAGIC : ABI_TMPFS_MAGIC,
				    .block_size = page,
				    .fragment_size = page,
				    .name_max = RAMFS_NAME_MAX};
	for (unsigned i = 0; i < memory_node_count(); i++) {
		struct memory_stats stats;

		memory_stats(i, &stats);
		room->blocks += stats.total / (uint64_t)page;
		room->blocks_free += stats.free / (uint64_t)page;
	}
	room->blocks_available = room->blocks_free;
	return 0;
}

int64_t
sys_statfs(const char *path, struct abi_statfs *room)
{
	return with_path(ABI_AT_FDCWD, path, 0, store_statfs, (uint64_t)room);
}

int64_t
sys_fstatfs(int descriptor, struct abi_statfs *room)
{
	return with_file(file_get_any(descriptor), store_statfs, (uint64_t)room);
}
