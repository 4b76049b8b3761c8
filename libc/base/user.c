/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A walk over the page tables, page by page: most of what is looked up lies on one or two.
 */
#include "libc/base/user.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "libc/base/abi.h"

size_t
user_reach(const void *base, size_t size, bool write)
{
	uint64_t at = (uint64_t)base;
	struct paging_mapping mapping;

	while (at - (uint64_t)base < size) {
		if (!paging_lookup(at, &mapping) || (write && !(mapping.flags & PAGING_WRITE)))
			break;
		at = mapping.base + mapping.size;
	}
	return MIN(at - (uint64_t)base, size);
}

bool
user_readable(const void *base, size_t size)
{
	return user_reach(base, size, false) == size;
}

bool
user_writable(const void *base, size_t size)
{
	return user_reach(base, size, true) == size;
}

int
user_text(const char *text)
{
	size_t room = user_reach(text, USER_PATH_MAX, false);

	if (string_length_within(text, room) < room)
		return 0;
	return room < USER_PATH_MAX ? -EFAULT : -ENAMETOOLONG;
}

int
user_pieces(const struct abi_iovec *vector, uint64_t *count, bool write)
{
	for (uint64_t i = 0; i < *count; i++) {
		if (user_reach(vector[i].base, vector[i].length, write) == vector[i].length)
			continue;
		*count = i;
		return i ? 0 : -EFAULT;
	}
	return 0;
}
