/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the tree holds at start: directories, devices, generated files, and each multiboot module
 * under its own name. A module's memory is the file's storage: nothing is copied.
 */
#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/tree/tree.h"

/* Makes the directories above a path that is relative to the root. Returns 0, or -errno. */
static int
make_directories(const char *path)
{
	char directory[RAMFS_PATH_MAX];
	struct ramfs_node *node;

	for (const char *slash = path; (slash = string_find(slash, '/')); slash++) {
		size_t length = (size_t)(slash - path);
		int result;

		if (!length || length >= sizeof(directory))
			continue;
		memcpy(directory, path, length);
		directory[length] = '\0';
		result = ramfs_make(&files_tree, files_tree.root, directory, RAMFS_DIRECTORY, 0755,
				    &node);
		if (result && result != -EEXIST)
			return result;
	}
	return 0;
}

static void
add_module_file(const struct boot_module *module)
{
	struct ramfs_node *node;
	int result = make_directories(module->name);

	if (!result)
		result = ramfs_make(&files_tree, files_tree.root, module->name, RAMFS_FILE, 0644,
				    &node);
	if (result) {
		log_error("libc: module \"%s\" cannot be a file: error %d", module->name, -result);
		return;
	}
	node->contents.module = (const uint8_t *)module->base;
	node->contents.module_size = module->length;
	node->contents.size = module->length;
}

/* Opens the terminal as standard input, output and error. */
static void
open_standard(void)
{
	for (int i = 0; i < 3; i++) {
		struct ramfs_node *node =
			tree_add("/dev/console", RAMFS_DEVICE, 0666);
		struct file *file = file_make(&terminal_operations, ABI_O_RDWR, node);

		if (!file || descriptor_add(file, 0, false) != i)
			panic("libc: no memory for the standard files");
	}
}

void
tree_init(void)
{
	static const char *const directories[] = {"/dev",     "/dev/shm", "/tmp", "/var",
						  "/var/run", "/run",	  "/etc"};

	if (ramfs_init(&files_tree, clock_realtime_ns))
		panic("libc: no memory for the file system");
	for (unsigned i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		tree_add(directories[i], RAMFS_DIRECTORY, 0755);
	terminal_init();
	devices_add();
	proc_add();
	sysfs_add();
	for (unsigned i = 0; i < boot_info.module_count; i++)
		add_module_file(&boot_info.modules[i]);
	etc_add();
	open_standard();
}
