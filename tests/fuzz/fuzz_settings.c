/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/loader/settings.c kernel/loader/settings_sriov.c kernel/base/string.c */
/* SOURCES: kernel/loader/words.c */
/*
 * Any bytes as the command line; what is read of it must be whole.
 */
#include <stdlib.h>

#include "kernel/base/compiler.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info.h"
#include "kernel/loader/settings.h"

struct boot_info boot_info;

static volatile size_t characters;

void
log_message(enum log_level level, const char *format, ...)
{
	(void)level;
	characters += string_length(format);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size = MIN(size, sizeof(boot_info.command_line) - 1);
	memcpy(boot_info.command_line, data, size);
	boot_info.command_line[size] = '\0';
	boot_info.strings_have_file = size % 2;
	settings_parse();
	settings_report();
	if (settings_argc < 1 || settings_argc > ARGV_MAX || settings_argv[settings_argc])
		abort();
	for (int i = 0; i < settings_argc; i++)
		characters += string_length(settings_argv[i]);
	for (unsigned i = 0; i < settings.console_count; i++)
		if (string_length_within(settings.console[i].text,
					 sizeof(settings.console[i].text)) >=
		    sizeof(settings.console[i].text))
			abort();
	return 0;
}
