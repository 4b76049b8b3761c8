/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What must hold of boot_info whatever a loader gave.
 */
#ifndef TESTS_UNIT_BOOT_SOUND_H
#define TESTS_UNIT_BOOT_SOUND_H

#include <string.h>

#include "kernel/loader/boot_info.h"
#include "tests/unit/check.h"

static inline void
check_sound(void)
{
	const struct boot_memory_range *ranges = boot_info.memory;

	CHECK(boot_info.memory_count > 0 && boot_info.memory_count <= BOOT_MEMORY_RANGES_MAX);
	for (unsigned i = 0; i < boot_info.memory_count; i++) {
		CHECK(ranges[i].length > 0 && ranges[i].type != 0);
		CHECK(ranges[i].base + ranges[i].length > ranges[i].base);
		if (i > 0)
			CHECK(ranges[i - 1].base + ranges[i - 1].length <= ranges[i].base);
	}
	CHECK(boot_info.module_count <= BOOT_MODULES_MAX);
	for (unsigned i = 0; i < boot_info.module_count; i++) {
		const struct boot_module *module = &boot_info.modules[i];

		CHECK(module->name >= boot_info.strings && module->arguments >= boot_info.strings);
		CHECK(module->name + strlen(module->name) <
			      boot_info.strings + sizeof(boot_info.strings) &&
		      module->arguments + strlen(module->arguments) <
			      boot_info.strings + sizeof(boot_info.strings));
	}
	CHECK(memchr(boot_info.command_line, 0, sizeof(boot_info.command_line)) != NULL);
	CHECK(memchr(boot_info.loader, 0, sizeof(boot_info.loader)) != NULL);
	CHECK(boot_info.rsdp_length <= BOOT_RSDP_SIZE);
}

#endif
