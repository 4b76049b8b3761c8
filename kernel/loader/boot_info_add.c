/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The boot information, in one form, and how the readers fill it in. All is copied, since the
 * loader's own memory becomes free memory. What is malformed is left out, and named later: there
 * may be no log yet.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info_internal.h"

#define WARNINGS_KEPT 8

struct boot_info boot_info;

static const char *warnings[WARNINGS_KEPT];

/* Where the next module string goes in boot_info.strings. */
static size_t strings_used;

void
boot_info_clear(void)
{
	memset(&boot_info, 0, sizeof(boot_info));
	strings_used = 0;
}

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

void
boot_info_report_warnings(void)
{
	for (unsigned i = 0; i < MIN(boot_info.warnings, (unsigned)WARNINGS_KEPT); i++)
		log_warning("boot: ignored: %s", warnings[i]);
	if (boot_info.warnings > WARNINGS_KEPT)
		log_warning("boot: ignored: %u more malformed entries",
			    boot_info.warnings - WARNINGS_KEPT);
}
