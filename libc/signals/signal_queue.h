/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is pending: a list of signals for each thread, and one for the program. All functions but
 * two are called with signal_lock held.
 */
#ifndef LIBC_SIGNAL_QUEUE_H
#define LIBC_SIGNAL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/spinlock.h"
#include "libc/files/ready.h"
#include "libc/signals/signal.h"

#define SIGNAL_FIRST_QUEUED 32 /* from here on each is kept, in order; below it one is enough */

/* Over what is pending and what is done. Taken within the table of threads' lock. */
extern struct spinlock signal_lock;

/*
 * Adds a signal to what is pending for a thread, or for the program (NULL). `own` is an entry of
 * the sender's that is used for it, and may be NULL. Returns 0; 1: one is pending that says the
 * same, and nobody is to be notified; or -EAGAIN: there is no room for one that is to be queued.
 */
int signal_queue_add(struct thread *thread, const struct abi_siginfo *info,
		     struct signal_entry *own);

/* Those that are pending for the program and that no thread has taken over. Lock or not. */
uint64_t signal_queue_of_program(void);

/*
 * Takes the most urgent of the `wanted` signals that are pending for a thread, or for the program
 * (NULL). Returns whether there was one.
 */
bool signal_queue_take(struct thread *thread, uint64_t wanted, struct signal_taken *taken);

/* Lets a thread take over those that are pending for the program; and gives them back. */
void signal_queue_adopt(struct thread *thread, uint64_t signals);
void signal_queue_release(struct thread *thread, uint64_t signals);

/* Takes signals out of a thread, or of the program (NULL), whose entries become a list. */
void signal_queue_drop(struct thread *thread, uint64_t signals, struct signal_entry **dropped);

/* Without the lock: gives back, and notifies the owners of, entries that were dropped. */
void signal_queue_done(struct signal_entry *dropped);

/* Of all signalfds: what is pending is another for each thread, so that they are looked at. */
extern struct ready_source signal_queue_source;

/*
 * Tells those who wait for a signalfd that it may be ready. Any context, also within the table of
 * threads' lock: ready_changed_anywhere() is left to whoever has none.
 */
void signal_queue_mark(void);

#endif
