/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flock(): locks of whole files between open files.
 */
#ifndef LIBC_FLOCK_H
#define LIBC_FLOCK_H

#include <stdint.h>

struct file;

/* Gives up the lock of an open file that is being closed. */
void file_lock_release(struct file *file);

/* open_file.c: the same with files_lock held, and waiters not notified. */
void file_lock_drop(struct file *file);

/* Changes whenever a lock is given up: a futex word. */
extern uint32_t file_lock_releases;

#endif
