/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Multiboot 0.6.96 §3.3, the boot information: one structure, whose flags say which fields are
 * valid, with pointers to strings, a list of modules and a memory map.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info_internal.h"

#define FLAG_BASIC_MEMORY (1u << 0)
#define FLAG_COMMAND_LINE (1u << 2)
#define FLAG_MODULES (1u << 3)
#define FLAG_MEMORY_MAP (1u << 6)
#define FLAG_LOADER_NAME (1u << 9)
#define FLAG_FRAMEBUFFER (1u << 12)

struct multiboot1_info {
	uint32_t flags;
	uint32_t memory_lower, memory_upper;
	uint32_t boot_device;
	uint32_t command_line;
	uint32_t module_count;
	uint32_t modules;
	uint32_t symbols[4];
	uint32_t map_length;
	uint32_t map;
	uint32_t drives_length, drives;
	uint32_t config_table;
	uint32_t loader_name;
	uint32_t apm_table;
	uint32_t vbe_control, vbe_mode_info;
	uint16_t vbe_mode, vbe_segment, vbe_offset, vbe_length;
	uint64_t framebuffer;
	uint32_t framebuffer_pitch, framebuffer_width, framebuffer_height;
	uint8_t framebuffer_bits, framebuffer_type;
	uint8_t framebuffer_colours[6];
} __packed;
_Static_assert(sizeof(struct multiboot1_info) == 116, "Multiboot 0.6.96 §3.3");
_Static_assert(__builtin_offsetof(struct multiboot1_info, map_length) == 44, "§3.3");
_Static_assert(__builtin_offsetof(struct multiboot1_info, framebuffer) == 88, "§3.3");

struct multiboot1_module {
	uint32_t start, end;
	uint32_t string;
	uint32_t reserved;
} __packed;
_Static_assert(sizeof(struct multiboot1_module) == 16, "Multiboot 0.6.96 §3.3");

struct multiboot1_range {
	uint32_t size; /* of what follows */
	uint64_t base;
	uint64_t length;
	uint32_t type;
} __packed;
_Static_assert(sizeof(struct multiboot1_range) == 24, "Multiboot 0.6.96 §3.3");

/* An old loader's structure ends here. */
#define SIZE_WITHOUT_FRAMEBUFFER __builtin_offsetof(struct multiboot1_info, framebuffer)

static void
read_memory_map(struct boot_info *info, const struct multiboot1_info *source)
{
	uint64_t at = source->map;
	uint64_t end = at + source->map_length;

	while (end - at >= sizeof(struct multiboot1_range)) {
		const struct multiboot1_range *range = boot_memory(at, sizeof(*range));

		if (range == NULL || range->size < sizeof(*range) - sizeof(range->size) ||
		    range->size > end - at - sizeof(range->size)) {
			boot_info_warn(info, "a memory map entry of a wrong size, and the rest");
			return;
		}
		boot_info_add_memory(info, range->base, range->length, range->type);
		at += range->size + sizeof(range->size);
	}
}

static void
read_modules(struct boot_info *info, const struct multiboot1_info *source)
{
	for (uint32_t i = 0; i < source->module_count; i++) {
		uint64_t at = source->modules + (uint64_t)i * sizeof(struct multiboot1_module);
		const struct multiboot1_module *module = boot_memory(at, sizeof(*module));
		size_t limit;
		const char *string;

		if (module == NULL || i == BOOT_MODULES_MAX) {
			boot_info_warn(info, "modules beyond the table's end");
			return;
		}
		string = boot_string(module->string, &limit);
		boot_info_add_module(info, module->start, module->end, string, limit);
	}
}

static void
read_strings(struct boot_info *info, const struct multiboot1_info *source)
{
	size_t limit;
	const char *string;

	if (source->flags & FLAG_COMMAND_LINE) {
		string = boot_string(source->command_line, &limit);
		boot_info_set_command_line(info, string, limit);
	}
	if (source->flags & FLAG_LOADER_NAME) {
		string = boot_string(source->loader_name, &limit);
		boot_info_set_loader(info, string, limit);
	}
	info->strings_have_file = !string_starts_with(info->loader, "GRUB");
}

static void
read_framebuffer(struct boot_info *info, const struct multiboot1_info *source)
{
	struct boot_framebuffer_given given = {
		.address = source->framebuffer,
		.pitch = source->framebuffer_pitch,
		.width = source->framebuffer_width,
		.height = source->framebuffer_height,
		.bits_per_pixel = source->framebuffer_bits,
		.type = source->framebuffer_type,
	};

	memcpy(given.colours, source->framebuffer_colours, sizeof(given.colours));
	boot_info_set_framebuffer(info, &given);
}

void
multiboot1_read(struct boot_info *info, uint64_t address)
{
	const struct multiboot1_info *source = boot_memory(address, SIZE_WITHOUT_FRAMEBUFFER);

	info->protocol = "multiboot1";
	if (source == NULL) {
		boot_info_warn(info, "boot information that cannot be read");
		return;
	}
	if (source->flags & FLAG_MEMORY_MAP)
		read_memory_map(info, source);
	if (info->memory_count == 0 && source->flags & FLAG_BASIC_MEMORY)
		boot_info_add_basic_memory(info, source->memory_lower, source->memory_upper);
	read_strings(info, source);
	if (source->flags & FLAG_MODULES)
		read_modules(info, source);
	if (source->flags & FLAG_FRAMEBUFFER && boot_memory(address, sizeof(*source)) != NULL)
		read_framebuffer(info, source);
}
