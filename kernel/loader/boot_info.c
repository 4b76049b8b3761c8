/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Collecting the boot information: the protocol's reader (multiboot1.c, multiboot2.c, pvh.c) fills
 * it in by boot_info_add.c, then it is put in order.
 */
#include "kernel/loader/boot_info.h"

#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info_internal.h"

/* iPXE's MB_MAX_CMDLINE: room for all strings, which are cut to it without a word. */
#define IPXE_STRING_BYTES 512

#define BDA_EBDA_SEGMENT 0x40e /* BIOS data area: segment of the extended BIOS data area */

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
	boot_info_clear();
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
	boot_info_take_carried(&boot_info);
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
		log_error("boot: the command line was cut to %d characters",
			  BOOT_COMMAND_LINE_SIZE - 1);
	if (string_starts_with(boot_info.loader, "iPXE") &&
	    boot_info.string_bytes >= IPXE_STRING_BYTES)
		log_error("boot: iPXE has cut the command line, or the modules' names, to %d bytes",
			  IPXE_STRING_BYTES);
	for (unsigned i = 0; i < boot_info.memory_count; i++)
		log_debug("boot: memory %#lx..%#lx type %u", boot_info.memory[i].base,
			  boot_info.memory[i].base + boot_info.memory[i].length,
			  boot_info.memory[i].type);
	for (unsigned i = 0; i < boot_info.module_count; i++)
		log_info("boot: module %s, %lu bytes", boot_info.modules[i].name,
			 boot_info.modules[i].length);
	boot_info_report_warnings();
}
