/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tree: walking paths, making, removing and renaming. Children are listed by ascending inode
 * number, so that a directory that changes while it is listed shows what stays in it exactly once.
 */
#include "kernel/errno.h"
#include "kernel/string.h"
#include "libc/pool.h"
#include "libc/ramfs.h"

static struct pool nodes = {.size = sizeof(struct ramfs_node)};

static struct ramfs_node *
make_node(struct ramfs *fs, enum ramfs_type type, uint32_t mode)
{
	struct ramfs_node *node = pool_take(&nodes);

	if (!node)
		return NULL;
	node->inode = ++fs->last_inode;
	node->type = type;
	node->mode = mode;
	node->references = 1;
	return node;
}

int
ramfs_init(struct ramfs *fs)
{
	*fs = (struct ramfs){0};
	fs->root = make_node(fs, RAMFS_DIRECTORY, 0755);
	return fs->root ? 0 : -ENOMEM;
}

void
ramfs_hold(struct ramfs_node *node)
{
	node->references++;
}

void
ramfs_release(struct ramfs_node *node)
{
	if (--node->references)
		return;
	ramfs_free_data(node);
	pool_give(&nodes, node);
}

/* -- Walking ------------------------------------------------------------------------------------ */

/* Length of the first component of a path that does not begin with a slash. */
static size_t
component_length(const char *path)
{
	size_t length = 0;

	while (path[length] && path[length] != '/')
		length++;
	return length;
}

static const char *
skip_slashes(const char *path)
{
	while (*path == '/')
		path++;
	return path;
}

static bool
is_named(const char *component, size_t length, const char *name)
{
	return string_length(name) == length && !memcmp(component, name, length);
}

static void
populate(struct ramfs_node *directory)
{
	void (*function)(struct ramfs_node *) = directory->populate;

	directory->populate = NULL;
	if (function)
		function(directory);
}

static struct ramfs_node *
find_child(struct ramfs_node *directory, const char *name, size_t length)
{
	struct ramfs_node *child;

	populate(directory);
	for (child = directory->children; child; child = child->next)
		if (is_named(name, length, child->name))
			return child;
	return NULL;
}

/* One step of a walk; *node is NULL when there is no such name. */
static int
step(const struct ramfs *fs, struct ramfs_node **node, const char *name, size_t length)
{
	if (length > RAMFS_NAME_MAX)
		return -ENAMETOOLONG;
	if ((*node)->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	if (is_named(name, length, "."))
		return 0;
	if (!is_named(name, length, ".."))
		*node = find_child(*node, name, length);
	else if (*node != fs->root && (*node)->parent)
		*node = (*node)->parent;
	return 0;
}

/*
 * Walks to the last component: *directory has or would have it, *name and *length are its name.
 * The root itself and a path that ends in "." or ".." have a last component of length 0.
 */
static int
walk(const struct ramfs *fs, struct ramfs_node *from, const char *path,
     struct ramfs_node **directory, const char **name, size_t *length)
{
	if (!*path)
		return -ENOENT;
	if (string_length_within(path, RAMFS_PATH_MAX) >= RAMFS_PATH_MAX)
		return -ENAMETOOLONG;
	*directory = *path == '/' ? fs->root : from;
	path = skip_slashes(path);
	for (;;) {
		const char *rest;
		int result;

		*name = path;
		*length = component_length(path);
		rest = skip_slashes(path + *length);
		if (!*rest && !is_named(path, *length, ".") && !is_named(path, *length, ".."))
			break;
		result = step(fs, directory, path, *length);
		if (!result && !*directory)
			result = -ENOENT;
		if (result)
			return result;
		path = rest;
	}
	if (*length > RAMFS_NAME_MAX)
		return -ENAMETOOLONG;
	return (*directory)->type == RAMFS_DIRECTORY ? 0 : -ENOTDIR;
}

int
ramfs_find(struct ramfs *fs, struct ramfs_node *from, const char *path, struct ramfs_node **node)
{
	const char *name;
	size_t length;
	int result = walk(fs, from, path, node, &name, &length);

	if (result || !length)
		return result;
	*node = find_child(*node, name, length);
	if (!*node)
		return -ENOENT;
	if (name[length] == '/' && (*node)->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	return 0;
}

/* -- Changing ----------------------------------------------------------------------------------- */

static void
link_child(struct ramfs_node *directory, struct ramfs_node *node)
{
	struct ramfs_node **link = &directory->children;

	while (*link && (*link)->inode < node->inode)
		link = &(*link)->next;
	node->next = *link;
	*link = node;
	node->parent = directory;
}

static void
unlink_child(struct ramfs_node *node)
{
	struct ramfs_node **link = &node->parent->children;

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
	node->next = NULL;
	node->parent = NULL;
}

int
ramfs_make(struct ramfs *fs, struct ramfs_node *from, const char *path, enum ramfs_type type,
	   uint32_t mode, struct ramfs_node **node)
{
	struct ramfs_node *directory;
	const char *name;
	size_t length;
	int result = walk(fs, from, path, &directory, &name, &length);

	if (result)
		return result;
	*node = length ? find_child(directory, name, length) : directory;
	if (*node)
		return -EEXIST;
	if (name[length] == '/' && type != RAMFS_DIRECTORY)
		return -EISDIR;
	if (!directory->parent && directory != fs->root)
		return -ENOENT; /* removed while it was open or somebody's working directory */
	*node = make_node(fs, type, mode);
	if (!*node)
		return -ENOMEM;
	memcpy((*node)->name, name, length);
	link_child(directory, *node);
	return 0;
}

/* Whether a node may be removed from the tree as what the caller says it is. */
static int
check_removal(const struct ramfs *fs, struct ramfs_node *node, bool directory)
{
	if (node == fs->root)
		return directory ? -EBUSY : -EISDIR;
	if (node->type != RAMFS_DIRECTORY)
		return directory ? -ENOTDIR : 0;
	if (!directory)
		return -EISDIR;
	populate(node);
	return node->children ? -ENOTEMPTY : 0;
}

int
ramfs_remove(struct ramfs *fs, struct ramfs_node *from, const char *path, bool directory)
{
	struct ramfs_node *node;
	int result = ramfs_find(fs, from, path, &node);

	if (!result)
		result = check_removal(fs, node, directory);
	if (result)
		return result;
	unlink_child(node);
	ramfs_release(node);
	return 0;
}

/* Whether a directory is another, or is below it. */
static bool
is_within(const struct ramfs_node *node, const struct ramfs_node *directory)
{
	for (; node; node = node->parent)
		if (node == directory)
			return true;
	return false;
}

int
ramfs_rename(struct ramfs *fs, struct ramfs_node *old_from, const char *old,
	     struct ramfs_node *new_from, const char *new)
{
	struct ramfs_node *node, *directory, *replaced;
	const char *name;
	size_t length;
	int result = ramfs_find(fs, old_from, old, &node);

	if (!result)
		result = walk(fs, new_from, new, &directory, &name, &length);
	if (result)
		return result;
	if (node == fs->root || !length)
		return -EBUSY;
	if (is_within(directory, node))
		return -EINVAL;
	if (name[length] == '/' && node->type != RAMFS_DIRECTORY)
		return -ENOTDIR;
	replaced = find_child(directory, name, length);
	if (replaced == node)
		return 0;
	if (replaced) {
		result = check_removal(fs, replaced, node->type == RAMFS_DIRECTORY);
		if (result)
			return result;
		unlink_child(replaced);
		ramfs_release(replaced);
	}
	unlink_child(node);
	memset(node->name, 0, sizeof(node->name));
	memcpy(node->name, name, length);
	link_child(directory, node);
	return 0;
}

/* -- Looking ------------------------------------------------------------------------------------ */

int
ramfs_path(const struct ramfs *fs, const struct ramfs_node *node, char *path, size_t size)
{
	size_t length = 0, end;

	for (const struct ramfs_node *at = node; at != fs->root; at = at->parent) {
		if (!at->parent)
			return -ENOENT;
		length += 1 + string_length(at->name);
	}
	if (!length)
		length = 1;
	if (length + 1 > size)
		return -ERANGE;
	path[0] = '/';
	path[length] = '\0';
	for (end = length; node != fs->root; node = node->parent) {
		size_t part = string_length(node->name);

		end -= part + 1;
		path[end] = '/';
		memcpy(path + end + 1, node->name, part);
	}
	return (int)length;
}

struct ramfs_node *
ramfs_next(struct ramfs_node *directory, uint64_t after)
{
	struct ramfs_node *child;

	populate(directory);
	for (child = directory->children; child; child = child->next)
		if (child->inode > after)
			return child;
	return NULL;
}
