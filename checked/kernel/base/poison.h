/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/poison.h of a checked build.
 */
#ifndef KERNEL_POISON_H
#define KERNEL_POISON_H

#include <stddef.h>

void poison_fill(void *memory, size_t size);
void poison_check(const void *memory, size_t size);
void poison_check_used(const void *memory, size_t size);

#endif
