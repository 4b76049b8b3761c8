/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file system in memory: several names of a node, links and times of directories, many names.
 */
/* SOURCES: libc/files/ramfs.c libc/files/ramfs_walk.c libc/files/ramfs_directory.c */
/* SOURCES: libc/files/ramfs_change.c libc/files/ramfs_rename.c libc/base/pool.c */
/* SOURCES: libc/files/contents.c libc/files/contents_tree.c tests/unit/host_frames.c */
/* SOURCES: kernel/base/string.c tests/unit/host_grant.c */
#include <errno.h>

#include "libc/files/ramfs.h"
#include "tests/unit/check.h"

#define MANY 4000

static struct ramfs fs;
static uint64_t time_ns; /* goes on whenever it is looked at */

static uint64_t
now(void)
{
	return ++time_ns;
}

static int
make(const char *path, enum ramfs_type type)
{
	struct ramfs_node *node;

	return ramfs_make(&fs, fs.root, path, type, 0644, &node);
}

static struct ramfs_node *
get(const char *path)
{
	struct ramfs_node *node;

	return ramfs_find(&fs, fs.root, path, true, &node) ? NULL : node;
}

static int
rename_how(const char *old, const char *new, unsigned how)
{
	return ramfs_rename(&fs, (struct ramfs_place){fs.root, old},
			    (struct ramfs_place){fs.root, new}, how);
}

/* A node with several names goes with the last; each tells where it is. */
static void
several_names(void)
{
	struct ramfs_node *node;
	char path[32];

	make("/names", RAMFS_DIRECTORY);
	make("/names/one", RAMFS_FILE);
	node = get("/names/one");
	CHECK_EQ(ramfs_add_name(&fs, fs.root, "/names/two", node), 0);
	CHECK_EQ(ramfs_add_name(&fs, fs.root, "/three", node), 0);
	CHECK_EQ(ramfs_add_name(&fs, fs.root, "/names/one", node), -EEXIST);
	CHECK_EQ(ramfs_add_name(&fs, fs.root, "/four", get("/names")), -EPERM);
	CHECK_EQ(node->links, 3);
	CHECK_EQ(rename_how("/names/one", "/three", 0), 0); /* the same: nothing */
	CHECK(get("/names/one") == node && get("/three") == node);
	ramfs_hold(node);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/names/one", false), 0);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/three", false), 0);
	CHECK_EQ(ramfs_path(&fs, node, path, sizeof(path)), 10);
	CHECK_STRING(path, "/names/two");
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/names/two", false), 0);
	CHECK_EQ(ramfs_path(&fs, node, path, sizeof(path)), -ENOENT);
	CHECK_STRING(node->names->name, "two");
	CHECK_EQ(node->links, 0);
	CHECK_EQ(ramfs_add_name(&fs, fs.root, "/again", node), -ENOENT);
	ramfs_release(node);
}

/* What leads to a directory, and when it has changed. */
static void
links_and_times(void)
{
	struct ramfs_node *outer, *inner;
	struct ramfs_times before;

	make("/outer", RAMFS_DIRECTORY);
	outer = get("/outer");
	CHECK_EQ(outer->links, 2);
	make("/outer/inner", RAMFS_DIRECTORY);
	make("/outer/file", RAMFS_FILE);
	inner = get("/outer/inner");
	CHECK_EQ(outer->links, 3);
	before = outer->times;
	make("/outer/other", RAMFS_FILE);
	CHECK(outer->times.modified_ns > before.modified_ns &&
	      outer->times.changed_ns > before.changed_ns);
	CHECK_EQ(outer->times.accessed_ns, before.accessed_ns);
	before = outer->times;
	CHECK_EQ(rename_how("/outer/inner", "/inner", 0), 0);
	CHECK(outer->times.modified_ns > before.modified_ns && inner->parent == fs.root);
	CHECK_EQ(outer->links, 2);
	CHECK_EQ(rename_how("/inner", "/outer/file", RAMFS_EXCHANGE), 0);
	CHECK(inner->parent == outer && get("/inner")->type == RAMFS_FILE);
	CHECK_EQ(outer->links, 3);
	CHECK_EQ(rename_how("/inner", "/outer/other", RAMFS_NO_REPLACE), -EEXIST);
	CHECK_EQ(rename_how("/inner", "/none", RAMFS_EXCHANGE), -ENOENT);
	CHECK_EQ(rename_how("/outer", "/outer/file", RAMFS_EXCHANGE), -EINVAL);
	CHECK_EQ(rename_how("/outer/file", "/outer", 0), -ENOTEMPTY);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/outer/file", true), 0);
	CHECK_EQ(outer->links, 2);
}

/* Names that are looked at on the way to the one that is farthest. */
static unsigned
steps_to(const struct ramfs_entry *entry)
{
	unsigned most = 0;

	for (unsigned i = 0; entry && i < RAMFS_BRANCHES; i++) {
		unsigned below = steps_to(entry->branches[i]);

		most = below > most ? below : most;
	}
	return entry ? most + 1 : 0;
}

/* Many names, of which some go: each is found in few steps. */
static void
many_names(void)
{
	struct ramfs_node *directory;
	char name[32];

	make("/many", RAMFS_DIRECTORY);
	directory = get("/many");
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "/many/%u", i);
		CHECK_EQ(make(name, RAMFS_FILE), 0);
	}
	CHECK(steps_to(directory->by_hash) < 20);
	for (unsigned i = 0; i < MANY; i += 3) {
		snprintf(name, sizeof(name), "/many/%u", i);
		CHECK_EQ(ramfs_remove(&fs, fs.root, name, false), 0);
	}
	CHECK(steps_to(directory->by_hash) < 20);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "/many/%u", i);
		CHECK(!get(name) == (i % 3 == 0));
	}
}

int
main(void)
{
	CHECK_EQ(ramfs_init(&fs, now), 0);
	several_names();
	links_and_times();
	many_names();
	return check_end();
}
