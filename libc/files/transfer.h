/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading and writing pieces of memory, as readv() and its relatives do. System call context.
 */
#ifndef LIBC_TRANSFER_H
#define LIBC_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "libc/base/abi.h"
#include "libc/base/pieces.h"
#include "libc/files/files.h"

/* How one call differs from what the open file's flags say. */
#define ABI_RWF_HIPRI 0x01
#define ABI_RWF_DSYNC 0x02
#define ABI_RWF_SYNC 0x04
#define ABI_RWF_NOWAIT 0x08
#define ABI_RWF_APPEND 0x10
#define ABI_RWF_NOAPPEND 0x20

/* Whether what a call with flags writes goes to the end, wherever its offset is. */
static inline bool
file_appends(const struct file *file, uint32_t flags)
{
	return (flags & ABI_RWF_APPEND) ||
	       ((file->flags & ABI_O_APPEND) && !(flags & ABI_RWF_NOAPPEND));
}

/*
 * Whether a file's calls may have flags: 0, -ENOTSUP, -EINVAL. For preadv2() and pwritev2(): Linux
 * reads directories in a way that has none.
 */
int transfer_check_flags(const struct file *file, uint32_t flags);
int transfer_check_vector(const struct file *file, uint32_t flags);

/*
 * Moves pieces, which may be accessed, at an offset; what cannot seek takes no notice of it. The
 * file is open for that, and has the operation. Returns the bytes moved, or -errno.
 */
int64_t transfer_at(struct file *file, const struct pieces *pieces, uint64_t offset, bool writes,
		    uint32_t flags);

#endif
