/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fills the allocator from the boot information: all RAM, less page 0, the image, the modules
 * and one page below 1 MB where the application processors' first instructions will be.
 */
#include "kernel/bootinfo.h"
#include "kernel/compiler.h"
#include "kernel/image.h"
#include "kernel/log.h"
#include "kernel/memory.h"
#include "kernel/memory_internal.h"
#include "kernel/paging.h"

/* A startup IPI names a page below 1 MB; from 0xA0000 on is video memory and the BIOS. */
#define TRAMPOLINE_LIMIT 0xa0000

static uint64_t trampoline_page;

uint64_t
memory_trampoline_page(void)
{
	return trampoline_page;
}

void
memory_init(void)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < boot_info.memory_count; i++) {
		const struct boot_memory_range *range = &boot_info.memory[i];

		if (range->type != BOOT_MEMORY_RAM)
			continue;
		memory_manage(MAX(range->base, PAGE_4K), range->base + range->length);
		total += range->length;
	}
	memory_reserve((uint64_t)image_start, (uint64_t)image_end);
	for (unsigned i = 0; i < boot_info.module_count; i++)
		memory_reserve(boot_info.modules[i].base,
			       boot_info.modules[i].base + boot_info.modules[i].length);
	trampoline_page = (uint64_t)memory_grant_below(PAGE_4K, PAGE_4K, TRAMPOLINE_LIMIT);
	log_info("memory: %llu MB of RAM, image %#lx..%#lx", total / MB, (uint64_t)image_start,
		 (uint64_t)image_end);
}
