/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The names in a directory, and the names of a node: for the other files of the tree. The caller
 * locks, and keeps the nodes.
 */
#ifndef LIBC_RAMFS_DIRECTORY_H
#define LIBC_RAMFS_DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "libc/files/ramfs.h"

/* The entry of a name of at most RAMFS_NAME_MAX bytes, without a NUL; NULL: there is none. */
struct ramfs_entry *ramfs_directory_find(const struct ramfs_node *directory, const char *name,
					 size_t length);

/*
 * Enters a name that is not there for a node, at a place behind all others. NULL: there is no
 * memory.
 */
struct ramfs_entry *ramfs_directory_add(struct ramfs_node *directory, const char *name,
					size_t length, struct ramfs_node *node, uint64_t place);

/*
 * Takes an entry out of its directory. Its node forgets the name and it is freed, unless it is the
 * only one: then it stays with the node, with no directory, so that it can be shown.
 */
void ramfs_directory_remove(struct ramfs_entry *entry);

/*
 * Gives an entry a name that is not there, in a directory: in its own it keeps its place, in
 * another it gets one behind all others.
 */
void ramfs_directory_move(struct ramfs_entry *entry, struct ramfs_node *directory, const char *name,
			  size_t length, uint64_t place);

/* Has an entry lead to another node, which gets the name; the one before loses it. */
void ramfs_directory_lead(struct ramfs_entry *entry, struct ramfs_node *node);

/* The first entry of a directory with a greater place than one; NULL: there is none. */
struct ramfs_entry *ramfs_directory_next(struct ramfs_node *directory, uint64_t after);

/* Frees the name that stayed with a node. */
void ramfs_directory_forget(struct ramfs_node *node);

#endif
