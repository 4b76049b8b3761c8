/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pending signals that are dropped. All functions are called without signal_lock, `signal` is 1 to
 * ABI_SIGNALS.
 */
#ifndef LIBC_SIGNAL_DISCARD_H
#define LIBC_SIGNAL_DISCARD_H

#include <stdint.h>

/* Has signals (SIGNAL_BIT) be pending for no thread, nor for the program, held back or not. */
void signal_discard(uint64_t signals);

/* Before a signal is sent: SIGCONT drops those that would stop, each of which drops SIGCONT. */
void signal_discard_opposite(int signal);

/*
 * For a signal that is due and has the default action: -ENOTSUP, with a warning, when that would
 * stop the program; else 0.
 */
int signal_discard_stop(int signal);

#endif
