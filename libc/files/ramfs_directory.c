/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entries are found by their names' hashes in a tree whose every node is an entry: its four
 * branches are for the next two bits of the hash. So finding, entering and removing take some
 * logarithm of steps, no table must grow, and nothing but the entry needs memory. Beside it they
 * are in a list by ascending place, so that a directory that changes while it is listed shows what
 * stays in it once.
 */
#include "libc/files/ramfs_directory.h"

#include "kernel/base/assert.h"
#include "kernel/base/string.h"
#include "libc/base/pool.h"

/* FNV-1a; its upper bits, which come first here, are mixed with the lower at the end. */
#define HASH_START 0xcbf29ce484222325ULL
#define HASH_FACTOR 0x100000001b3ULL
#define HASH_MIX 0x9e3779b97f4a7c15ULL
#define BRANCH_BITS 2

static struct pool ramfs_entries = {.size = sizeof(struct ramfs_entry)};

static uint64_t
hash_of(const char *name, size_t length)
{
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)name[i]) * HASH_FACTOR;
	return (hash ^ hash >> 32) * HASH_MIX;
}

static bool
is_named(const struct ramfs_entry *entry, uint64_t hash, const char *name, size_t length)
{
	return entry->hash == hash && !memcmp(entry->name, name, length) && !entry->name[length];
}

/* Where the entry of a name hangs, or would hang. */
static struct ramfs_entry **
hold_of(struct ramfs_entry **root, uint64_t hash, const char *name, size_t length)
{
	struct ramfs_entry **hold = root;

	for (uint64_t bits = hash; *hold && !is_named(*hold, hash, name, length);
	     bits <<= BRANCH_BITS)
		hold = &(*hold)->branches[bits >> (64 - BRANCH_BITS)];
	return hold;
}

struct ramfs_entry *
ramfs_directory_find(const struct ramfs_node *directory, const char *name, size_t length)
{
	struct ramfs_entry *root = directory->by_hash;

	return *hold_of(&root, hash_of(name, length), name, length);
}

static void
hang(struct ramfs_entry *entry, const char *name, size_t length)
{
	struct ramfs_entry **hold;

	memset(entry->name, 0, sizeof(entry->name));
	memcpy(entry->name, name, length);
	entry->hash = hash_of(name, length);
	hold = hold_of(&entry->directory->by_hash, entry->hash, name, length);
	assert_that(!*hold);
	*hold = entry;
}

/* The first branch of an entry with something on it; NULL: it is a leaf. */
static struct ramfs_entry **
branch_of(struct ramfs_entry *entry)
{
	for (unsigned i = 0; i < RAMFS_BRANCHES; i++)
		if (entry->branches[i])
			return &entry->branches[i];
	return NULL;
}

/* Takes an entry out of the tree: any leaf above it fits where it was. */
static void
unhang(struct ramfs_entry *entry)
{
	struct ramfs_entry **hold = hold_of(&entry->directory->by_hash, entry->hash, entry->name,
					    string_length(entry->name));
	struct ramfs_entry **above = hold, *leaf;

	assert_that(*hold == entry);
	for (struct ramfs_entry **next = above; next; next = branch_of(*above))
		above = next;
	leaf = *above;
	*above = NULL;
	if (leaf != entry) {
		memcpy(leaf->branches, entry->branches, sizeof(leaf->branches));
		*hold = leaf;
	}
	memset(entry->branches, 0, sizeof(entry->branches));
}

/* -- The names of a node ----------------------------------------------------------------------- */

static void
name_node(struct ramfs_entry *entry, struct ramfs_node *node)
{
	entry->node = node;
	entry->other = node->names;
	entry->other_from = &node->names;
	if (entry->other)
		entry->other->other_from = &entry->other;
	node->names = entry;
}

static void
unname_node(struct ramfs_entry *entry)
{
	*entry->other_from = entry->other;
	if (entry->other)
		entry->other->other_from = entry->other_from;
}

void
ramfs_directory_forget(struct ramfs_node *node)
{
	struct ramfs_entry *entry = node->names;

	if (!entry)
		return;
	assert_that(!entry->directory && !entry->other);
	node->names = NULL;
	pool_give(&ramfs_entries, entry);
}

void
ramfs_directory_lead(struct ramfs_entry *entry, struct ramfs_node *node)
{
	unname_node(entry);
	name_node(entry, node);
}

/* -- Changing ---------------------------------------------------------------------------------- */

/* Puts an entry behind all others of a directory. */
static void
list_entry(struct ramfs_entry *entry, struct ramfs_node *directory, uint64_t place)
{
	assert_that(!directory->last || directory->last->place < place);
	entry->directory = directory;
	entry->place = place;
	entry->next = NULL;
	entry->previous = directory->last;
	*(entry->previous ? &entry->previous->next : &directory->first) = entry;
	directory->last = entry;
}

static void
unlist(struct ramfs_entry *entry)
{
	struct ramfs_node *directory = entry->directory;

	*(entry->previous ? &entry->previous->next : &directory->first) = entry->next;
	*(entry->next ? &entry->next->previous : &directory->last) = entry->previous;
	if (directory->cursor == entry)
		directory->cursor = entry->previous;
	entry->directory = NULL;
}

struct ramfs_entry *
ramfs_directory_add(struct ramfs_node *directory, const char *name, size_t length,
		    struct ramfs_node *node, uint64_t place)
{
	struct ramfs_entry *entry = pool_take(&ramfs_entries);

	if (!entry)
		return NULL;
	list_entry(entry, directory, place);
	hang(entry, name, length);
	name_node(entry, node);
	return entry;
}

void
ramfs_directory_remove(struct ramfs_entry *entry)
{
	unhang(entry);
	unlist(entry);
	if (entry->node->names == entry && !entry->other)
		return;
	unname_node(entry);
	pool_give(&ramfs_entries, entry);
}

void
ramfs_directory_move(struct ramfs_entry *entry, struct ramfs_node *directory, const char *name,
		     size_t length, uint64_t place)
{
	unhang(entry);
	if (directory != entry->directory) {
		unlist(entry);
		list_entry(entry, directory, place);
	}
	hang(entry, name, length);
}

/* From where it was found the last time, which is where most listings go on. */
struct ramfs_entry *
ramfs_directory_next(struct ramfs_node *directory, uint64_t after)
{
	struct ramfs_entry *at = directory->cursor, *next;

	next = at && at->place <= after ? at->next : directory->first;
	for (; next && next->place <= after; next = next->next)
		at = next;
	directory->cursor = next ? next->previous : at;
	return next;
}
