/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Multiboot2 2.0 §3.6, the boot information: a size, and a list of tags on 8-byte boundaries. Each
 * tag is read within its own size and that within the list's, whatever the tag claims.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info_internal.h"

enum tag_type {
	TAG_END = 0,
	TAG_COMMAND_LINE = 1,
	TAG_LOADER_NAME = 2,
	TAG_MODULE = 3,
	TAG_BASIC_MEMORY = 4,
	TAG_MEMORY_MAP = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_RSDP_V1 = 14,
	TAG_RSDP_V2 = 15,
};

#define TAG_ALIGNMENT 8
#define INFO_SIZE_MAX (16 * MB) /* far above what any loader gives */

struct multiboot2_header {
	uint32_t size; /* of all, this included */
	uint32_t reserved;
} __packed;

struct multiboot2_tag {
	uint32_t type;
	uint32_t size; /* of this tag, header included, padding not */
} __packed;
_Static_assert(sizeof(struct multiboot2_tag) == 8, "Multiboot2 2.0 §3.6.1");

struct multiboot2_module {
	struct multiboot2_tag tag;
	uint32_t start, end;
	char string[];
} __packed;

struct multiboot2_basic_memory {
	struct multiboot2_tag tag;
	uint32_t lower, upper; /* KB */
} __packed;

struct multiboot2_map {
	struct multiboot2_tag tag;
	uint32_t entry_size, entry_version;
} __packed;

struct multiboot2_range {
	uint64_t base, length;
	uint32_t type, reserved;
} __packed;
_Static_assert(sizeof(struct multiboot2_range) == 24, "Multiboot2 2.0 §3.6.8");

struct multiboot2_framebuffer {
	struct multiboot2_tag tag;
	uint64_t address;
	uint32_t pitch, width, height;
	uint8_t bits, type;
	uint16_t reserved;
	uint8_t colours[6];
} __packed;
_Static_assert(__builtin_offsetof(struct multiboot2_framebuffer, colours) == 32, "§3.6.12");

static void
read_module(struct boot_info *info, const struct multiboot2_tag *tag)
{
	const struct multiboot2_module *module = (const struct multiboot2_module *)tag;

	if (tag->size < sizeof(*module)) {
		boot_info_warn(info, "a module tag that is too short");
		return;
	}
	boot_info_add_module(info, module->start, module->end, module->string,
			     tag->size - sizeof(*module));
}

static void
read_memory_tag(struct boot_info *info, const struct multiboot2_tag *tag)
{
	const struct multiboot2_map *map = (const struct multiboot2_map *)tag;
	uint64_t at = (uint64_t)tag + sizeof(*map);
	uint64_t end = (uint64_t)tag + tag->size;

	if (tag->size < sizeof(*map) || map->entry_size < sizeof(struct multiboot2_range)) {
		boot_info_warn(info, "a memory map with entries of a wrong size");
		return;
	}
	for (; end - at >= map->entry_size; at += map->entry_size) {
		const struct multiboot2_range *range = (const struct multiboot2_range *)at;

		boot_info_add_memory(info, range->base, range->length, range->type);
	}
}

static void
read_framebuffer_tag(struct boot_info *info, const struct multiboot2_tag *tag)
{
	const struct multiboot2_framebuffer *source = (const struct multiboot2_framebuffer *)tag;
	struct boot_framebuffer_given given = {0};

	if (tag->size < __builtin_offsetof(struct multiboot2_framebuffer, colours)) {
		boot_info_warn(info, "a framebuffer tag that is too short");
		return;
	}
	given.address = source->address;
	given.pitch = source->pitch;
	given.width = source->width;
	given.height = source->height;
	given.bits_per_pixel = source->bits;
	given.type = source->type;
	if (tag->size >= sizeof(*source))
		memcpy(given.colours, source->colours, sizeof(given.colours));
	boot_info_set_framebuffer(info, &given);
}

static void
read_rsdp(struct boot_info *info, const struct multiboot2_tag *tag)
{
	unsigned length = MIN(tag->size - (unsigned)sizeof(*tag), (unsigned)BOOT_RSDP_SIZE);

	if (length <= info->rsdp_length)
		return; /* the ACPI 2.0 one is there already */
	memcpy(info->rsdp, tag + 1, length);
	info->rsdp_length = length;
}

static void
read_tag(struct boot_info *info, const struct multiboot2_tag *tag)
{
	const char *text = (const char *)(tag + 1);
	size_t length = tag->size - sizeof(*tag);

	switch (tag->type) {
	case TAG_COMMAND_LINE:
		boot_info_set_command_line(info, text, length);
		break;
	case TAG_LOADER_NAME:
		boot_info_set_loader(info, text, length);
		break;
	case TAG_MODULE:
		read_module(info, tag);
		break;
	case TAG_MEMORY_MAP:
		read_memory_tag(info, tag);
		break;
	case TAG_FRAMEBUFFER:
		read_framebuffer_tag(info, tag);
		break;
	case TAG_RSDP_V1:
	case TAG_RSDP_V2:
		read_rsdp(info, tag);
		break;
	}
}

/* Without a map, the two basic sizes must do. */
static void
read_basic_memory(struct boot_info *info, const struct multiboot2_tag *tag)
{
	const struct multiboot2_basic_memory *memory = (const struct multiboot2_basic_memory *)tag;

	if (tag->type == TAG_BASIC_MEMORY && tag->size >= sizeof(*memory))
		boot_info_add_basic_memory(info, memory->lower, memory->upper);
}

/* Calls read() for each tag before the one that ends the list. */
static void
for_each_tag(struct boot_info *info, const uint8_t *list, uint64_t size,
	     void (*read)(struct boot_info *info, const struct multiboot2_tag *tag))
{
	uint64_t at = sizeof(struct multiboot2_header);

	while (at < size && size - at >= sizeof(struct multiboot2_tag)) {
		const struct multiboot2_tag *tag = (const struct multiboot2_tag *)(list + at);

		if (tag->size < sizeof(*tag) || tag->size > size - at) {
			boot_info_warn(info, "a tag of a wrong size, and the rest");
			return;
		}
		if (tag->type == TAG_END)
			return;
		read(info, tag);
		at += ALIGN_UP((uint64_t)tag->size, TAG_ALIGNMENT);
	}
	boot_info_warn(info, "a list of tags without an end");
}

void
multiboot2_read(struct boot_info *info, uint64_t address)
{
	const struct multiboot2_header *header = boot_memory(address, sizeof(*header));
	const uint8_t *list = NULL;

	info->protocol = "multiboot2";
	if (header != NULL && address % TAG_ALIGNMENT == 0 && header->size <= INFO_SIZE_MAX)
		list = boot_memory(address, header->size);
	if (list == NULL) {
		boot_info_warn(info, "boot information that cannot be read");
		return;
	}
	for_each_tag(info, list, header->size, read_tag);
	if (info->memory_count == 0)
		for_each_tag(info, list, header->size, read_basic_memory);
}
