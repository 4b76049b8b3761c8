/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/self/task: a directory for each thread, with its name in comm, proc(5), and what it does.
 * They are made up from the table of threads each time they are looked at.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/thread/thread_internal.h"
#include "libc/files/ramfs_directory.h"
#include "libc/tree/proc_number.h"
#include "libc/tree/proc_self.h"
#include "libc/tree/tree.h"

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

/* Makes a file of a thread. Returns 0, also when it is there already, or -ENOMEM. */
static int
add_file(struct ramfs_node *task, const char *name, enum ramfs_type type, uint32_t mode,
	 ramfs_generator generate)
{
	struct ramfs_node *node;
	int result = ramfs_make(&files_tree, task, name, type, mode, &node);

	if (result)
		return result == -EEXIST ? 0 : result;
	node->operations = &comm_operations;
	node->generate = generate;
	node->argument = task->argument;
	return 0;
}

/* Makes the directory of a thread. Returns 0, also when it is there already, or -ENOMEM. */
static int
add_task(struct ramfs_node *tasks, int id)
{
	struct ramfs_node *task;
	char name[PROC_NUMBER_SIZE];
	int result;

	spin_assert_held(&files_lock);
	format_text(name, sizeof(name), "%d", id);
	result = ramfs_make(&files_tree, tasks, name, RAMFS_DIRECTORY, 0555, &task);
	if (result && result != -EEXIST)
		return result;
	task->argument = (uint64_t)id;
	return add_file(task, "comm", RAMFS_CONTROL, 0644, NULL)
	       ?: add_file(task, "status", RAMFS_GENERATED, 0444, proc_self_status)
	       ?: add_file(task, "stat", RAMFS_GENERATED, 0444, proc_self_stat);
}

/* The same by thread_for_each(). */
static int
add_each(struct thread *thread, void *tasks)
{
	return add_task(tasks, thread->id);
}

/* Takes the directory of a thread away that has ended. */
static void
remove_task(struct ramfs_entry *entry)
{
	struct ramfs_node *task = entry->node;

	if (thread_exists((int)task->argument))
		return;
	while (task->first)
		ramfs_remove_entry(&files_tree, task->first);
	ramfs_remove_entry(&files_tree, entry);
}

static int
refresh_task(struct ramfs_node *tasks, const char *name, size_t length)
{
	struct ramfs_entry *entry = ramfs_directory_find(tasks, name, length);
	int id = proc_number(name, length);

	if (entry)
		remove_task(entry);
	return id > 0 && thread_exists(id) ? add_task(tasks, id) : 0;
}

static int
refresh_tasks(struct ramfs_node *tasks, const char *name, size_t length)
{
	struct ramfs_entry *entry, *next;
	int result;

	spin_assert_held(&files_lock);
	if (name) {
		result = refresh_task(tasks, name, length);
	} else {
		for (entry = tasks->first; entry; entry = next) {
			next = entry->next;
			remove_task(entry);
		}
		result = thread_for_each(add_each, tasks);
	}
	tasks->populate = refresh_tasks;
	return result;
}

int
proc_task_make(void)
{
	struct ramfs_node *node;
	int result = tree_make("/proc/1/task", RAMFS_DIRECTORY, 0555, &node);

	if (!result)
		node->populate = refresh_tasks;
	return result;
}
