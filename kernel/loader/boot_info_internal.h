/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the readers of the boot protocols share: each fills struct boot_info through these.
 * What they read comes from outside: every structure is reached through boot_memory(), and what is
 * malformed is counted and left out.
 */
#ifndef KERNEL_BOOT_INFO_INTERNAL_H
#define KERNEL_BOOT_INFO_INTERNAL_H

#include "kernel/loader/boot_info.h"

/* What the entry code receives in EAX. */
#define MULTIBOOT1_LOADER_MAGIC 0x2badb002
#define MULTIBOOT2_LOADER_MAGIC 0x36d76289
#define PVH_LOADER_MAGIC 0x336ec578 /* boot/entry.asm sets it: PVH leaves EAX undefined */

/* No string of a loader is longer; a missing NUL ends here. */
#define BOOT_STRING_LIMIT 65536

/*
 * The loader's memory, of which the boot page tables show the first 4 GB. NULL when
 * [address, address + length) is empty, is not all below that, or begins at address 0.
 */
const void *boot_memory(uint64_t address, uint64_t length);

/*
 * The string at an address, and in *limit how many of BOOT_STRING_LIMIT bytes may be read.
 * "", and 0, when none may.
 */
const char *boot_string(uint64_t address, size_t *limit);

/* Readers: the information at an address. */
void multiboot1_read(struct boot_info *info, uint64_t address);
void multiboot2_read(struct boot_info *info, uint64_t address);
void pvh_read(struct boot_info *info, uint64_t address);

/* Empties boot_info, before a reader fills it in. */
void boot_info_clear(void);

/* Logs what was malformed, once there is a log. */
void boot_info_report_warnings(void);

/* Counts something malformed. The first few are named in the report; `what` is a literal. */
void boot_info_warn(struct boot_info *info, const char *what);

/* Adds a range as the loader gave it; empty ones are passed over. */
void boot_info_add_memory(struct boot_info *info, uint64_t base, uint64_t length, uint32_t type);

/* The KB below 1 MB and from there on, for a loader that has no map. */
void boot_info_add_basic_memory(struct boot_info *info, uint32_t lower, uint32_t upper);

/*
 * Adds a module; `string` is its name and arguments, in words as on a command line, of which at
 * most `limit` bytes are read. Where the loader puts the file's name first (strings_have_file) a
 * second word is the name, and without one the file's.
 */
void boot_info_add_module(struct boot_info *info, uint64_t base, uint64_t end, const char *string,
			  size_t limit);

/* Copies a string of at most `limit` bytes as the command line, or as the loader's name. */
void boot_info_set_command_line(struct boot_info *info, const char *string, size_t limit);
void boot_info_set_loader(struct boot_info *info, const char *string, size_t limit);

/* Adds `length` bytes to the command line, or as many as there is room for. */
void boot_info_extend_command_line(struct boot_info *info, const char *string, size_t length);

/* Adds a module whose name are `length` characters as they stand. */
void boot_info_add_file(struct boot_info *info, uint64_t base, uint64_t size, const char *name,
			size_t length);

/* What is in modules that are no files: see boot_info_carried.c. Once all is read. */
void boot_info_take_carried(struct boot_info *info);

/* A framebuffer as both versions of multiboot describe it. */
enum boot_framebuffer_type {
	FRAMEBUFFER_INDEXED = 0,
	FRAMEBUFFER_RGB = 1,
	FRAMEBUFFER_TEXT = 2,
};
struct boot_framebuffer_given {
	uint64_t address;
	uint32_t pitch, width, height;
	uint8_t bits_per_pixel;
	uint8_t type;	    /* enum boot_framebuffer_type */
	uint8_t colours[6]; /* position and size in bits of red, green, blue */
};
void boot_info_set_framebuffer(struct boot_info *info, const struct boot_framebuffer_given *given);

/*
 * Sorts the memory ranges by address and resolves overlaps: where two overlap, what is not RAM
 * wins. Neighbours of one type are joined.
 */
void boot_info_sort_memory(struct boot_info *info);

#endif
