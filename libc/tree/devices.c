/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices without hardware. (The C library's own names for the terminal lead to it too.)
 */
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/random.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

/* What is written to these is gone. */
static int64_t
discard(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	(void)file;
	(void)buffer;
	(void)offset;
	return (int64_t)size;
}

static int64_t
read_nothing(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	(void)file;
	(void)buffer;
	(void)size;
	(void)offset;
	return 0;
}

static int64_t
read_zeros(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	(void)file;
	(void)offset;
	memset(buffer, 0, size);
	return (int64_t)size;
}

static int64_t
read_random(struct file *file, void *buffer, size_t size, uint64_t offset)
{
	(void)file;
	(void)offset;
	random_fill(buffer, size);
	return (int64_t)size;
}

static int64_t
write_full(struct file *file, const void *buffer, size_t size, uint64_t offset)
{
	(void)file;
	(void)buffer;
	(void)size;
	(void)offset;
	return -ENOSPC; /* for no byte too, as on Linux */
}

static const struct file_operations null_operations = {
	.read = read_nothing,
	.write = discard,
	.map = files_map_copy,
	.seekable = true,
};

static const struct file_operations zero_operations = {
	.read = read_zeros,
	.write = discard,
	.map = files_map_copy,
	.seekable = true,
};

static const struct file_operations full_operations = {
	.read = read_zeros,
	.write = write_full,
	.map = files_map_copy,
	.seekable = true,
};

static const struct file_operations random_operations = {
	.read = read_random,
	.write = discard,
	.map = files_map_copy,
	.seekable = true,
};

void
devices_add(void)
{
	tree_add("/dev/hugepages", RAMFS_DIRECTORY, 0755)->huge = true;
	tree_add_device("/dev/null", &null_operations);
	tree_add_device("/dev/zero", &zero_operations);
	tree_add_device("/dev/full", &full_operations);
	tree_add_device("/dev/random", &random_operations);
	tree_add_device("/dev/urandom", &random_operations);
	tree_add_device("/dev/console", &terminal_operations);
	tree_add_device("/dev/tty", &terminal_operations);
	tree_add_device("/dev/stdin", &terminal_operations);
	tree_add_device("/dev/stdout", &terminal_operations);
	tree_add_device("/dev/stderr", &terminal_operations);
}
