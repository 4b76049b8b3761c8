/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tree of a file's pages, for contents.c. With the contents' lock held unless said otherwise.
 */
#ifndef LIBC_CONTENTS_TREE_H
#define LIBC_CONTENTS_TREE_H

#include "libc/files/contents.h"

/* The frame of a page, 0 when it is missing. */
uint64_t contents_tree_find(const struct contents *contents, uint64_t index);

/* Whether a page has been written, or is in a module. */
bool contents_tree_has_data(const struct contents *contents, uint64_t index);

/* The frame of a page that is to be written, made if it is missing; 0: no memory. */
uint64_t contents_tree_make(struct contents *contents, uint64_t index);

/*
 * Takes memory for a page, if it is missing; one that is there counts as written from then on, as
 * in Linux's tmpfs. Returns whether there was some.
 */
bool contents_tree_reserve(struct contents *contents, uint64_t index);

/* Puts what a missing page has at first into zeroed memory. */
void contents_tree_fill(const struct contents *contents, uint64_t index, void *memory);

/* The entry of the first page from an index on, which is set to its; NULL: none. */
uint64_t *contents_tree_next(struct contents *contents, uint64_t *index);

/* The frame that such an entry has, which is not in the tree any more. */
uint64_t contents_tree_take(struct contents *contents, uint64_t *entry);

/* Gives the tables of a tree without pages back. Takes the lock. */
void contents_tree_free(struct contents *contents);

#endif
