/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flock(): locks of whole files between open files.
 */
#ifndef LIBC_FLOCK_H
#define LIBC_FLOCK_H

struct file;

/* Gives up the lock of an open file that is being closed. */
void flock_release(struct file *file);

#endif
