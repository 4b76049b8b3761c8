/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The list lies in the program's memory and is the program's to damage: each entry is looked at
 * before it is read, and a circle is left after as many steps as Linux takes.
 *
 * An entry is the address of the next one, with bit 0 set for a lock with priority inheritance; the
 * lock's word is at a distance from it that the head tells.
 */
#include "libc/threads/robust.h"

#include "kernel/thread/futex.h"
#include "libc/base/abi.h"
#include "libc/base/user.h"

#define ENTRIES_MAX 2048
#define ENTRY_PI 1ULL

struct robust_list_head {
	uint64_t next;	 /* the head itself ends the list */
	int64_t distance;
	uint64_t pending; /* an entry that is being added or removed, or 0 */
};
_Static_assert(sizeof(struct robust_list_head) == ABI_ROBUST_LIST_SIZE, "<linux/futex.h>");

/* A lock whose owner ends. With priority inheritance too, one that waits looks at it again. */
static void
owner_died(uint64_t entry, int64_t distance, bool pending)
{
	uint32_t *word = (uint32_t *)((entry & ~ENTRY_PI) + (uint64_t)distance);
	uint32_t value, self = (uint32_t)thread_current()->id;

	if ((uint64_t)word % sizeof(*word) || !user_writable(word, sizeof(*word)))
		return;
	value = __atomic_load_n(word, __ATOMIC_SEQ_CST);
	while ((value & ABI_FUTEX_TID_MASK) == self) {
		uint32_t dead = (value & ABI_FUTEX_WAITERS) | ABI_FUTEX_OWNER_DIED;

		if (!__atomic_compare_exchange_n(word, &value, dead, false, __ATOMIC_SEQ_CST,
						 __ATOMIC_SEQ_CST))
			continue;
		if (value & ABI_FUTEX_WAITERS)
			futex_wake(word, 1);
		return;
	}
	/* It was given up, and the one to wake had not yet been. */
	if (pending && !value)
		futex_wake(word, 1);
}

void
robust_end(const struct task *task)
{
	const struct robust_list_head *head = task->robust_list;
	uint64_t entry, pending;

	if (!head || !user_readable(head, sizeof(*head)))
		return;
	entry = head->next;
	pending = head->pending;
	for (unsigned i = 0; i < ENTRIES_MAX; i++) {
		const uint64_t *at = (const uint64_t *)(entry & ~ENTRY_PI);
		uint64_t next;

		if ((const void *)at == head || !user_readable(at, sizeof(*at)))
			break;
		next = *at; /* before another thread may take the lock, and the entry with it */
		if ((uint64_t)at != (pending & ~ENTRY_PI))
			owner_died(entry, head->distance, false);
		entry = next;
	}
	if (pending)
		owner_died(pending, head->distance, true);
}
