/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Multiboot 0.6.96 §3.3, the boot information: one structure, whose flags say which fields are
 * valid, with pointers to strings, a list of modules and a memory map.
 */
#include "kernel/bootinfo_internal.h"
#include "kernel/compiler.h"
#include "kernel/string.h"

#define FLAG_COMMAND_LINE (1u << 2)
#define FLAG_MODULES (1u << 3)
#define FLAG_MEMORY_MAP (1u << 6)
#define FLAG_LOADER_NAME (1u << 9)
#define FLAG_FRAMEBUFFER (1u << 12)

#define FRAMEBUFFER_RGB 1
#define FRAMEBUFFER_TEXT 2

#define STRING_LIMIT 65536 /* no string of a loader is longer; a missing NUL ends here */
#define MODULES_LIMIT 1024

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
	uint8_t red_position, red_size, green_position, green_size, blue_position, blue_size;
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

static void
read_memory(struct boot_info *info, const struct multiboot1_info *source)
{
	uint64_t at = source->map;
	uint64_t end = at + source->map_length;

	while (at + sizeof(struct multiboot1_range) <= end) {
		const struct multiboot1_range *range = (const struct multiboot1_range *)at;

		if (range->size < sizeof(*range) - sizeof(range->size)) {
			info->warnings++;
			return;
		}
		boot_info_add_memory(info, range->base, range->length, range->type);
		at += range->size + sizeof(range->size);
	}
}

static void
read_modules(struct boot_info *info, const struct multiboot1_info *source)
{
	const struct multiboot1_module *modules =
		(const struct multiboot1_module *)(uint64_t)source->modules;

	for (uint32_t i = 0; i < MIN(source->module_count, (uint32_t)MODULES_LIMIT); i++)
		boot_info_add_module(info, modules[i].start, modules[i].end,
				     (const char *)(uint64_t)modules[i].string, STRING_LIMIT);
}

static void
read_framebuffer(struct boot_info *info, const struct multiboot1_info *source)
{
	struct boot_framebuffer *target = &info->framebuffer;

	if (source->framebuffer_type != FRAMEBUFFER_RGB &&
	    source->framebuffer_type != FRAMEBUFFER_TEXT)
		return;
	target->present = true;
	target->text = source->framebuffer_type == FRAMEBUFFER_TEXT;
	target->address = source->framebuffer;
	target->pitch = source->framebuffer_pitch;
	target->width = source->framebuffer_width;
	target->height = source->framebuffer_height;
	target->bits_per_pixel = source->framebuffer_bits;
	target->red_shift = source->red_position;
	target->red_bits = source->red_size;
	target->green_shift = source->green_position;
	target->green_bits = source->green_size;
	target->blue_shift = source->blue_position;
	target->blue_bits = source->blue_size;
}

void
multiboot1_read(struct boot_info *info, uint64_t address)
{
	const struct multiboot1_info *source = (const struct multiboot1_info *)address;

	info->protocol = "multiboot1";
	if (source->flags & FLAG_MEMORY_MAP)
		read_memory(info, source);
	if (source->flags & FLAG_COMMAND_LINE)
		boot_info_set_command_line(info, (const char *)(uint64_t)source->command_line,
					   STRING_LIMIT);
	if (source->flags & FLAG_LOADER_NAME)
		boot_info_set_loader(info, (const char *)(uint64_t)source->loader_name,
				     STRING_LIMIT);
	if (source->flags & FLAG_MODULES)
		read_modules(info, source);
	if (source->flags & FLAG_FRAMEBUFFER)
		read_framebuffer(info, source);
}
