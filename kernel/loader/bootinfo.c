/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The boot information, in one form. The readers (multiboot1.c, multiboot2.c, pvh.c) call in here;
 * all is copied, since the loader's own memory becomes free memory. What is malformed is left out,
 * and named later: there may be no log yet.
 */
#include "kernel/loader/bootinfo.h"

#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/loader/bootinfo_internal.h"

#define BDA_EBDA_SEGMENT 0x40e /* BIOS data area: segment of the extended BIOS data area */

#define WARNINGS_KEPT 8

struct boot_info boot_info;

static const char *warnings[WARNINGS_KEPT];

/* Where the next module string goes in boot_info.strings. */
static size_t strings_used;

void
boot_info_warn(struct boot_info *info, const char *what)
{
	if (info->warnings < WARNINGS_KEPT)
		warnings[info->warnings] = what;
	info->warnings++;
}

void
boot_info_add_memory(struct boot_info *info, uint64_t base, uint64_t length, uint32_t type)
{
	struct boot_memory_range *range;
	uint64_t end;

	if (length == 0)
		return; /* firmware lists empty ranges as well */
	if (type == 0 || __builtin_add_overflow(base, length, &end)) {
		boot_info_warn(info, "a memory range without a type, or that wraps around");
		return;
	}
	if (info->memory_count == BOOT_MEMORY_RANGES_MAX) {
		boot_info_warn(info, "more memory ranges than there is room for");
		return;
	}
	range = &info->memory[info->memory_count++];
	range->base = base;
	range->length = length;
	range->type = type;
}

void
boot_info_add_basic_memory(struct boot_info *info, uint32_t lower, uint32_t upper)
{
	boot_info_add_memory(info, 0, lower * KB, BOOT_MEMORY_RAM);
	boot_info_add_memory(info, 1 * MB, upper * KB, BOOT_MEMORY_RAM);
}

/* Copies `length` bytes into the string store and ends them; NULL when it is full. */
static const char *
store_string(struct boot_info *info, const char *string, size_t length)
{
	char *stored = info->strings + strings_used;

	if (length >= BOOT_STRINGS_SIZE - strings_used) {
		boot_info_warn(info, "the modules' names are longer than there is room for");
		return NULL;
	}
	memcpy(stored, string, length);
	stored[length] = '\0';
	strings_used += length + 1;
	return stored;
}

void
boot_info_add_module(struct boot_info *info, uint64_t base, uint64_t end, const char *string,
		     size_t limit)
{
	size_t length = string_length_within(string, limit);
	size_t name_length = 0;
	const char *name, *arguments;

	if (info->module_count == BOOT_MODULES_MAX || end < base) {
		boot_info_warn(info, "a module that ends before it begins, or is one too many");
		return;
	}
	while (name_length < length && string[name_length] != ' ')
		name_length++;
	name = store_string(info, string, name_length);
	while (name_length < length && string[name_length] == ' ')
		name_length++;
	arguments = store_string(info, string + name_length, length - name_length);
	if (name == NULL || arguments == NULL)
		return;
	info->modules[info->module_count++] = (struct boot_module){
		.base = base,
		.length = end - base,
		.name = name,
		.arguments = arguments,
	};
}

void
boot_info_set_command_line(struct boot_info *info, const char *string, size_t limit)
{
	size_t length = string_length_within(string, limit);

	info->command_line_cut = length >= BOOT_COMMAND_LINE_SIZE;
	if (info->command_line_cut)
		length = BOOT_COMMAND_LINE_SIZE - 1;
	memcpy(info->command_line, string, length);
	info->command_line[length] = '\0';
}

void
boot_info_set_loader(struct boot_info *info, const char *string, size_t limit)
{
	size_t length = MIN(string_length_within(string, limit), sizeof(info->loader) - 1);

	memcpy(info->loader, string, length);
	info->loader[length] = '\0';
}

static void
read_ebda_segment(struct boot_info *info)
{
	const void *word = boot_memory(BDA_EBDA_SEGMENT, sizeof(info->ebda_segment));

	if (word != NULL)
		memcpy(&info->ebda_segment, word, sizeof(info->ebda_segment));
}

void
boot_info_collect(uint32_t magic, uint32_t address)
{
	memset(&boot_info, 0, sizeof(boot_info));
	strings_used = 0;
	switch (magic) {
	case MULTIBOOT1_LOADER_MAGIC:
		multiboot1_read(&boot_info, address);
		break;
	case MULTIBOOT2_LOADER_MAGIC:
		multiboot2_read(&boot_info, address);
		break;
	case PVH_LOADER_MAGIC:
		pvh_read(&boot_info, address);
		break;
	default:
		panic("boot: loader magic %#x is neither multiboot1 nor multiboot2", magic);
	}
	boot_info.command_line_has_file =
		magic == MULTIBOOT1_LOADER_MAGIC && !string_starts_with(boot_info.loader, "GRUB");
	if (boot_info.memory_count == 0)
		panic("boot: %s gave no memory map", boot_info.protocol);
	boot_info_sort_memory(&boot_info);
	read_ebda_segment(&boot_info);
}

void
boot_info_report(void)
{
	log_info("boot: %s from %s: %s", boot_info.protocol,
		 boot_info.loader[0] == '\0' ? "an unnamed loader" : boot_info.loader,
		 boot_info.command_line);
	if (boot_info.command_line_cut)
		log_warning("boot: the command line was cut to %d characters",
			    BOOT_COMMAND_LINE_SIZE - 1);
	for (unsigned i = 0; i < boot_info.memory_count; i++)
		log_debug("boot: memory %#lx..%#lx type %u", boot_info.memory[i].base,
			  boot_info.memory[i].base + boot_info.memory[i].length,
			  boot_info.memory[i].type);
	for (unsigned i = 0; i < boot_info.module_count; i++)
		log_info("boot: module %s, %lu bytes", boot_info.modules[i].name,
			 boot_info.modules[i].length);
	for (unsigned i = 0; i < MIN(boot_info.warnings, (unsigned)WARNINGS_KEPT); i++)
		log_warning("boot: ignored: %s", warnings[i]);
	if (boot_info.warnings > WARNINGS_KEPT)
		log_warning("boot: ignored: %u more malformed things",
			    boot_info.warnings - WARNINGS_KEPT);
}
