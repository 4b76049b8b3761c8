/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/self/task: a directory for each thread, with its name in comm, proc(5). Both are made up
 * from the table of threads each time they are looked at.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/thread/thread_internal.h"
#include "libc/tree/tree.h"

#define TASKS "/proc/self/task"
#define NAME_SIZE 12

static int
get_name(struct thread *thread, void *name)
{
	memcpy(name, thread->name, THREAD_NAME_SIZE);
	return 0;
}

static int
set_name(struct thread *thread, void *name)
{
	thread_set_name(thread, name);
	return 0;
}

static int64_t
comm_read(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	char name[THREAD_NAME_SIZE + 1];
	int result = thread_with((int)file->node->argument, get_name, name);
	size_t length;

	if (result)
		return result;
	length = string_length(name);
	name[length++] = '\n';
	if (offset >= length)
		return 0;
	size = MIN(size, length - offset);
	memcpy(buffer, name + offset, size);
	return (int64_t)size;
}

static int64_t
comm_write(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	char name[THREAD_NAME_SIZE] = "";
	int result;

	(void)offset;
	memcpy(name, buffer, MIN(size, sizeof(name) - 1));
	result = thread_with((int)file->node->argument, set_name, name);
	return result ? result : (int64_t)size;
}

static const struct file_operations comm_operations = {
	.read = comm_read,
	.write = comm_write,
	.map = files_map_copy,
	.seekable = true,
};

/* -- The directories --------------------------------------------------------------------------- */

/* What has the least id above `after`; 0: none. */
struct next {
	int after, id;
};

static int
is_next(struct thread *thread, void *argument)
{
	struct next *next = argument;

	if (thread->id > next->after && (!next->id || thread->id < next->id))
		next->id = thread->id;
	return 0;
}

static int
exists(struct thread *thread, void *argument)
{
	(void)thread;
	(void)argument;
	return 0;
}

/* Makes the directory of a thread. Returns 0, also when it is there already, or -ENOMEM. */
static int
add_task(struct ramfs_node *tasks, int id)
{
	struct ramfs_node *task, *comm;
	char name[NAME_SIZE];
	int result;

	spin_assert_held(&files_lock);
	format_text(name, sizeof(name), "%d", id);
	result = ramfs_make(&files_tree, tasks, name, false, RAMFS_DIRECTORY, 0555, &task);
	if (result && result != -EEXIST)
		return result;
	task->argument = (uint64_t)id;
	result = ramfs_make(&files_tree, task, "comm", false, RAMFS_CONTROL, 0644, &comm);
	if (result)
		return result == -EEXIST ? 0 : result;
	comm->operations = &comm_operations;
	comm->argument = (uint64_t)id;
	return 0;
}

/* Takes the directories of threads away that have ended, and makes those of new ones. */
static int
refresh_tasks(struct ramfs_node *tasks)
{
	struct next next = {0, 0};
	struct ramfs_node *child, *following;
	int result = 0;

	spin_assert_held(&files_lock);
	for (child = tasks->children; child; child = following) {
		following = child->next;
		if (thread_with((int)child->argument, exists, NULL)) {
			ramfs_remove(&files_tree, child, "comm", false);
			ramfs_remove(&files_tree, tasks, child->name, true);
		}
	}
	while (!result && (thread_for_each(is_next, &next), next.id)) {
		result = add_task(tasks, next.id);
		next = (struct next){next.id, 0};
	}
	tasks->populate = refresh_tasks;
	return result;
}

void
proc_task_add(void)
{
	tree_add(TASKS, RAMFS_DIRECTORY, 0555)->populate = refresh_tasks;
}
