/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What stat() and getdents64() return of a node.
 */
#ifndef LIBC_STAT_H
#define LIBC_STAT_H

#include "libc/base/abi.h"

struct file;
struct ramfs_node;

/* Fill a stat structure, of a node and of an open file. With files_lock held. */
void stat_fill(const struct ramfs_node *node, struct abi_stat *stat);
void stat_fill_open(const struct file *file, struct abi_stat *stat);

#endif
