/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A small /etc, for what the C library looks up there. A boot module of the same name takes the
 * place of a file; the program may write them as any other.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "libc/base/system_name.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

static const struct {
	const char *path, *text;
} etc_files[] = {
	{"/etc/hosts", "127.0.0.1\tlocalhost " SYSTEM_HOST "\n::1\tlocalhost\n"},
	{"/etc/hostname", SYSTEM_HOST "\n"},
	{"/etc/passwd", "root:x:0:0:root:/:\n"},
	{"/etc/group", "root:x:0:\n"},
	{"/etc/resolv.conf", "# There is no name server.\n"},
	{"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
};

void
etc_add(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(etc_files); i++) {
		struct contents *contents =
			&tree_add(etc_files[i].path, RAMFS_FILE, 0644)->contents;

		if (contents->size)
			continue; /* a module */
		contents->module = (const uint8_t *)etc_files[i].text;
		contents->size = contents->module_size = string_length(etc_files[i].text);
	}
}
