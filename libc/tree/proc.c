/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc as far as programs look there: the CPUs, the memory, the command line, the time since
 * start, and the names of threads. Formats are Linux's, proc(5).
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/memory.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/text.h"
#include "libc/files/files.h"

#define COMM_PREFIX "/proc/self/task/"
#define COMM_SUFFIX "/comm"

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
	for (int i = 0; i < boot_argc; i++) {
		size_t word = string_length(boot_argv[i]) + 1;

		if (length + word <= size)
			memcpy(buffer + length, boot_argv[i], word);
		length += word;
	}
	return length;
}

/* -- Names of threads -------------------------------------------------------------------------- */

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
	int result = thread_with((int)file->argument, get_name, name);
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
	result = thread_with((int)file->argument, set_name, name);
	return result ? result : (int64_t)size;
}

static const struct file_operations comm_operations = {
	.read = comm_read,
	.write = comm_write,
	.seekable = true,
	.kind = ABI_S_IFREG,
};

struct file *
proc_open_comm(const char *path, uint32_t flags)
{
	char digits[12];
	uint64_t id;
	const char *end;
	size_t length;
	struct file *file;

	if (!string_starts_with(path, COMM_PREFIX))
		return NULL;
	path += sizeof(COMM_PREFIX) - 1;
	end = string_find(path, '/');
	if (!end || !string_equal(end, COMM_SUFFIX))
		return NULL;
	length = (size_t)(end - path);
	if (length >= sizeof(digits))
		return NULL;
	memcpy(digits, path, length);
	digits[length] = '\0';
	if (string_to_u64(digits, INT32_MAX, &id))
		return NULL;
	file = file_make(&comm_operations, flags, NULL);
	if (file)
		file->argument = id;
	return file;
}

void
proc_add(void)
{
	files_add("/proc", RAMFS_DIRECTORY, 0555);
	files_add_generated("/proc/cpuinfo", cpuinfo, 0);
	files_add_generated("/proc/meminfo", meminfo, 0);
	files_add_generated("/proc/uptime", uptime, 0);
	files_add("/proc/self", RAMFS_DIRECTORY, 0555);
	files_add_generated("/proc/self/cmdline", cmdline, 0);
}
