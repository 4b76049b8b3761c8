/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /sys as far as programs look there: memory by node, the clock, the CPUs, the PCI functions.
 * Formats are those of Linux's Documentation/ABI.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/format.h"
#include "kernel/memory/memory.h"
#include "kernel/pci/pci.h"
#include "kernel/time/clock.h"
#include "libc/base/text.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

#define CPUS  "/sys/devices/system/cpu"
#define NODES "/sys/devices/system/node"
#define CLOCK "/sys/devices/system/clocksource/clocksource0"
#define PCI_DEVICES "/sys/bus/pci/devices"
#define PATH_SIZE 96

static size_t
node_meminfo(char *buffer, size_t size, uint64_t node)
{
	struct text text = {.buffer = buffer, .size = size};
	struct memory_stats stats;

	memory_stats((unsigned)node, &stats);
	text_add(&text, "Node %u MemTotal:       %8lu kB\n", (unsigned)node,
		 (unsigned long)(stats.total / KB));
	text_add(&text, "Node %u MemFree:        %8lu kB\n", (unsigned)node,
		 (unsigned long)(stats.free / KB));
	return text.length;
}

/* "0-3,8": ranges of the numbers below count for which is_in() holds. */
static size_t
list_ranges(char *buffer, size_t size, unsigned count, bool (*is_in)(unsigned i, uint64_t argument),
	    uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};

	for (unsigned i = 0; i < count; i++) {
		unsigned last = i;

		if (!is_in(i, argument))
			continue;
		while (last + 1 < count && is_in(last + 1, argument))
			last++;
		text_add(&text, text.length ? ",%u" : "%u", i);
		if (last > i)
			text_add(&text, "-%u", last);
		i = last;
	}
	text_add(&text, "\n");
	return text.length;
}

static bool
is_on_node(unsigned cpu, uint64_t node)
{
	return cpu_get(cpu)->node == node;
}

static size_t
node_cpulist(char *buffer, size_t size, uint64_t node)
{
	return list_ranges(buffer, size, cpu_count(), is_on_node, node);
}

/* A hexadecimal mask, the highest CPU first, with a comma after each 32 bits, as Linux's "%*pb". */
static size_t
node_cpumap(char *buffer, size_t size, uint64_t node)
{
	struct text text = {.buffer = buffer, .size = size};
	unsigned digit = 0;

	for (unsigned cpu = cpu_count(); cpu-- > 0;) {
		digit |= (unsigned)is_on_node(cpu, node) << cpu % 4;
		if (cpu % 4 != 0)
			continue;
		text_add(&text, cpu && cpu % 32 == 0 ? "%x," : "%x", digit);
		digit = 0;
	}
	text_add(&text, "\n");
	return text.length;
}

static bool
always(unsigned i, uint64_t argument)
{
	(void)i;
	(void)argument;
	return true;
}

static size_t
nodes_online(char *buffer, size_t size, uint64_t argument)
{
	return list_ranges(buffer, size, memory_node_count(), always, argument);
}

static size_t
cpus_online(char *buffer, size_t size, uint64_t argument)
{
	return list_ranges(buffer, size, cpu_count(), always, argument);
}

static size_t
current_clocksource(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};

	(void)argument;
	text_add(&text, "%s\n", clock_source()[0] == 'T' ? "tsc" : "hpet");
	return text.length;
}

/* -- PCI --------------------------------------------------------------------------------------- */

enum pci_field { FIELD_VENDOR, FIELD_DEVICE, FIELD_CLASS, FIELD_NUMA_NODE };

/* A field of a function: the argument is its place in the list, and the field. */
static size_t
pci_text(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	const struct pci_device *device = pci_get((unsigned)(argument >> 8));

	switch ((enum pci_field)(argument & 0xff)) {
	case FIELD_VENDOR:
		text_add(&text, "0x%04x\n", device->vendor_id);
		break;
	case FIELD_DEVICE:
		text_add(&text, "0x%04x\n", device->device_id);
		break;
	case FIELD_CLASS:
		text_add(&text, "0x%06x\n", device->class_code);
		break;
	case FIELD_NUMA_NODE:
		text_add(&text, "%d\n", device->node);
		break;
	}
	return text.length;
}

static int
make_directory(const char *path)
{
	struct ramfs_node *node;

	return tree_make(path, RAMFS_DIRECTORY, 0555, &node);
}

static int
add_pci_device(unsigned index)
{
	static const char *const names[] = {
		[FIELD_VENDOR] = "vendor",
		[FIELD_DEVICE] = "device",
		[FIELD_CLASS] = "class",
		[FIELD_NUMA_NODE] = "numa_node",
	};
	const struct pci_device *device = pci_get(index);
	char path[PATH_SIZE];
	size_t length =
		format_text(path, sizeof(path), PCI_DEVICES "/%04x:%02x:%02x.%x", device->segment,
			    device->bus, device->device, device->function);
	int result = make_directory(path);

	for (unsigned field = 0; field < ARRAY_SIZE(names) && !result; field++) {
		format_text(path + length, sizeof(path) - length, "/%s", names[field]);
		result = tree_make_generated(path, pci_text, (uint64_t)index << 8 | field);
	}
	return result;
}

/* Enters nodes by their number, until one cannot be. Returns 0, or -ENOMEM. */
static int
enter_each(unsigned count, int (*add)(unsigned index))
{
	int result = 0;

	for (unsigned i = 0; i < count && !result; i++)
		result = add(i);
	return result;
}

/* The functions are entered when somebody looks: most programs never do. */
static int
add_pci_devices(struct ramfs_node *directory, const char *name, size_t length)
{
	(void)directory;
	(void)name;
	(void)length;
	return enter_each(pci_count(), add_pci_device);
}

/* -- The tree ---------------------------------------------------------------------------------- */

static size_t
cpu_core_id(char *buffer, size_t size, uint64_t cpu)
{
	return format_text(buffer, size, "%u\n", cpu_get((unsigned)cpu)->core);
}

static size_t
cpu_package_id(char *buffer, size_t size, uint64_t cpu)
{
	return format_text(buffer, size, "%u\n", cpu_get((unsigned)cpu)->package);
}

/* A file of a folder, or for generate == NULL a folder. */
struct part {
	const char *name;
	ramfs_generator generate;
};

/* Enters a folder "CPUS/cpu3", and below it its parts. Returns 0, or -ENOMEM. */
static int
enter_parts(const char *format, unsigned index, const struct part *parts, size_t count)
{
	int result = 0;

	for (size_t i = 0; i < count && !result; i++) {
		char path[PATH_SIZE];
		size_t length = format_text(path, sizeof(path), format, index);

		format_text(path + length, sizeof(path) - length, "%s", parts[i].name);
		result = parts[i].generate ? tree_make_generated(path, parts[i].generate, index)
					   : make_directory(path);
	}
	return result;
}

static int
enter_cpu(unsigned cpu)
{
	static const struct part parts[] = {
		{"", NULL},
		{"/topology", NULL},
		{"/topology/core_id", cpu_core_id},
		{"/topology/physical_package_id", cpu_package_id},
	};

	return enter_parts(CPUS "/cpu%u", cpu, parts, ARRAY_SIZE(parts));
}

static int
add_node(unsigned node)
{
	static const struct part parts[] = {
		{"", NULL},
		{"/meminfo", node_meminfo},
		{"/cpulist", node_cpulist},
		{"/cpumap", node_cpumap},
	};

	return enter_parts(NODES "/node%u", node, parts, ARRAY_SIZE(parts));
}

/* Entered when somebody looks, as the PCI functions. */
static int
enter_cpus(struct ramfs_node *directory, const char *name, size_t length)
{
	(void)directory;
	(void)name;
	(void)length;
	return enter_each(cpu_count(), enter_cpu);
}

static int
add_nodes(struct ramfs_node *directory, const char *name, size_t length)
{
	(void)directory;
	(void)name;
	(void)length;
	return enter_each(memory_node_count(), add_node);
}

void
sysfs_add(void)
{
	static const char *const directories[] = {
		"/sys",
		"/sys/devices",
		"/sys/devices/system",
		"/sys/devices/system/clocksource",
		CLOCK,
		"/sys/bus",
		"/sys/bus/pci",
		PCI_DEVICES,
	};
	struct ramfs_node *last = NULL;

	for (unsigned i = 0; i < ARRAY_SIZE(directories); i++)
		last = tree_add(directories[i], RAMFS_DIRECTORY, 0555);
	last->populate = add_pci_devices;
	last = tree_add(NODES, RAMFS_DIRECTORY, 0555);
	last->populate = add_nodes;
	tree_add_generated(NODES "/online", nodes_online, 0);
	last = tree_add(CPUS, RAMFS_DIRECTORY, 0555);
	tree_add_generated(CPUS "/online", cpus_online, 0);
	last->populate = enter_cpus;
	tree_add_generated(CLOCK "/current_clocksource", current_clocksource, 0);
}
