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

/* chmod(path, mode) */
int64_t
sys_chmod(struct app_frame *frame)
{
	return with_path(ABI_AT_FDCWD, (const char *)frame->arg[0], true, set_mode, frame->arg[1]);
}

/* fchmod(descriptor, mode) */
int64_t
sys_fchmod(struct app_frame *frame)
{
	return with_descriptor((int)frame->arg[0], set_mode, frame->arg[1]);
}

/* fchmodat(descriptor, path, mode) */
int64_t
sys_fchmodat(struct app_frame *frame)
{
	return with_path((int)frame->arg[0], (const char *)frame->arg[1], true, set_mode,
			 frame->arg[2]);
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
owner_of(uint64_t user, uint64_t group)
{
	return ((uint32_t)user + 1 > 1) | ((uint32_t)group + 1 > 1);
}

/* chown(path, user, group) */
int64_t
sys_chown(struct app_frame *frame)
{
	return with_path(ABI_AT_FDCWD, (const char *)frame->arg[0], true, check_owner,
			 owner_of(frame->arg[1], frame->arg[2]));
}

int64_t
sys_lchown(struct app_frame *frame)
{
	return with_path(ABI_AT_FDCWD, (const char *)frame->arg[0], false, check_owner,
			 owner_of(frame->arg[1], frame->arg[2]));
}

/* fchown(descriptor, user, group) */
int64_t
sys_fchown(struct app_frame *frame)
{
	return with_descriptor((int)frame->arg[0], check_owner,
			       owner_of(frame->arg[1], frame->arg[2]));
}

/* fchownat(descriptor, path, user, group, flags) */
int64_t
sys_fchownat(struct app_frame *frame)
{
	return with_path((int)frame->arg[0], (const char *)frame->arg[1],
			 !(frame->arg[4] & ABI_AT_SYMLINK_NOFOLLOW), check_owner,
			 owner_of(frame->arg[2], frame->arg[3]));
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

/* utimensat(descriptor, path or NULL, {access, change} or NULL, flags) */
int64_t
sys_utimensat(struct app_frame *frame)
{
	const char *path = (const char *)frame->arg[1];
	const struct abi_timespec *times = (const struct abi_timespec *)frame->arg[2];
	int64_t (*use)(struct ramfs_node *, uint64_t) = set_time;
	uint64_t ns = clock_realtime_ns();

	if (times && times[1].nanoseconds == ABI_UTIME_OMIT)
		use = leave_time;
	else if (times && times[1].nanoseconds != ABI_UTIME_NOW && time_load(&times[1], &ns))
		return -EINVAL;
	if (!path)
		return with_descriptor((int)frame->arg[0], use, ns);
	return with_path((int)frame->arg[0], path, !(frame->arg[3] & ABI_AT_SYMLINK_NOFOLLOW), use,
			 ns);
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

/* statfs(path, result) */
int64_t
sys_statfs(struct app_frame *frame)
{
	return with_path(ABI_AT_FDCWD, (const char *)frame->arg[0], true, tell_room, frame->arg[1]);
}

/* fstatfs(descriptor, result) */
int64_t
sys_fstatfs(struct app_frame *frame)
{
	return with_descriptor((int)frame->arg[0], tell_room, frame->arg[1]);
}

/* There is nothing behind the files that they could be written to. */
int64_t
sys_sync(struct app_frame *frame)
{
	(void)frame;
	return 0;
}
