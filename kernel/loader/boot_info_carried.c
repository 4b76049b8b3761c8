/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two modules carry what a loader has no room for, and are no files themselves. iPXE hands over
 * eight modules, and 512 bytes of command line and modules' names in all; tools/mkpxe writes them.
 *
 *   bare.line    words that follow those of the command line
 *   bare.files   files: a line "SIZE NAME" for each, an empty line, then each file's bytes, on a
 *                multiple of 4096 from the module's beginning
 */
#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info_internal.h"

#define LINE_NAME "bare.line"
#define FILES_NAME "bare.files"
#define FILE_ALIGNMENT 4096
#define SIZE_DIGITS_MAX 20

/* The file's size, and in *length how many characters of it and its blank there are; -EINVAL. */
static int
take_size(const char *line, size_t line_length, uint64_t *size, size_t *length)
{
	char digits[SIZE_DIGITS_MAX + 1];
	size_t count = 0;

	while (count < MIN(line_length, (size_t)SIZE_DIGITS_MAX) && line[count] != ' ')
		count++;
	memcpy(digits, line, count);
	digits[count] = '\0';
	*length = count + 1;
	if (*length >= line_length || line[count] != ' ')
		return -EINVAL;
	return string_to_u64(digits, UINT64_MAX, size);
}

static size_t
line_length(const char *text, uint64_t left)
{
	size_t length = 0;

	while (length < left && text[length] != '\n')
		length++;
	return length;
}

/* The offset of the first file's bytes, or 0 when there is no empty line. */
static uint64_t
find_bytes(const char *text, uint64_t size)
{
	uint64_t at = 0;

	while (at < size && text[at] != '\n')
		at += line_length(text + at, size - at) + 1;
	return at < size ? ALIGN_UP(at + 1, (uint64_t)FILE_ALIGNMENT) : 0;
}

static void
take_files(struct boot_info *info, const struct boot_module *carrier, const char *text)
{
	uint64_t bytes = find_bytes(text, carrier->length);
	size_t length;

	for (uint64_t at = 0; text[at] != '\n'; at += length + 1) {
		const char *line = text + at;
		uint64_t size;
		size_t name;

		length = line_length(line, carrier->length - at);
		if (bytes == 0 || take_size(line, length, &size, &name) != 0 ||
		    bytes > carrier->length || size > carrier->length - bytes) {
			boot_info_warn(info, "a line of bare.files, and the rest");
			return;
		}
		boot_info_add_file(info, carrier->base + bytes, size, line + name, length - name);
		bytes += ALIGN_UP(size, (uint64_t)FILE_ALIGNMENT);
	}
}

static void
take_line(struct boot_info *info, const char *text, size_t length)
{
	if (length > 0 && text[length - 1] == '\n')
		length--;
	boot_info_extend_command_line(info, " ", 1);
	boot_info_extend_command_line(info, text, string_length_within(text, length));
}

/* Takes a module of that name out of the others. Its bytes, or NULL: there is none. */
static const char *
take_module(struct boot_info *info, const char *name, struct boot_module *module)
{
	const char *text;
	unsigned i = 0;

	while (i < info->module_count && !string_equal(info->modules[i].name, name))
		i++;
	if (i == info->module_count)
		return NULL;
	*module = info->modules[i];
	info->module_count--;
	memmove(info->modules + i, info->modules + i + 1,
		(info->module_count - i) * sizeof(*module));
	text = boot_memory(module->base, module->length);
	if (text == NULL)
		boot_info_warn(info, "a module " LINE_NAME " or " FILES_NAME
				     " that is empty or cannot be read");
	return text;
}

void
boot_info_take_carried(struct boot_info *info)
{
	struct boot_module module;
	const char *text = take_module(info, LINE_NAME, &module);

	if (text != NULL)
		take_line(info, text, module.length);
	text = take_module(info, FILES_NAME, &module);
	if (text != NULL)
		take_files(info, &module, text);
}
