/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Robust locks of a thread that ends: Linux's Documentation/locking/robust-futexes.
 */
#ifndef LIBC_ROBUST_H
#define LIBC_ROBUST_H

#include "libc/threads/task.h"

/*
 * Marks the locks that the ending thread still has as their owner's who died, and wakes one thread
 * that waits for each. musl's pthread_exit() leaves none here; glibc leaves it to the kernel. A
 * list that is damaged ends where it is.
 */
void robust_end(const struct task *task);

#endif
