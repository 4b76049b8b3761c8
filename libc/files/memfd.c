/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * memfd_create(): files without a name.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/syscall.h"
#include "libc/files/regular.h"
#include "libc/files/seals.h"

#define NAME_MAX_LENGTH 249 /* as Linux has it: of 255 its prefix takes some */

#define ABI_MFD_CLOEXEC 0x01u
#define ABI_MFD_ALLOW_SEALING 0x02u
#define ABI_MFD_HUGETLB 0x04u
#define ABI_MFD_NOEXEC_SEAL 0x08u
#define ABI_MFD_EXEC 0x10u
#define ABI_MFD_HUGE_SIZES (0x3fu << 26)

static int
check_flags_and_name(const char *name, unsigned flags)
{
	unsigned known = ABI_MFD_CLOEXEC | ABI_MFD_ALLOW_SEALING | ABI_MFD_HUGETLB |
			 ABI_MFD_NOEXEC_SEAL | ABI_MFD_EXEC;

	if (flags & ABI_MFD_HUGETLB)
		known |= ABI_MFD_HUGE_SIZES;
	if ((flags & ~known) || ((flags & ABI_MFD_EXEC) && (flags & ABI_MFD_NOEXEC_SEAL)) ||
	    string_length(name) > NAME_MAX_LENGTH)
		return -EINVAL;
	return flags & ABI_MFD_HUGETLB ? -ENOSYS : 0; /* as without hugetlbfs */
}

int64_t
sys_memfd_create(const char *name, unsigned flags)
{
	bool execute = !(flags & ABI_MFD_NOEXEC_SEAL);
	struct ramfs_node *node;
	struct file *file = NULL;
	uint64_t saved;
	int result = check_flags_and_name(name, flags);

	if (result)
		return result;
	saved = spin_lock(&files_lock);
	node = ramfs_new(&files_tree, RAMFS_FILE, execute ? 0777 : 0666);
	spin_unlock(&files_lock, saved);
	if (!node)
		return -ENOMEM;
	node->nameless = true;
	if (!execute)
		node->seals = ABI_F_SEAL_EXEC;
	else if (flags & ABI_MFD_ALLOW_SEALING)
		node->seals = 0;
	file = file_make(&regular_operations, ABI_O_RDWR | ABI_O_LARGEFILE, node);
	saved = spin_lock(&files_lock);
	ramfs_release(node);
	spin_unlock(&files_lock, saved);
	ramfs_collect();
	return descriptor_add_new(file, flags & ABI_MFD_CLOEXEC ? ABI_O_CLOEXEC : 0);
}
