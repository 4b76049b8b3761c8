/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Seals of files in memory: what nobody does to them any more.
 */
#ifndef LIBC_SEALS_H
#define LIBC_SEALS_H

#include <stdbool.h>
#include <stdint.h>

#include "libc/files/files.h"

#define ABI_F_SEAL_SEAL RAMFS_SEALED
#define ABI_F_SEAL_SHRINK 0x02
#define ABI_F_SEAL_GROW 0x04
#define ABI_F_SEAL_WRITE 0x08
#define ABI_F_SEAL_FUTURE_WRITE 0x10
#define ABI_F_SEAL_EXEC 0x20

/* An operation of regular files: F_ADD_SEALS and F_GET_SEALS. */
int64_t seals_fcntl(struct file *file, unsigned command, uint64_t argument);

/* Whether a file may get another size. 0, or -EPERM. With the node's mutex, as what follows. */
int seals_check_size(const struct ramfs_node *node, uint64_t size);

/* Whether it may be written, also through mappings. 0, or -EPERM. */
int seals_check_write(const struct ramfs_node *node);

/* How many of `size` bytes may be written at an offset: 0 when that is none of some. */
uint64_t seals_room(const struct ramfs_node *node, uint64_t offset, uint64_t size);

#endif
