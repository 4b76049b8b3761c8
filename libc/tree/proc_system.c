/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What /proc shows of the whole system, beside CPUs and memory (proc.c): its name, how busy it is,
 * its file systems, and of /proc/sys what programs ask for. Formats are Linux's, proc(5).
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/format.h"
#include "kernel/base/string.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"
#include "libc/base/random.h"
#include "libc/base/system_name.h"
#include "libc/base/text.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

#define UUID_BYTES 16
#define CPU_NAME_SIZE 16

/* A text that is always the same; the argument is its address. */
static size_t
constant(char *buffer, size_t size, uint64_t argument)
{
	const char *string = (const char *)argument;
	size_t length = string_length(string);

	memcpy(buffer, string, MIN(size, length));
	return length;
}

static size_t
number(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};

	text_add(&text, "%lu\n", (unsigned long)argument);
	return text.length;
}

/* -- How busy it is ---------------------------------------------------------------------------- */

struct threads {
	unsigned count, runnable;
	int last_id;
	uint32_t cpu;  /* of which the time is wanted */
	uint64_t time; /* that its threads have run */
};

static int
count(struct thread *thread, void *argument)
{
	struct threads *threads = argument;

	threads->count++;
	threads->runnable += thread->state != THREAD_BLOCKED && thread->state != THREAD_DEAD;
	threads->last_id = MAX(threads->last_id, thread->id);
	threads->time += thread->cpu == threads->cpu ? thread_run_time(thread) : 0;
	return 0;
}

/* There is no average over time: it is what holds now. */
static size_t
loadavg(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	struct threads threads = {0};

	(void)argument;
	thread_for_each(count, &threads);
	text_add(&text, "%u.00 %u.00 %u.00 %u/%u %d\n", threads.runnable, threads.runnable,
		 threads.runnable, threads.runnable, threads.count, threads.last_id);
	return text.length;
}

static void
append_cpu(struct text *text, const char *name, uint64_t busy, uint64_t all)
{
	text_add(text, "%s %lu 0 0 %lu 0 0 0 0 0 0\n", name, (unsigned long)(busy / ABI_TICK_NS),
		 (unsigned long)((all > busy ? all - busy : 0) / ABI_TICK_NS));
}

/* CPU time is known of threads: that of a CPU is that of the threads that are on it now. */
static size_t
stat(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	uint64_t now = clock_ns(), interrupts = 0;
	struct threads threads = {0};
	char name[CPU_NAME_SIZE];

	(void)argument;
	append_cpu(&text, "cpu ", thread_run_time_all(), now * cpu_count());
	for (unsigned i = 0; i < cpu_count(); i++) {
		threads = (struct threads){.cpu = i};
		thread_for_each(count, &threads);
		format_text(name, sizeof(name), "cpu%u", i);
		append_cpu(&text, name, threads.time, now);
		interrupts += cpu_get(i)->interrupts;
	}
	text_add(&text, "intr %lu\n", (unsigned long)interrupts);
	text_add(&text, "btime %lu\n",
		 (unsigned long)((clock_realtime_ns() - now) / NS_PER_SECOND));
	text_add(&text, "processes %d\nprocs_running %u\nprocs_blocked 0\n", threads.last_id,
		 threads.runnable);
	return text.length;
}

/* -- /proc/sys --------------------------------------------------------------------------------- */

/* As RFC 4122 §4.4 makes them; the argument is where one is kept, or 0: another each time. */
static size_t
uuid(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	uint8_t made[UUID_BYTES], *bytes = argument ? (uint8_t *)argument : made;

	if (!argument || !bytes[6]) {
		random_fill(bytes, UUID_BYTES);
		bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
		bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	}
	for (unsigned i = 0; i < UUID_BYTES; i++)
		text_add(&text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			 bytes[i]);
	text_add(&text, "\n");
	return text.length;
}

int
proc_system_make(void)
{
	static uint8_t boot_id[UUID_BYTES];
	static const struct {
		const char *path;
		ramfs_generator generate;
		const void *argument;
	} files[] = {
		{"/proc/version", constant,
		 SYSTEM_NAME " version " SYSTEM_RELEASE " " SYSTEM_VERSION "\n"},
		{"/proc/filesystems", constant,
		 "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\thugetlbfs\n"},
		{"/proc/1/mounts", constant,
		 "tmpfs / tmpfs rw 0 0\nproc /proc proc rw 0 0\nsysfs /sys sysfs ro 0 0\n"
		 "hugetlbfs /dev/hugepages hugetlbfs rw,pagesize=2M 0 0\n"},
		{"/proc/loadavg", loadavg, 0},
		{"/proc/stat", stat, 0},
		{"/proc/sys/kernel/ostype", constant, SYSTEM_NAME "\n"},
		{"/proc/sys/kernel/osrelease", constant, SYSTEM_RELEASE "\n"},
		{"/proc/sys/kernel/version", constant, SYSTEM_VERSION "\n"},
		{"/proc/sys/kernel/hostname", constant, SYSTEM_HOST "\n"},
		{"/proc/sys/kernel/pid_max", number, (const void *)THREAD_ID_LIMIT},
		{"/proc/sys/kernel/random/boot_id", uuid, boot_id},
		{"/proc/sys/kernel/random/uuid", uuid, 0},
		{"/proc/sys/fs/nr_open", number, (const void *)DESCRIPTORS_MAX},
	};
	static const char *const directories[] = {"/proc/sys", "/proc/sys/kernel",
						  "/proc/sys/kernel/random", "/proc/sys/fs"};
	struct ramfs_node *node;
	int result = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(directories) && !result; i++)
		result = tree_make(directories[i], RAMFS_DIRECTORY, 0555, &node);
	for (unsigned i = 0; i < ARRAY_SIZE(files) && !result; i++)
		result = tree_make_generated(files[i].path, files[i].generate,
					     (uint64_t)files[i].argument);
	return result ? result : tree_make_link("/proc/mounts", "self/mounts");
}
