/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Open regular files.
 */
#ifndef LIBC_REGULAR_H
#define LIBC_REGULAR_H

#include "libc/files/files.h"

extern const struct file_operations regular_operations;

/* Sets a file's size; what is new reads as zeros. Returns 0, or -EFBIG. Without files_lock. */
int regular_resize(struct file *file, uint64_t size);

#endif
