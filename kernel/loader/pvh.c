/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PVH start information: how QEMU's microvm, Firecracker and Cloud Hypervisor start a kernel
 * without a boot loader. Xen's public header arch-x86/hvm/start_info.h; boot protocol in Xen's
 * docs/misc/pvh. The memory map is there from version 1 on, which all of them speak.
 */
#include "kernel/base/compiler.h"
#include "kernel/loader/boot_info_internal.h"

struct pvh_start_info {
	uint32_t magic;
	uint32_t version;
	uint32_t flags;
	uint32_t module_count;
	uint64_t modules;
	uint64_t command_line;
	uint64_t rsdp;
	uint64_t memory_map; /* this and what follows: version 1 */
	uint32_t memory_map_count;
	uint32_t reserved;
} __packed;
_Static_assert(sizeof(struct pvh_start_info) == 56, "start_info.h");
_Static_assert(__builtin_offsetof(struct pvh_start_info, memory_map) == 40, "start_info.h");

struct pvh_module {
	uint64_t base, size;
	uint64_t command_line;
	uint64_t reserved;
} __packed;
_Static_assert(sizeof(struct pvh_module) == 32, "start_info.h");

/* The types are those of ACPI's address ranges. */
struct pvh_memory {
	uint64_t base, length;
	uint32_t type;
	uint32_t reserved;
} __packed;
_Static_assert(sizeof(struct pvh_memory) == 24, "start_info.h");

/* The only module that these loaders have is what they call so, and it has no string. */
#define NAME_WITHOUT_STRING "initrd"

static void
read_memory_table(struct boot_info *info, const struct pvh_start_info *start)
{
	for (uint32_t i = 0; i < start->memory_map_count; i++) {
		uint64_t at = start->memory_map + (uint64_t)i * sizeof(struct pvh_memory);
		const struct pvh_memory *memory = boot_memory(at, sizeof(*memory));

		if (memory == NULL || i == BOOT_MEMORY_RANGES_MAX) {
			boot_info_warn(info, "memory ranges beyond the table's end");
			return;
		}
		boot_info_add_memory(info, memory->base, memory->length, memory->type);
	}
}

static void
read_module_list(struct boot_info *info, const struct pvh_start_info *start)
{
	for (uint32_t i = 0; i < start->module_count; i++) {
		uint64_t at = start->modules + (uint64_t)i * sizeof(struct pvh_module);
		const struct pvh_module *module = boot_memory(at, sizeof(*module));
		size_t limit;
		const char *string;

		if (module == NULL || i == BOOT_MODULES_MAX) {
			boot_info_warn(info, "modules beyond the table's end");
			return;
		}
		string = boot_string(module->command_line, &limit);
		if (limit == 0) {
			string = NAME_WITHOUT_STRING;
			limit = sizeof(NAME_WITHOUT_STRING);
		}
		boot_info_add_module(info, module->base, module->base + module->size, string,
				     limit);
	}
}

void
pvh_read(struct boot_info *info, uint64_t address)
{
	const struct pvh_start_info *start = boot_memory(address, sizeof(*start));
	size_t limit;
	const char *string;

	info->protocol = "PVH";
	if (start == NULL || start->magic != PVH_LOADER_MAGIC || start->version < 1) {
		boot_info_warn(info, "start information that has no memory map");
		return;
	}
	string = boot_string(start->command_line, &limit);
	boot_info_set_command_line(info, string, limit);
	info->rsdp_address = start->rsdp;
	read_memory_table(info, start);
	read_module_list(info, start);
}
