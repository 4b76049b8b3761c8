/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A walk over the page tables, page by page: most of what is looked up lies on one or two. What is
 * not there others may bring.
 */
#include "libc/base/user.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "libc/base/abi.h"

#define BREATHE_LOOKS 256 /* pages, or pieces */

static const struct user_mappings *user_mappings_shown;

void
user_set_mappings(const struct user_mappings *known)
{
	user_mappings_shown = known;
}

/* Bytes from an address on that are in memory and may be accessed so. */
static size_t
present(uint64_t address, bool write)
{
	struct paging_mapping mapping;

	if (!paging_lookup(address, &mapping) || (write && !(mapping.flags & PAGING_WRITE)))
		return 0;
	return mapping.base + mapping.size - address;
}

size_t
user_reach(const void *base, size_t size, bool write)
{
	size_t done = 0;
	unsigned looked = 0;

	while (done < size) {
		uint64_t at = (uint64_t)base + done;
		size_t more = present(at, write);

		if (!more)
			more = user_mappings_shown->reach(at, write);
		if (!more)
			break;
		done += MIN(more, size - done);
		if (++looked % BREATHE_LOOKS == 0)
			thread_breathe();
	}
	return done;
}

bool
user_bring(void *base, size_t size)
{
	for (uint64_t at = (uint64_t)base; at < (uint64_t)base + size;
	     at = ALIGN_DOWN(at, PAGE_4K) + PAGE_4K)
		if (!present(at, true) && !user_mappings_shown->bring(at, true))
			return false;
	return true;
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
	uint64_t looks = 0;

	for (uint64_t i = 0; i < *count; i++) {
		looks += 1 + vector[i].length / PAGE_4K;
		if (looks >= BREATHE_LOOKS) {
			thread_breathe();
			looks = 0;
		}
		if (user_reach(vector[i].base, vector[i].length, write) == vector[i].length)
			continue;
		*count = i;
		return i ? 0 : -EFAULT;
	}
	return 0;
}

bool
user_pieces_empty(const struct abi_iovec *vector, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		if (vector[i].length)
			return false;
	return true;
}
