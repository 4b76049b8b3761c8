/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory calls. There is no heap that grows at its end: brk() answers 0 and musl's malloc
 * uses mmap() for everything. All memory is always resident, so locking it is true as it stands.
 */
#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/base/grant.h"
#include "libc/base/syscall.h"
#include "libc/files/files.h"
#include "libc/memory/mapping.h"

#define PROTECTIONS (ABI_PROT_READ | ABI_PROT_WRITE | ABI_PROT_EXEC)
#define MADV_LAST 21 /* MADV_PAGEOUT */

/* Checks a range of whole pages, its length rounded up. Returns 0, or -EINVAL. */
static int
check_range(uint64_t base, uint64_t *length)
{
	uint64_t rounded = grant_round(*length);

	if (!IS_ALIGNED(base, PAGE_4K) || !rounded || base + rounded < base)
		return -EINVAL;
	*length = rounded;
	return 0;
}

/* Write implies read on x86; execute goes with write never. Returns 0, -EINVAL, -EACCES. */
static int
check_protection(uint64_t *protection)
{
	if (*protection & ~(uint64_t)PROTECTIONS)
		return -EINVAL;
	if ((*protection & ABI_PROT_WRITE) && (*protection & ABI_PROT_EXEC)) {
		log_warning("libc: memory that is writable and executable is refused");
		return -EACCES;
	}
	if (*protection)
		*protection |= ABI_PROT_READ;
	return 0;
}

/*
 * MAP_FIXED over what is mapped already: new contents in the same place. Elsewhere there may be
 * no memory, or another's: refused.
 */
static int64_t
map_over(uint64_t base, uint64_t length, uint64_t protection, uint64_t flags)
{
	int64_t result;

	if (!mapping_covers(base, length, true) || !(flags & ABI_MAP_ANONYMOUS)) {
		log_warning("libc: mmap at the fixed address 0x%lx is not possible here",
			    (unsigned long)base);
		return -ENOMEM;
	}
	if (flags & ABI_MAP_FIXED_NOREPLACE)
		return -EEXIST;
	result = mapping_protect(base, length, ABI_PROT_READ | ABI_PROT_WRITE);
	if (result)
		return result;
	mapping_clear(base, length);
	result = mapping_protect(base, length, (uint32_t)protection);
	return result ? result : (int64_t)base;
}

int64_t
sys_mmap(uint64_t base, uint64_t length, uint64_t protection, uint64_t flags, int descriptor,
	 uint64_t offset)
{
	bool fixed = flags & (ABI_MAP_FIXED | ABI_MAP_FIXED_NOREPLACE);
	int result = check_range(fixed ? base : 0, &length);

	if (!result)
		result = check_protection(&protection);
	if (!result && !IS_ALIGNED(offset, PAGE_4K))
		result = -EINVAL;
	if (result)
		return result;
	if (fixed)
		return map_over(base, length, protection, flags);
	if (flags & ABI_MAP_ANONYMOUS)
		return mapping_anonymous(length, (uint32_t)protection);
	return files_map(descriptor, length, (uint32_t)protection, flags & ABI_MAP_SHARED, offset);
}

int64_t
sys_munmap(uint64_t base, uint64_t length)
{
	int result = check_range(base, &length);

	return result ? result : mapping_remove(base, length);
}

int64_t
sys_mprotect(uint64_t base, uint64_t length, uint64_t protection)
{
	int result = check_protection(&protection);

	if (!result && length == 0)
		return 0;
	if (!result)
		result = check_range(base, &length);
	return result ? result : mapping_protect(base, length, (uint32_t)protection);
}

/* Grows a mapping by moving it: the new one has the old one's contents. */
static int64_t
move(uint64_t base, uint64_t old_length, uint64_t new_length)
{
	int64_t to = mapping_anonymous(new_length, ABI_PROT_READ | ABI_PROT_WRITE);
	int64_t result;

	if (to < 0)
		return to;
	memcpy((void *)to, (const void *)base, old_length);
	result = mapping_remove(base, old_length);
	return result ? result : to;
}

/*
 * musl's pthread_getattr_np finds the end of main's stack by it: ENOMEM says that the page exists
 * and cannot grow, EFAULT that it does not exist. A file's storage cannot grow either.
 */
int64_t
sys_mremap(uint64_t base, uint64_t old_length, uint64_t new_length, uint64_t flags,
	   uint64_t new_base)
{
	struct paging_mapping mapping;

	(void)new_base; /* no flag that would use it is served */
	if (check_range(base, &old_length) || check_range(base, &new_length) ||
	    (flags & ~(uint64_t)ABI_MREMAP_MAYMOVE))
		return -EINVAL;
	if (!paging_lookup(base, &mapping))
		return -EFAULT;
	if (!mapping_covers(base, old_length, true))
		return -ENOMEM;
	if (new_length <= old_length) {
		int64_t result = 0;

		if (new_length < old_length)
			result = mapping_remove(base + new_length, old_length - new_length);
		return result ? result : (int64_t)base;
	}
	return flags & ABI_MREMAP_MAYMOVE ? move(base, old_length, new_length) : -ENOMEM;
}

/* Of all advice only MADV_DONTNEED changes what a program sees. */
int64_t
sys_madvise(uint64_t base, uint64_t length, int advice)
{
	if ((unsigned)advice > MADV_LAST || (length && check_range(base, &length)))
		return -EINVAL;
	if (advice == ABI_MADV_DONTNEED)
		mapping_clear(base, length);
	return 0;
}

/* A shared mapping is the file's own storage: there is nothing to write back. */
int64_t
sys_msync(uint64_t base, uint64_t length, int flags)
{

	(void)flags;
	if (check_range(base, &length))
		return -EINVAL;
	return mapping_covers(base, length, false) ? 0 : -ENOMEM;
}

