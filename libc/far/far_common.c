/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The stack's word, and a socket that stands for another machine's.
 */
#include "kernel/thread/futex.h"
#include "libc/far/far_internal.h"

static uint32_t *stack_word;

void
far_set_word(uint32_t *word)
{
	stack_word = word;
}

void
far_wake(void)
{
	__atomic_add_fetch(stack_word, 1, __ATOMIC_RELEASE);
	futex_wake(stack_word, 1);
}

const struct socket *
far_stranger(uint16_t type, const struct far_end *remote)
{
	static struct socket stranger;

	spin_assert_held(&socket_lock);
	stranger.family = ABI_AF_INET6;
	stranger.type = type;
	stranger.name.end = far_to_end(remote);
	return &stranger;
}
