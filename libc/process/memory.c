/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory calls. There is no heap that grows at its end: brk() answers 0 and the C library uses
 * mmap() for everything. Nothing is ever paged out.
 */
#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"
#include "libc/base/grant.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/memory/mapping.h"

#define PROTECTIONS (ABI_PROT_READ | ABI_PROT_WRITE | ABI_PROT_EXEC)
#define MREMAP_FLAGS (ABI_MREMAP_MAYMOVE | ABI_MREMAP_FIXED)
#define MCL_FLAGS (ABI_MCL_CURRENT | ABI_MCL_FUTURE | ABI_MCL_ONFAULT)
#define MSYNC_FLAGS (ABI_MS_ASYNC | ABI_MS_INVALIDATE | ABI_MS_SYNC)

/* Checks a range of whole pages, its length rounded up. Returns 0, or -EINVAL. */
static int
check_pages(uint64_t base, uint64_t *length)
{
	uint64_t rounded = grant_round(*length);

	if (!IS_ALIGNED(base, PAGE_4K) || !rounded || base + rounded < base)
		return -EINVAL;
	*length = rounded;
	return 0;
}

/* A range that may be empty and need not begin at a page. Returns 0, -EINVAL, or 1: it is empty. */
static int
widen_range(uint64_t *base, uint64_t *length)
{
	uint64_t within = *base % PAGE_4K;

	*base -= within;
	if (!*length)
		return 1;
	if (__builtin_add_overflow(*length, within, length))
		return -EINVAL;
	return check_pages(*base, length);
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

/* MAP_HUGETLB: the length in whole 2 MB, a fixed place at a multiple. Returns 0, or -EINVAL. */
static int
ask_huge(struct mapping_request *request, uint64_t flags)
{
	uint64_t size = flags >> ABI_MAP_HUGE_SHIFT & ABI_MAP_HUGE_MASK;
	uint64_t length = ALIGN_UP(request->length, PAGE_2M);

	if (!(flags & ABI_MAP_HUGETLB))
		return 0;
	if ((size && 1ULL << size != PAGE_2M) || !IS_ALIGNED(request->offset, PAGE_2M) ||
	    (request->fixed && !IS_ALIGNED(request->base, PAGE_2M)) || !length)
		return -EINVAL;
	request->base = ALIGN_DOWN(request->base, PAGE_2M);
	request->length = length;
	request->huge = request->all_huge = true;
	return 0;
}

static int64_t
map(struct mapping_request *request, uint64_t flags, int descriptor)
{
	int64_t base = flags & ABI_MAP_ANONYMOUS ? mapping_map(request)
						 : files_map(descriptor, request);

	if (base == -ENOMEM && request->low && !request->fixed)
		log_warning("libc: mmap with MAP_32BIT: no RAM is left below 2 GB");
	if (base == -ENOMEM && request->fixed)
		log_warning("libc: mmap at the fixed address 0x%lx is not possible here",
			    (unsigned long)request->base);
	if (base > 0 && (flags & (ABI_MAP_POPULATE | ABI_MAP_LOCKED)))
		(void)mapping_populate((uint64_t)base, request->length);
	return base;
}

int64_t
sys_mmap(uint64_t base, uint64_t length, uint64_t protection, uint64_t flags, int descriptor,
	 uint64_t offset)
{
	bool fixed = flags & (ABI_MAP_FIXED | ABI_MAP_FIXED_NOREPLACE);
	uint64_t kind = flags & ABI_MAP_TYPE;
	struct mapping_request request = {
		.base = base,
		.fixed = fixed,
		.replace = fixed && !(flags & ABI_MAP_FIXED_NOREPLACE),
		.shared = kind != ABI_MAP_PRIVATE,
		.low = flags & ABI_MAP_32BIT,
		.reserve_only = flags & ABI_MAP_NORESERVE,
		.offset = offset,
	};
	int result = check_pages(fixed ? base : 0, &length);

	if (result && length && !grant_round(length))
		return -ENOMEM;
	if (!result)
		result = check_protection(&protection);
	if (!result && (!IS_ALIGNED(offset, PAGE_4K) || !kind || kind > ABI_MAP_SHARED_VALIDATE))
		result = -EINVAL;
	if (result)
		return result;
	request.length = length;
	request.protection = (uint32_t)protection;
	request.huge = length >= PAGE_2M && (protection & ABI_PROT_WRITE) &&
		       !(flags & (ABI_MAP_STACK | ABI_MAP_NORESERVE));
	result = ask_huge(&request, flags);
	return result ? result : map(&request, flags, descriptor);
}

int64_t
sys_munmap(uint64_t base, uint64_t length)
{
	int result = check_pages(base, &length);
	uint64_t rsp = syscall_frame()->rsp;

	if (result)
		return result;
	if (rsp >= base && rsp - base < length)
		return mapping_remove_later(base, length);
	return mapping_remove(base, length);
}

int64_t
sys_mprotect(uint64_t base, uint64_t length, uint64_t protection)
{
	int result = check_protection(&protection);

	if (!result && !IS_ALIGNED(base, PAGE_4K))
		result = -EINVAL;
	if (!result && length == 0)
		return 0;
	if (!result && check_pages(base, &length))
		result = -ENOMEM;
	return result ? result : mapping_protect(base, length, (uint32_t)protection);
}

/*
 * musl's pthread_getattr_np finds the end of main's stack by it: ENOMEM says that the page exists
 * and cannot grow, EFAULT that it does not exist.
 */
int64_t
sys_mremap(uint64_t base, uint64_t old_length, uint64_t new_length, uint64_t flags,
	   uint64_t new_base)
{
	bool fixed = flags & ABI_MREMAP_FIXED;

	if (check_pages(base, &old_length) || check_pages(fixed ? new_base : 0, &new_length) ||
	    (flags & ~(uint64_t)MREMAP_FLAGS) || (fixed && !(flags & ABI_MREMAP_MAYMOVE)))
		return -EINVAL;
	return mapping_resize(base, old_length, new_length, flags, new_base);
}

/* Advice that changes nothing that a program sees is taken and left. */
int64_t
sys_madvise(uint64_t base, uint64_t length, int advice)
{
	if (!IS_ALIGNED(base, PAGE_4K))
		return -EINVAL;
	switch (advice) {
	case ABI_MADV_NORMAL:
	case ABI_MADV_RANDOM:
	case ABI_MADV_SEQUENTIAL:
	case ABI_MADV_WILLNEED:
	case ABI_MADV_DONTNEED:
	case ABI_MADV_FREE:
	case ABI_MADV_DONTFORK:
	case ABI_MADV_DOFORK:
	case ABI_MADV_HUGEPAGE:
	case ABI_MADV_NOHUGEPAGE:
	case ABI_MADV_DONTDUMP:
	case ABI_MADV_DODUMP:
	case ABI_MADV_COLD:
	case ABI_MADV_PAGEOUT:
	case ABI_MADV_POPULATE_READ:
	case ABI_MADV_POPULATE_WRITE:
		break;
	default:
		return -EINVAL;
	}
	if (!length)
		return 0;
	if (check_pages(base, &length))
		return -EINVAL;
	if (advice == ABI_MADV_DONTNEED)
		return mapping_discard(base, length);
	if (advice == ABI_MADV_HUGEPAGE || advice == ABI_MADV_NOHUGEPAGE)
		return mapping_set_huge(base, length, advice == ABI_MADV_HUGEPAGE);
	if (advice == ABI_MADV_POPULATE_READ || advice == ABI_MADV_POPULATE_WRITE)
		return mapping_populate(base, length);
	return mapping_covers(base, length) ? 0 : -ENOMEM;
}

/* A shared mapping shows the file's own pages: there is nothing to write back. */
int64_t
sys_msync(uint64_t base, uint64_t length, int flags)
{
	if ((flags & ~MSYNC_FLAGS) || ((flags & ABI_MS_ASYNC) && (flags & ABI_MS_SYNC)) ||
	    !IS_ALIGNED(base, PAGE_4K))
		return -EINVAL;
	if (!length)
		return 0;
	if (check_pages(base, &length))
		return -ENOMEM;
	return mapping_check(base, length, flags & ABI_MS_INVALIDATE);
}

/* -- Memory that stays ------------------------------------------------------------------------- */

static int64_t
set_locked(uint64_t base, uint64_t length, bool locked)
{
	int result = widen_range(&base, &length);

	if (result)
		return result > 0 ? 0 : result;
	return mapping_lock_memory(base, length, locked);
}

int64_t
sys_mlock(uint64_t base, uint64_t length)
{
	return set_locked(base, length, true);
}

int64_t
sys_mlock2(uint64_t base, uint64_t length, int flags)
{
	if (flags & ~ABI_MLOCK_ONFAULT)
		return -EINVAL;
	return sys_mlock(base, length); /* at once, not when it is touched */
}

int64_t
sys_munlock(uint64_t base, uint64_t length)
{
	return set_locked(base, length, false);
}

int64_t
sys_mlockall(int flags)
{
	bool at_once = !(flags & ABI_MCL_ONFAULT);

	if (!flags || (flags & ~MCL_FLAGS) || flags == ABI_MCL_ONFAULT)
		return -EINVAL;
	mapping_populate_future((flags & ABI_MCL_FUTURE) && at_once);
	return flags & ABI_MCL_CURRENT ? mapping_lock_all(true, at_once) : 0;
}

int64_t
sys_munlockall(void)
{
	mapping_populate_future(false);
	return mapping_lock_all(false, false);
}

/* Bit 0 of each page's byte: it is in memory. */
int64_t
sys_mincore(uint64_t base, uint64_t length, uint8_t *vector)
{
	struct paging_mapping page;

	if (!IS_ALIGNED(base, PAGE_4K))
		return -EINVAL;
	if (!length)
		return 0;
	if (check_pages(base, &length) || !mapping_covers(base, length))
		return -ENOMEM;
	if (!user_writable(vector, length / PAGE_4K))
		return -EFAULT;
	for (uint64_t at = 0; at < length; at += PAGE_4K)
		vector[at / PAGE_4K] = paging_lookup(base + at, &page);
	return 0;
}
