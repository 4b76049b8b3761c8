/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the readers of the boot protocols share: each fills struct boot_info through these.
 */
#ifndef KERNEL_BOOTINFO_INTERNAL_H
#define KERNEL_BOOTINFO_INTERNAL_H

#include "kernel/bootinfo.h"

#define MULTIBOOT1_LOADER_MAGIC 0x2badb002
#define MULTIBOOT2_LOADER_MAGIC 0x36d76289

/* Readers: the information at an address. What is malformed is skipped and counted. */
void multiboot1_read(struct boot_info *info, uint64_t address);
void multiboot2_read(struct boot_info *info, uint64_t address);

/* Adds a range as the loader gave it; empty or wrapping ones and those beyond the table count as warnings. */
void boot_info_add_memory(struct boot_info *info, uint64_t base, uint64_t length, uint32_t type);

/* Adds a module; `string` is its name and arguments, of which at most `limit` bytes are read. */
void boot_info_add_module(struct boot_info *info, uint64_t base, uint64_t end, const char *string,
			  size_t limit);

/* Copies a string of at most `limit` bytes as the command line, or as the loader's name. */
void boot_info_set_command_line(struct boot_info *info, const char *string, size_t limit);
void boot_info_set_loader(struct boot_info *info, const char *string, size_t limit);

/*
 * Sorts the memory ranges by address and resolves overlaps: where two overlap, what is not RAM
 * wins. Neighbours of one type are joined.
 */
void boot_info_sort_memory(struct boot_info *info);

#endif
