/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tree of files that is there at the start: making it, and what its parts enter.
 */
#ifndef LIBC_TREE_H
#define LIBC_TREE_H

#include <stdint.h>

#include "libc/files/files.h"

/* Makes the tree, with devices, modules and generated files, and descriptors 0 to 2. Once. */
void tree_init(void);

/*
 * Enters a node, or a generated file, in the tree; what is there already does. Returns 0, or the
 * errors of ramfs_make(). With files_lock held, or at start.
 */
int tree_make(const char *path, enum ramfs_type type, uint32_t mode, struct ramfs_node **node);
int tree_make_generated(const char *path, ramfs_generator generate, uint64_t argument);
int tree_make_link(const char *path, const char *target);

/* The same, and of a device; panics when there is no memory. At start. */
struct ramfs_node *tree_add(const char *path, enum ramfs_type type, uint32_t mode);
void tree_add_device(const char *path, const struct file_operations *operations);
void tree_add_generated(const char *path, ramfs_generator generate, uint64_t argument);

/* -- The parts, each in a file of its own: at start -------------------------------------------- */

extern const struct file_operations terminal_operations;

void terminal_init(void);
void devices_add(void);
void proc_add(void);
void sysfs_add(void);
void etc_add(void); /* what no boot module is */

/* -- Those of /proc: when somebody looks, as tree_make() --------------------------------------- */

int proc_self_make(void);
int proc_system_make(void);
int proc_tunables_make(void);
int proc_fd_make(void);
int proc_task_make(void);

/* Writes /proc/cpuinfo, /proc/speed. */
size_t proc_cpuinfo(char *buffer, size_t size, uint64_t argument);
size_t proc_speed(char *buffer, size_t size, uint64_t argument);

#endif
