/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc as far as programs look there: the CPUs, the memory, the command line, and the time since
 * start. Formats are Linux's, proc(5).
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/string.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/memory.h"
#include "kernel/time/clock.h"
#include "libc/base/text.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

static size_t
cpuinfo(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	uint64_t khz = clock_tsc_hz() / 1000;

	(void)argument;
	for (unsigned i = 0; i < cpu_count(); i++) {
		const struct cpu *cpu = cpu_get(i);

		text_add(&text, "processor\t: %u\n", i);
		text_add(&text, "model name\t: %s\n", cpu_brand());
		text_add(&text, "cpu MHz\t\t: %lu.%03lu\n", (unsigned long)(khz / 1000),
			 (unsigned long)(khz % 1000));
		text_add(&text, "physical id\t: %u\n", cpu->package);
		text_add(&text, "core id\t\t: %u\n", cpu->core);
		text_add(&text, "apicid\t\t: %u\n\n", cpu->apic_id);
	}
	return text.length;
}

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

/* argv, each word with a NUL behind it. */
static size_t
cmdline(char *buffer, size_t size, uint64_t argument)
{
	size_t length = 0;

	(void)argument;
	for (int i = 0; i < settings_argc; i++) {
		size_t word = string_length(settings_argv[i]) + 1;

		if (length + word <= size)
			memcpy(buffer + length, settings_argv[i], word);
		length += word;
	}
	return length;
}

void
proc_add(void)
{
	tree_add("/proc", RAMFS_DIRECTORY, 0555);
	tree_add_generated("/proc/cpuinfo", cpuinfo, 0);
	tree_add_generated("/proc/meminfo", meminfo, 0);
	tree_add_generated("/proc/uptime", uptime, 0);
	tree_add("/proc/self", RAMFS_DIRECTORY, 0555);
	tree_add_generated("/proc/self/cmdline", cmdline, 0);
}
