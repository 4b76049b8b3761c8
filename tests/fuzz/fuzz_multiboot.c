/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/loader/boot_info_add.c kernel/loader/boot_info_carried.c kernel/loader/words.c */
/* SOURCES: kernel/loader/boot_info.c kernel/loader/boot_info_memory.c */
/* SOURCES: kernel/loader/boot_info_framebuffer.c kernel/loader/multiboot1.c */
/* SOURCES: kernel/loader/multiboot2.c kernel/loader/pvh.c kernel/base/string.c */
/*
 * Any bytes as a loader's memory, its first byte says by which protocol.
 */
#include <setjmp.h>

#include "kernel/base/panic.h"
#include "tests/unit/boot_fake.h"

static jmp_buf panicked;

/* There may be no memory map. */
void
panic(const char *format, ...)
{
	(void)format;
	longjmp(panicked, 1);
}

static void
check_memory(void)
{
	const struct boot_memory_range *ranges = boot_info.memory;

	if (boot_info.memory_count == 0 || boot_info.memory_count > BOOT_MEMORY_RANGES_MAX)
		abort();
	for (unsigned i = 0; i < boot_info.memory_count; i++)
		if (ranges[i].base + ranges[i].length <= ranges[i].base ||
		    (i > 0 && ranges[i - 1].base + ranges[i - 1].length > ranges[i].base))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t magics[] = {MULTIBOOT1_LOADER_MAGIC, MULTIBOOT2_LOADER_MAGIC,
					  PVH_LOADER_MAGIC};

	if (size == 0)
		return 0;
	fake_set(data + 1, size - 1);
	if (setjmp(panicked))
		return 0;
	boot_info_collect(magics[data[0] % 3], FAKE_BASE);
	check_memory();
	return 0;
}
