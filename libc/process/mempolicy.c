/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * NUMA policies, for a machine that has one node: there every policy that Linux accepts holds by
 * itself; a thread's is returned again, that of a range (mbind()) is not kept. With more
 * nodes memory comes from where the kernel takes it, and a policy other than the default is
 * refused.
 */
#include <stdbool.h>
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/paging.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/memory/mapping.h"
#include "libc/threads/task.h"

enum {
	ABI_MPOL_DEFAULT,
	ABI_MPOL_PREFERRED,
	ABI_MPOL_BIND,
	ABI_MPOL_INTERLEAVE,
	ABI_MPOL_LOCAL,
};
#define ABI_MPOL_FLAGS 0xe000
#define ABI_MPOL_F_NODE 1
#define ABI_MPOL_F_ADDR 2
#define ABI_MPOL_F_MEMS_ALLOWED 4
#define NODE_BITS_MOST (PAGE_4K * 8) /* Linux's limit on a mask */

/*
 * Reads the first word of a mask of nodes; one bit less than `bits` counts, as on Linux. Returns 0,
 * -EFAULT or -EINVAL: it is too long, or names nodes that there are not.
 */
static int64_t
load_nodes(const uint64_t *mask, uint64_t bits, uint64_t *nodes)
{
	uint64_t count = bits ? bits - 1 : 0;

	*nodes = 0;
	if (!mask || !count)
		return 0;
	if (count > NODE_BITS_MOST)
		return -EINVAL;
	if (!user_readable(mask, ALIGN_UP(count, 64) / 8))
		return -EFAULT;
	*nodes = count < 64 ? mask[0] & ((1ULL << count) - 1) : mask[0];
	for (uint64_t i = 1; i < ALIGN_UP(count, 64) / 64; i++)
		if (mask[i])
			return -EINVAL;
	return *nodes >> memory_node_count() ? -EINVAL : 0;
}

/* Whether a policy is one that holds by itself. Returns 0, or -errno. */
static int64_t
check_policy(int mode, const uint64_t *mask, uint64_t bits, uint64_t *on)
{
	int64_t result = load_nodes(mask, bits, on);
	uint64_t nodes = *on;

	mode &= ~ABI_MPOL_FLAGS;
	if (result)
		return result;
	if (mode < ABI_MPOL_DEFAULT || mode > ABI_MPOL_LOCAL)
		return -EINVAL;
	if (mode == ABI_MPOL_DEFAULT || mode == ABI_MPOL_LOCAL) {
		if (nodes)
			return -EINVAL;
	} else if (!nodes && mode != ABI_MPOL_PREFERRED) {
		return -EINVAL;
	}
	return mode == ABI_MPOL_DEFAULT || memory_node_count() == 1 ? 0 : -ENOTSUP;
}

int64_t
sys_set_mempolicy(int mode, const uint64_t *mask, uint64_t bits)
{
	uint64_t nodes;
	int64_t result = check_policy(mode, mask, bits, &nodes);

	if (!result) {
		task_current()->memory_policy = mode;
		task_current()->memory_on_node_0 = nodes;
	}
	return result;
}

int64_t
sys_mbind(uint64_t base, uint64_t length, int mode, const uint64_t *mask, uint64_t bits,
	  unsigned flags)
{
	uint64_t end, nodes;

	(void)flags;
	if (!IS_ALIGNED(base, PAGE_4K) ||
	    __builtin_add_overflow(base, ALIGN_UP(length, PAGE_4K), &end))
		return -EINVAL;
	if (end != base && !mapping_covers(base, end - base))
		return -EFAULT;
	return check_policy(mode, mask, bits, &nodes);
}

/* Whether what is asked for can be returned. Returns 0, or -errno. */
static int64_t
check_question(const uint64_t *mask, uint64_t bits, uint64_t address, unsigned flags)
{
	bool has_address = flags & ABI_MPOL_F_ADDR;

	if (flags & ~(unsigned)(ABI_MPOL_F_NODE | ABI_MPOL_F_ADDR | ABI_MPOL_F_MEMS_ALLOWED))
		return -EINVAL;
	if ((flags & ABI_MPOL_F_MEMS_ALLOWED) && flags != ABI_MPOL_F_MEMS_ALLOWED)
		return -EINVAL;
	if (!has_address && (address || (flags & ABI_MPOL_F_NODE)))
		return -EINVAL;
	if (mask && (bits < memory_node_count() || bits > NODE_BITS_MOST))
		return -EINVAL;
	if (has_address && !user_readable((const void *)address, 1))
		return -EFAULT;
	return has_address && (flags & ABI_MPOL_F_NODE) && memory_node_count() > 1 ? -ENOTSUP : 0;
}

/* Of an address the policy is the default one, and its node the only one. */
int64_t
sys_get_mempolicy(int *mode, uint64_t *mask, uint64_t bits, uint64_t address, unsigned flags)
{
	int64_t result = check_question(mask, bits, address, flags);

	if (result)
		return result;
	if ((mode && !user_writable(mode, sizeof(*mode))) ||
	    (mask && !user_writable(mask, ALIGN_UP(bits, 64) / 8)))
		return -EFAULT;
	if (mode)
		*mode = flags ? ABI_MPOL_DEFAULT /* or node 0 */ : task_current()->memory_policy;
	if (mask) {
		memset(mask, 0, ALIGN_UP(bits, 64) / 8);
		mask[0] = !flags && task_current()->memory_on_node_0;
		if (flags & ABI_MPOL_F_MEMS_ALLOWED)
			mask[0] = (1ULL << memory_node_count()) - 1;
	}
	return 0;
}
