/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What /proc shows of the program and of each of its threads: status, stat and comm, and the
 * program's mappings and command line. A line that would have nothing true in it is left out;
 * numbers whose place counts are 0 then. Formats are Linux's, proc(5).
 */
#include "libc/tree/proc_self.h"

#include "kernel/base/compiler.h"
#include "kernel/base/image.h"
#include "kernel/base/string.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/paging.h"
#include "kernel/thread/thread_internal.h"
#include "kernel/time/clock.h"
#include "libc/base/abi.h"
#include "libc/base/text.h"
#include "libc/files/lookup.h"
#include "libc/tree/tree.h"

#define CPUS_A_WORD 32 /* of a set of CPUs as it is written */

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

/* The file's name: where the loader found it is not known here. */
const char *
proc_self_program(void)
{
	const char *name = settings_argv[0], *slash;

	while ((slash = string_find(name, '/')))
		name = slash + 1;
	return name;
}

/* -- Mappings ---------------------------------------------------------------------------------- */

static void
add_map(struct text *text, const struct mapping_view *view, const char *name, uint64_t inode)
{
	text_add(text, "%08lx-%08lx %c%c%c%c %08lx 00:%02x %lu", (unsigned long)view->base,
		 (unsigned long)(view->base + view->length),
		 view->protection & ABI_PROT_READ ? 'r' : '-',
		 view->protection & ABI_PROT_WRITE ? 'w' : '-',
		 view->protection & ABI_PROT_EXEC ? 'x' : '-', view->shared ? 's' : 'p',
		 (unsigned long)view->offset, inode ? 1 : 0, (unsigned long)inode);
	text_add(text, *name ? " %s\n" : " \n", name);
}

/* A mapping, with the path of the file that it shows. */
static void
add_mapping(const struct mapping_view *view, void *text)
{
	struct mapping_owner *owner = view->owner;
	const struct ramfs_node *node =
		owner && !owner->name ? CONTAINER_OF(owner, struct ramfs_node, mapping) : NULL;
	char path[RAMFS_PATH_MAX] = "";
	uint64_t flags;

	if (owner && owner->name)
		string_copy(path, owner->name, sizeof(path));
	flags = spin_lock(&files_lock);

	if (node && ramfs_path(&files_tree, node, path, sizeof(path)) < 0)
		string_copy(path, "(deleted)", sizeof(path));
	spin_unlock(&files_lock, flags);
	add_map(text, view, path, node ? node->inode : 0);
}

static void
add_image(struct text *text, const uint8_t *base, const uint8_t *end, uint32_t protection)
{
	struct mapping_view view = {
		.base = ALIGN_DOWN((uint64_t)base, PAGE_4K),
		.length = ALIGN_UP((uint64_t)end, PAGE_4K) - ALIGN_DOWN((uint64_t)base, PAGE_4K),
		.protection = protection,
		.offset = (uint64_t)(base - image_start),
	};
	char name[RAMFS_NAME_MAX + 2] = "/";

	string_copy(name + 1, proc_self_program(), sizeof(name) - 1);
	add_map(text, &view, name, 0);
}

static size_t
maps(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};

	(void)argument;
	add_image(&text, text_start, text_end, ABI_PROT_READ | ABI_PROT_EXEC);
	add_image(&text, rodata_start, rodata_end, ABI_PROT_READ);
	add_image(&text, data_start, image_end, ABI_PROT_READ | ABI_PROT_WRITE);
	mapping_for_each(add_mapping, &text);
	return text.length;
}

static void
add_length(const struct mapping_view *view, void *sum)
{
	*(uint64_t *)sum += view->length;
}

/* Bytes of addresses. */
static uint64_t
mapped(void)
{
	uint64_t sum = (uint64_t)(image_end - image_start);

	mapping_for_each(add_length, &sum);
	return sum;
}

/* -- Threads ----------------------------------------------------------------------------------- */

/* What is shown of a thread, copied while it cannot end. */
struct view {
	int id;
	char name[THREAD_NAME_SIZE];
	char state;
	struct cpu_set affinity;
	uint32_t cpu;
	struct thread_policy policy;
	uint64_t run_time;
};

static int
visit_thread(struct thread *thread, void *argument)
{
	struct view *view = argument;

	*view = (struct view){
		.id = thread->id,
		.state = thread->state == THREAD_BLOCKED ? 'S' : 'R',
		.affinity = thread->affinity,
		.cpu = thread->cpu,
		.policy = thread->policy,
		.run_time = thread_run_time(thread),
	};
	string_copy(view->name, thread->name, sizeof(view->name));
	return 0;
}

static void
append_cpus(struct text *text, const struct cpu_set *set)
{
	text_add(text, "Cpus_allowed:\t");
	for (unsigned word = (cpu_count() - 1) / CPUS_A_WORD + 1; word-- > 0;)
		text_add(text, "%0*x%s",
			 word			      ? 8
			 : cpu_count() >= CPUS_A_WORD ? 8
						      : 1,
			 (unsigned)(set->bits[word / 2] >> word % 2 * CPUS_A_WORD),
			 word ? "," : "\nCpus_allowed_list:\t");
	for (int cpu = cpu_set_next(set, 0), more = 0; cpu >= 0 && cpu < (int)cpu_count();
	     more = 1) {
		int last = cpu;

		while (cpu_set_has(set, (unsigned)last + 1) && last + 1 < (int)cpu_count())
			last++;
		text_add(text, last > cpu ? "%s%d-%d" : "%s%d", more ? "," : "", cpu, last);
		cpu = cpu_set_next(set, (unsigned)last + 1);
	}
	text_add(text, "\n");
}

size_t
proc_self_status(char *buffer, size_t size, uint64_t id)
{
	struct text text = {.buffer = buffer, .size = size};
	uint32_t mask = lookup_mask();
	struct view view;

	if (thread_with((int)id, visit_thread, &view))
		return 0;
	text_add(&text, "Name:\t%s\nUmask:\t0%u%u%u\n", view.name, mask >> 6, mask >> 3 & 7,
		 mask & 7);
	text_add(&text, "State:\t%s\n", view.state == 'S' ? "S (sleeping)" : "R (running)");
	text_add(&text, "Tgid:\t1\nPid:\t%d\nPPid:\t0\nTracerPid:\t0\n", view.id);
	text_add(&text, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t%u\nGroups:\t \n",
		 DESCRIPTORS_MAX);
	text_add(&text, "VmSize:\t%8lu kB\n", (unsigned long)(mapped() / KB));
	text_add(&text, "Threads:\t%u\n", thread_count());
	append_cpus(&text, &view.affinity);
	return text.length;
}

/* The fields by their numbers in proc(5). The time is that of all threads for the program itself.
 */
static size_t
generate_stat(char *buffer, size_t size, int id, bool all)
{
	struct text text = {.buffer = buffer, .size = size};
	uint64_t time;
	struct view view;

	if (thread_with(id, visit_thread, &view))
		return 0;
	time = (all ? thread_run_time_all() : view.run_time) / ABI_TICK_NS;
	text_add(&text, "%d (%s) %c 0 1 1 0 -1 0 0 0 0 0 ", view.id, view.name, view.state);
	text_add(&text, "%lu 0 0 0 ", (unsigned long)time); /* 14 utime */
	text_add(&text, "%d %d ",
		 view.policy.priority ? -1 - view.policy.priority : 20 + view.policy.nice,
		 view.policy.nice);
	text_add(&text, "%u 0 0 %lu 0 ", thread_count(), (unsigned long)mapped());
	text_add(&text, "%lu %lu %lu ", UINT64_MAX, (unsigned long)text_start, /* 25 rsslim */
		 (unsigned long)text_end);
	text_add(&text, "0 0 0 0 0 0 0 0 0 0 0 %u %u ", view.cpu, view.policy.priority);
	text_add(&text, "0 0 0 0 %lu %lu 0 0 0 0 0 0\n", (unsigned long)data_start,
		 (unsigned long)image_end);
	return text.length;
}

size_t
proc_self_stat(char *buffer, size_t size, uint64_t id)
{
	return generate_stat(buffer, size, (int)id, false);
}

static size_t
stat_of_program(char *buffer, size_t size, uint64_t id)
{
	return generate_stat(buffer, size, (int)id, true);
}

int
proc_self_make(void)
{
	static const struct {
		const char *path;
		ramfs_generator generate;
	} files[] = {
		{"/proc/1/cmdline", cmdline},
		{"/proc/1/maps", maps},
		{"/proc/1/status", proc_self_status},
		{"/proc/1/stat", stat_of_program},
	};
	char exe[RAMFS_NAME_MAX + 2] = "/";
	int result = 0;

	for (unsigned i = 0; i < ARRAY_SIZE(files) && !result; i++)
		result = tree_make_generated(files[i].path, files[i].generate, 1);
	string_copy(exe + 1, proc_self_program(), sizeof(exe) - 1);
	return result ? result : tree_make_link("/proc/1/exe", exe);
}
