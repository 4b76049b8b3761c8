/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What stat() and getdents64() tell of a node.
 */
#ifndef LIBC_STAT_H
#define LIBC_STAT_H

#include "libc/abi.h"

struct ramfs_node;

/* Fills a stat structure; a node of NULL is a pipe or the like. With files_lock held. */
void stat_fill(const struct ramfs_node *node, struct abi_stat *stat);

#endif
