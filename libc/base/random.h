/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random bytes for getrandom(), /dev/urandom and AT_RANDOM.
 */
#ifndef LIBC_RANDOM_H
#define LIBC_RANDOM_H

#include <stddef.h>

/* Chooses the source and says which it is; gathers from the clock's jitter if there is no other. */
void random_init(void);

/* Fills a buffer. Any context, after random_init(). */
void random_fill(void *buffer, size_t size);

#endif
