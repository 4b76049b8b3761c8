/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file system in memory: paths, names that change under open files, contents.
 */
/* SOURCES: libc/files/ramfs.c libc/files/ramfs_walk.c libc/files/ramfs_directory.c */
/* SOURCES: libc/files/ramfs_change.c libc/files/ramfs_rename.c libc/base/pool.c */
/* SOURCES: libc/files/contents.c libc/files/contents_tree.c tests/unit/host_frames.c */
/* SOURCES: kernel/base/string.c tests/unit/host_grant.c */
#include <errno.h>
#include <stdlib.h>

#include "libc/files/ramfs.h"
#include "tests/unit/check.h"
#include "tests/unit/host_frames.h"
#include "tests/unit/host_grant.h"

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

/* As open() with O_CREAT. */
static int
make_file(const char *path, bool follow)
{
	struct ramfs_node *node;

	return ramfs_make_file(&fs, fs.root, path, follow, 0644, &node);
}

static int
rename_in(struct ramfs_node *old_from, const char *old, struct ramfs_node *new_from,
	  const char *new)
{
	return ramfs_rename(&fs, (struct ramfs_place){old_from, old},
			    (struct ramfs_place){new_from, new}, 0);
}

static struct ramfs_node *
get(const char *path)
{
	struct ramfs_node *node;

	return ramfs_find(&fs, fs.root, path, true, &node) ? NULL : node;
}

static int
find_error(const char *path)
{
	struct ramfs_node *node;

	return ramfs_find(&fs, fs.root, path, true, &node);
}

static void
paths(void)
{
	char longest[RAMFS_NAME_MAX + 3] = "/";
	char path[64];

	CHECK_EQ(make("/a", RAMFS_DIRECTORY), 0);
	CHECK_EQ(make("/a/b/", RAMFS_DIRECTORY), 0);
	CHECK_EQ(make("a/b/file", RAMFS_FILE), 0);
	CHECK_EQ(make("/a", RAMFS_DIRECTORY), -EEXIST);
	CHECK_EQ(make("/", RAMFS_DIRECTORY), -EEXIST);
	CHECK_EQ(make("/x/y", RAMFS_FILE), -ENOENT);
	CHECK_EQ(make("/a/b/file/z", RAMFS_FILE), -ENOTDIR);
	CHECK_EQ(make("/new/", RAMFS_FILE), -ENOENT);
	CHECK_EQ(make_file("/new/", true), -EISDIR);
	CHECK_EQ(make("", RAMFS_FILE), -ENOENT);

	CHECK(get("/a//b/./../b/file") == get("a/b/file"));
	CHECK(get("/../..") == fs.root);
	CHECK(get("/a/b/..") == get("/a"));
	CHECK(get("/a/") == get("/a"));
	CHECK_EQ(find_error("/a/b/file/"), -ENOTDIR);
	CHECK_EQ(find_error("/a/b/file/.."), -ENOTDIR);
	CHECK_EQ(find_error("/a/none/.."), -ENOENT);
	CHECK_EQ(find_error("/none"), -ENOENT);

	memset(longest + 1, 'n', RAMFS_NAME_MAX);
	CHECK_EQ(make(longest, RAMFS_FILE), 0);
	CHECK(get(longest) != NULL);
	longest[RAMFS_NAME_MAX + 1] = 'n';
	CHECK_EQ(make(longest, RAMFS_FILE), -ENAMETOOLONG);
	longest[RAMFS_NAME_MAX + 1] = '\0';
	CHECK_EQ(ramfs_remove(&fs, fs.root, longest, false), 0);

	CHECK_EQ(ramfs_path(&fs, get("/a/b"), path, sizeof(path)), 4);
	CHECK_STRING(path, "/a/b");
	CHECK_EQ(ramfs_path(&fs, fs.root, path, sizeof(path)), 1);
	CHECK_STRING(path, "/");
	CHECK_EQ(ramfs_path(&fs, get("/a/b"), path, 4), -ERANGE);
}

static void
removing(void)
{
	struct ramfs_node *node = get("/a/b/file");
	struct ramfs_node *late;
	char byte = 0;

	CHECK_EQ(contents_write(&node->contents, "x", 1, 0), 1);
	ramfs_hold(node);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/a/b", true), -ENOTEMPTY);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/a/b", false), -EISDIR);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/a/b/file", true), -ENOTDIR);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/", true), -EBUSY);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/a/b/file", false), 0);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/a/b/file", false), -ENOENT);
	CHECK_EQ(contents_read(&node->contents, &byte, 1, 0), 1); /* it lives while it is held */
	CHECK_EQ(byte, 'x');
	ramfs_release(node);

	node = get("/a/b");
	ramfs_hold(node);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/a/b", true), 0);
	CHECK_EQ(ramfs_make(&fs, node, "late", RAMFS_FILE, 0644, &late), -ENOENT);
	CHECK_EQ(ramfs_remove(&fs, node, ".", true), -EINVAL);
	CHECK_EQ(rename_in(node, ".", fs.root, "/back"), -EBUSY);
	CHECK_EQ(ramfs_find(&fs, node, "..", true, &late), 0); /* it is known where it was */
	CHECK(late == get("/a"));
	make("/stays", RAMFS_FILE);
	CHECK_EQ(rename_in(fs.root, "/stays", node, "late"), -ENOENT);
	CHECK(get("/stays") != NULL);
	ramfs_release(node);
}

static struct ramfs_node *
leads_nowhere(uint64_t argument)
{
	(void)argument;
	return NULL;
}

/* As those in /proc/self/fd of pipes: opening one for writing makes no file beside it. */
static void
links_without_a_node(void)
{
	struct ramfs_node *link;

	CHECK_EQ(ramfs_make(&fs, fs.root, "/link", RAMFS_LINK, 0700, &link), 0);
	link->resolve = leads_nowhere;
	CHECK_EQ(find_error("/link"), -ENXIO);
	CHECK_EQ(make_file("/link", true), -ENXIO);
	CHECK_EQ(make_file("/link", false), -EEXIST);
	CHECK_EQ(make("/link", RAMFS_FILE), -EEXIST);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/link", false), 0);
	CHECK_EQ(find_error("/link"), -ENOENT);
}

static void
renaming(void)
{
	struct ramfs_node *node;

	make("/d", RAMFS_DIRECTORY);
	make("/d/e", RAMFS_DIRECTORY);
	make("/d/f", RAMFS_FILE);
	make("/g", RAMFS_FILE);
	node = get("/d/f");
	CHECK_EQ(rename_in(fs.root, "/d", fs.root, "/d/e/d"), -EINVAL);
	CHECK_EQ(rename_in(fs.root, "/d/f", fs.root, "/g"), 0);
	CHECK(get("/g") == node);
	CHECK(get("/d/f") == NULL);
	CHECK_EQ(rename_in(fs.root, "/g", fs.root, "/g"), 0);
	CHECK_EQ(rename_in(fs.root, "/g", fs.root, "/d/e"), -EISDIR);
	CHECK_EQ(rename_in(fs.root, "/d/e", fs.root, "/g"), -ENOTDIR);
	CHECK_EQ(rename_in(fs.root, "/g", fs.root, "/h/"), -ENOTDIR);
	CHECK_EQ(rename_in(fs.root, "/none", fs.root, "/h"), -ENOENT);
	make("/i", RAMFS_DIRECTORY);
	CHECK_EQ(rename_in(fs.root, "/d", fs.root, "/i"), 0);
	CHECK(get("/i/e") != NULL);
	CHECK_EQ(rename_in(fs.root, "/i/e", fs.root, "/i"), -ENOTEMPTY);
}

/* What stays in a directory that changes while it is listed is seen exactly once. */
static void
listing(void)
{
	unsigned seen = 0;
	struct ramfs_node *directory;
	struct ramfs_entry *entry;
	char name[16];

	make("/list", RAMFS_DIRECTORY);
	directory = get("/list");
	for (unsigned i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "/list/%u", i);
		make(name, RAMFS_FILE);
	}
	for (uint64_t after = 0; !ramfs_next(directory, after, &entry) && entry; seen++) {
		after = entry->place;
		if (seen == 4)
			ramfs_remove(&fs, fs.root, "/list/2", false);
		if (seen == 5)
			ramfs_remove(&fs, fs.root, "/list/7", false);
		if (seen < 12) /* (does not go behind those that are still to come) */
			CHECK_EQ(rename_in(directory, entry->name, directory, "again"), 0);
		if (seen < 12) {
			snprintf(name, sizeof(name), "was-%u", seen);
			CHECK_EQ(rename_in(directory, "again", directory, name), 0);
		}
	}
	CHECK_EQ(seen, 19);
}

static int
populating(struct ramfs_node *directory, const char *name, size_t length)
{
	struct ramfs_node *node;

	(void)name;
	(void)length;
	CHECK_EQ(ramfs_make(&fs, directory, "child", RAMFS_FILE, 0444, &node), 0);
	return 0;
}

static int
without_memory(struct ramfs_node *directory, const char *name, size_t length)
{
	(void)directory;
	(void)name;
	(void)length;
	return -ENOMEM;
}

static void
populated_once(void)
{
	make("/late", RAMFS_DIRECTORY);
	get("/late")->populate = populating;
	CHECK(get("/late/child") != NULL);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/late/child", false), 0);
	CHECK(get("/late/child") == NULL);
}

/* All who look into such a directory are told; with memory it is made up as ever. */
static void
populated_later(void)
{
	struct ramfs_node *directory, *node;
	struct ramfs_entry *entry;

	make("/later", RAMFS_DIRECTORY);
	make("/later-link", RAMFS_FILE);
	CHECK_EQ(ramfs_make_link(&fs, fs.root, "/to-child", "later/child", &node), 0);
	directory = get("/later");
	directory->populate = without_memory;
	CHECK_EQ(find_error("/later"), 0);
	CHECK_EQ(find_error("/later/child"), -ENOMEM);
	CHECK_EQ(find_error("/later/child/"), -ENOMEM);
	CHECK_EQ(find_error("/later/child/more"), -ENOMEM);
	CHECK_EQ(find_error("/to-child"), -ENOMEM);
	CHECK_EQ(make("/later/new", RAMFS_FILE), -ENOMEM);
	CHECK_EQ(make_file("/to-child", true), -ENOMEM);
	CHECK_EQ(ramfs_next(directory, 0, &entry), -ENOMEM);
	CHECK(entry == NULL);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/later", true), -ENOMEM);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/later/child", false), -ENOMEM);
	CHECK_EQ(rename_in(fs.root, "/later-link", fs.root, "/later/new"), -ENOMEM);
	directory->populate = populating;
	CHECK(get("/to-child") == get("/later/child") && get("/later/child"));
}

/* What has contents goes when nobody looks any more. */
static void
collecting(void)
{
	struct ramfs_node *file;

	make("/full", RAMFS_FILE);
	file = get("/full");
	CHECK_EQ(contents_write(&file->contents, "x", 1, 0), 1);
	ramfs_hold(file);
	CHECK_EQ(ramfs_remove(&fs, fs.root, "/full", false), 0);
	CHECK_EQ(file->contents.pages, 1);
	ramfs_release(file);
	CHECK(host_frames > 0);
	ramfs_collect();
	CHECK_EQ(host_frames, 0);
}

/* Removes all that is in a directory. */
static void
empty(struct ramfs_node *directory)
{
	struct ramfs_entry *entry;

	while (!ramfs_next(directory, 0, &entry) && entry) {
		bool is_directory = entry->node->type == RAMFS_DIRECTORY;

		if (is_directory)
			empty(entry->node);
		CHECK_EQ(ramfs_remove(&fs, directory, entry->name, is_directory), 0);
	}
	CHECK(!directory->by_hash && !directory->last && !directory->cursor);
}

int
main(void)
{
	srand(3);
	CHECK_EQ(ramfs_init(&fs, now), 0);
	paths();
	removing();
	links_without_a_node();
	renaming();
	listing();
	populated_once();
	populated_later();
	collecting();
	empty(fs.root);
	return check_end();
}
