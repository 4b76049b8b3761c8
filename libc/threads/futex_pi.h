/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Locks with priority inheritance, futex(2). All threads have one priority, so that there is none
 * to inherit, and what is left is the lock: its word has the owner's thread id and two flags.
 */
#ifndef LIBC_FUTEX_PI_H
#define LIBC_FUTEX_PI_H

#include <stdint.h>

/*
 * Takes the lock for the calling thread. deadline in clock_ns() time. Returns 0, -EDEADLK (it has
 * it), -ESRCH (its owner does not exist), -ETIMEDOUT or -EINTR. System call context.
 */
int futex_pi_lock(uint32_t *word, uint64_t deadline);

/* Takes it if it is free. Returns 0, -EDEADLK, -EAGAIN (another has it) or -ESRCH. */
int futex_pi_try(uint32_t *word);

/* Gives the lock up and wakes one that waits. Returns 0, or -EPERM: it is another's. */
int futex_pi_unlock(uint32_t *word);

#endif
