/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mappings of the application: mmap() and its relatives over the region list, in the range of
 * addresses that are not physical ones (kernel/memory/paging.h). Memory is taken page by page, when
 * it is touched. Addresses and lengths are whole pages unless said otherwise. System call context.
 */
#ifndef LIBC_MAPPING_H
#define LIBC_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whoever's contents are mapped, as a member of a structure of its own. page() and copy() are
 * called from the page fault's handler, with a spinlock held: they do not block, nor touch the
 * program's memory.
 */
struct mapping_owner {
	/*
	 * The frame that shows a page, which stays the owner's. Returns 0; -ENXIO: the page lies
	 * behind the end; -ENOMEM.
	 */
	int (*page)(struct mapping_owner *owner, uint64_t index, uint64_t *frame);
	/* Puts a page's contents into zeroed memory. Returns 0, or -ENXIO. */
	int (*copy)(struct mapping_owner *owner, uint64_t index, void *memory);
	/* The first mapping of it is made; the last one is gone. May take spinlocks. */
	void (*hold)(struct mapping_owner *owner);
	void (*drop)(struct mapping_owner *owner);
	uint64_t mapped;  /* pages; this room's */
	const char *name; /* what /proc calls it; NULL: it is a file's (libc/files/ramfs.h) */
};

struct mapping_request {
	uint64_t base;	     /* where, if `fixed`; else a wish: 0 for none */
	uint64_t length;     /* above 0 */
	uint64_t instead;    /* bytes of a mapping of the same kind that it is to replace */
	bool fixed, replace; /* at `base`, and in place of what is there */
	bool shared;	     /* an owner's own pages, not copies */
	bool huge;	     /* may have 2 MB pages */
	bool all_huge;	     /* has no other, all of them at once unless `reserve_only` */
	bool low;	     /* below 2 GB, if not `fixed` */
	bool reserve_only;   /* whether there is so much memory does not matter */
	uint32_t protection; /* ABI_PROT_* */
	struct mapping_owner *owner; /* NULL: zeros */
	uint64_t offset;	     /* of the owner's contents, whole pages */
};

/*
 * Maps. Returns the address; -ENOMEM (no address, not so much memory, no room for the region, not
 * so many 2 MB pages),
 * -EEXIST (fixed, and something is there).
 */
int64_t mapping_map(const struct mapping_request *request);

/*
 * Maps a stack of `size` bytes, and keeps the megabyte below it free of anything for ever, so that
 * what runs over its end meets nothing. Returns its top, a multiple of a page; -ENOMEM.
 */
int64_t mapping_stack(uint64_t size);

/* What setrlimit() has set, in bytes; UINT64_MAX: no limit. */
struct mapping_limits {
	uint64_t space, data, stack;
};

/*
 * Holds the program to limits from now on; the stack cannot have more than it has from the start.
 */
void mapping_limit_set(const struct mapping_limits *wanted);

/* Takes every mapping of a range away. Returns 0, or -ENOMEM (no room to split a region). */
int64_t mapping_remove(uint64_t base, uint64_t length);

/*
 * The same for the stack of a thread that is about to end, some threads later: whoever still names
 * the thread by its structure there, as DPDK does with one that it has just made, finds it.
 */
int64_t mapping_remove_later(uint64_t base, uint64_t length);

/*
 * Changes the protection of a range, up to the first page that is not mapped: then -ENOMEM. 0, or
 * -ENOMEM too when there is no memory to split a region or a page.
 */
int64_t mapping_protect(uint64_t base, uint64_t length, uint32_t protection);

/* A mapping as /proc shows it. */
struct mapping_view {
	uint64_t base, length;
	uint32_t protection; /* ABI_PROT_* */
	bool shared;
	struct mapping_owner *owner; /* NULL: none; else it is there during the call */
	uint64_t offset;
};

/* Calls use(view, argument) for each mapping by ascending address. It must not map. */
void mapping_for_each(void (*use)(const struct mapping_view *view, void *argument),
		      void *argument);

/* Whether a range is wholly mapped. Any context. */
bool mapping_covers(uint64_t base, uint64_t length);

/*
 * Gives the memory of what is private in a range back: it is as it was at first. Returns 0, -ENOMEM
 * (some of it is not mapped) or -EINVAL (is locked).
 */
int64_t mapping_discard(uint64_t base, uint64_t length);

/* Whether a range may have 2 MB pages. Returns 0, or -ENOMEM as above. */
int64_t mapping_set_huge(uint64_t base, uint64_t length, bool huge);

/* mlock() and munlock(). Returns 0, or -ENOMEM: not all of it is mapped, or may be accessed. */
int64_t mapping_lock_memory(uint64_t base, uint64_t length, bool locked);

/* Whether a range is mapped, and, if so asked, unlocked. Returns 0, -ENOMEM, -EBUSY (is locked). */
int64_t mapping_check(uint64_t base, uint64_t length, bool unlocked);

/*
 * Takes memory for a range now, up to what may not be accessed. Returns 0; -ENOMEM: there is such,
 * or there is not so much memory.
 */
int64_t mapping_populate(uint64_t base, uint64_t length);

/* Whether mappings that are made from now on are populated at once (mlockall). */
void mapping_populate_future(bool populate);

/*
 * mlockall(MCL_CURRENT) and munlockall(): all that is mapped. `at_once`: what may be accessed takes
 * memory now, if half of what is left is enough. Returns 0, or -ENOMEM, when nothing is locked.
 */
int64_t mapping_lock_all(bool locked, bool at_once);

/* mremap(): flags are MREMAP_*. Returns the new address, or -EFAULT, -ENOMEM, -EINVAL. */
int64_t mapping_resize(uint64_t base, uint64_t old_length, uint64_t new_length, uint64_t flags,
		       uint64_t new_base);

/* An owner's pages from an index on are no longer shown; returns when no CPU uses them. */
void mapping_forget(struct mapping_owner *owner, uint64_t index);

/* Bytes of memory that the program may take. */
uint64_t mapping_memory_left(void);

/* -- mapping_fault.c --------------------------------------------------------------------------- */

/*
 * The program has touched an address, of any alignment, by an access of FAULT_* bits
 * (kernel/base/x86.h). Returns 0: go on; -EFAULT: nothing is mapped there; -EACCES: the protection
 * forbids it; -ENXIO: it is behind the end of what is mapped; -ENOMEM. Any context.
 */
int mapping_fault(uint64_t address, uint64_t access);

/* -- mapping_lend.c ---------------------------------------------------------------------------- */

/* Has system calls survive what other threads unmap under them. Boot CPU, once. */
void mapping_lend_init(void);

/*
 * What a system call returns whose thread has strayed (struct thread): -EFAULT. Takes away what it
 * was lent.
 */
int64_t mapping_lend_end(void);

/* Has pages come when they are touched. Boot CPU, once. */
void mapping_init(void);

#endif
