/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc as far as programs look there; here the memory and the time since start. Formats are
 * Linux's, proc(5).
 */
#include "kernel/base/compiler.h"
#include "kernel/memory/memory.h"
#include "kernel/time/clock.h"
#include "libc/base/text.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

#define HUGE_PAGE (2 * MB) /* of which all of DPDK's memory is, without being set aside */

static size_t
meminfo(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	struct memory_stats stats;
	uint64_t total = 0, free = 0;

	(void)argument;
	for (unsigned node = 0; node < memory_node_count(); node++) {
		memory_stats(node, &stats);
		total += stats.total;
		free += stats.free;
	}
	text_add(&text, "MemTotal:       %8lu kB\n", (unsigned long)(total / KB));
	text_add(&text, "MemFree:        %8lu kB\n", (unsigned long)(free / KB));
	text_add(&text, "MemAvailable:   %8lu kB\n", (unsigned long)(free / KB));
	text_add(&text, "HugePages_Total:   %5lu\n", (unsigned long)(total / HUGE_PAGE));
	text_add(&text, "HugePages_Free:    %5lu\n", (unsigned long)(free / HUGE_PAGE));
	text_add(&text, "Hugepagesize:   %8lu kB\n", (unsigned long)(HUGE_PAGE / KB));
	return text.length;
}

static size_t
uptime(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	uint64_t hundredths = clock_ns() / (NS_PER_SECOND / 100);

	(void)argument;
	text_add(&text, "%lu.%02lu 0.00\n", (unsigned long)(hundredths / 100),
		 (unsigned long)(hundredths % 100));
	return text.length;
}

/* All is made when somebody looks: most programs never do. */
static int
populate_proc(struct ramfs_node *directory, const char *name, size_t length)
{
	struct ramfs_node *node;
	int result = tree_make("/proc/1", RAMFS_DIRECTORY, 0555, &node);

	(void)directory;
	(void)name;
	(void)length;
	return result			       ?: tree_make_link("/proc/self", "1")
	       ?: tree_make_generated("/proc/cpuinfo", proc_cpuinfo, 0)
	       ?: tree_make_generated("/proc/speed", proc_speed, 0)
	       ?: tree_make_generated("/proc/meminfo", meminfo, 0)
	       ?: tree_make_generated("/proc/uptime", uptime, 0)
	       ?: proc_self_make()
	       ?: proc_system_make()
	       ?: proc_tunables_make()
	       ?: proc_fd_make()
	       ?: proc_task_make();
}

void
proc_add(void)
{
	tree_add("/proc", RAMFS_DIRECTORY, 0555)->populate = populate_proc;
}
