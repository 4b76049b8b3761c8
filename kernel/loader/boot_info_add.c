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
#include "kernel/loader/words.h"

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
static char *
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

static void
add_module(struct boot_info *info, uint64_t base, uint64_t length, const char *name,
	   const char *arguments)
{
	info->modules[info->module_count++] = (struct boot_module){
		.base = base,
		.length = length,
		.name = name,
		.arguments = arguments,
	};
}

void
boot_info_add_module(struct boot_info *info, uint64_t base, uint64_t end, const char *string,
		     size_t limit)
{
	size_t length = string_length_within(string, limit);
	char *name, *next;
	const char *rest;
	bool quote_open;

	if (info->module_count == BOOT_MODULES_MAX || end < base) {
		boot_info_warn(info, "a module that ends before it begins, or is one too many");
		return;
	}
	info->string_bytes += length + 1;
	name = store_string(info, string, length);
	if (name == NULL)
		return;
	next = name;
	rest = words_copy(words_skip_blanks(name), &next, &quote_open);
	if (info->strings_have_file && *rest != '\0') {
		name = next;
		rest = words_copy(rest, &next, &quote_open);
	}
	add_module(info, base, end - base, name, rest);
}

void
boot_info_add_file(struct boot_info *info, uint64_t base, uint64_t size, const char *name,
		   size_t length)
{
	const char *stored = store_string(info, name, length);

	if (info->module_count == BOOT_MODULES_MAX)
		boot_info_warn(info, "a file that is one too many");
	else if (stored != NULL)
		add_module(info, base, size, stored, stored + length);
}

void
boot_info_set_command_line(struct boot_info *info, const char *string, size_t limit)
{
	size_t length = string_length_within(string, limit);

	info->string_bytes += length + 1;
	info->command_line[0] = '\0';
	boot_info_extend_command_line(info, string, length);
}

void
boot_info_extend_command_line(struct boot_info *info, const char *string, size_t length)
{
	size_t used = string_length(info->command_line);
	size_t room = BOOT_COMMAND_LINE_SIZE - 1 - used;

	info->command_line_cut = length > room;
	if (info->command_line_cut)
		length = room;
	memcpy(info->command_line + used, string, length);
	info->command_line[used + length] = '\0';
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
