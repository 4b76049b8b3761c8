/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * eventfds that others than the program count up.
 */
#ifndef LIBC_EVENT_H
#define LIBC_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct file;

/* Whether an open file is an eventfd. */
bool event_is(const struct file *file);

/* The open file of a descriptor, held, if it is an eventfd; NULL and *error: EBADF, EINVAL. */
struct file *event_get_file(int descriptor, int64_t *error);

/* Counts one more, as far as the counter goes. Any context, without ready_lock. */
void event_add(struct file *file);

#endif
