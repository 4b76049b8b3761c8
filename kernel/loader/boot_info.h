/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the boot loader passed on, in one form whichever protocol it spoke
 * (multiboot1, multiboot2, PVH). Copied out of the loader's memory before anything is written.
 */
#ifndef KERNEL_BOOT_INFO_H
#define KERNEL_BOOT_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOT_MEMORY_RANGES_MAX 256
#define BOOT_MODULES_MAX 64
#define BOOT_COMMAND_LINE_SIZE 8192 /* with its NUL */
#define BOOT_STRINGS_SIZE 8192	    /* module names and arguments, all together */
#define BOOT_RSDP_SIZE 36	    /* ACPI 2.0+ RSDP, ACPI 6.5 §5.2.5.3 */

/* Types of memory as in the ACPI address range types, ACPI 6.5 §15. */
enum boot_memory_type {
	BOOT_MEMORY_RAM = 1,
	BOOT_MEMORY_RESERVED = 2,
	BOOT_MEMORY_ACPI_RECLAIMABLE = 3,
	BOOT_MEMORY_ACPI_NVS = 4,
	BOOT_MEMORY_BAD = 5,
};

struct boot_memory_range {
	uint64_t base;	 /* bytes */
	uint64_t length; /* bytes, > 0; base + length does not wrap */
	uint32_t type;	 /* enum boot_memory_type; an unknown type is kept, and is not RAM */
};

struct boot_module {
	uint64_t base;
	uint64_t length;
	const char *name;      /* as a file: see boot_info_add_module() */
	const char *arguments; /* the rest of its string, "" when there is none */
};

struct boot_framebuffer {
	bool present;
	bool text; /* EGA text mode: width and height are characters */
	uint64_t address;
	uint32_t pitch; /* bytes a line */
	uint32_t width, height;
	uint8_t bits_per_pixel;
	uint8_t red_shift, red_bits, green_shift, green_bits, blue_shift, blue_bits;
};

struct boot_info {
	const char *protocol; /* "multiboot1", "multiboot2" or "PVH" */
	char loader[64];      /* the loader's own name, "" when it gave none */
	char command_line[BOOT_COMMAND_LINE_SIZE];
	bool command_line_cut;	    /* it was longer than there is room for */
	bool strings_have_file; /* first words are the files' names: not so with GRUB */
	size_t string_bytes;	/* of that line and the modules' strings, as the loader gave them */

	struct boot_memory_range memory[BOOT_MEMORY_RANGES_MAX]; /* sorted, not overlapping */
	unsigned memory_count;

	struct boot_module modules[BOOT_MODULES_MAX];
	unsigned module_count;
	char strings[BOOT_STRINGS_SIZE]; /* where the modules' names are */

	struct boot_framebuffer framebuffer;

	uint8_t rsdp[BOOT_RSDP_SIZE]; /* a copy from the loader; unverified */
	unsigned rsdp_length;	      /* 0: the loader gave none, search the BIOS area */
	uint64_t rsdp_address;	      /* PVH gives an address instead; else 0 */
	uint16_t ebda_segment;	      /* BIOS data area word 0x40E, read before page 0 goes */

	unsigned warnings; /* malformed entries that were ignored; see boot_info_report() */
};

extern struct boot_info boot_info;

/*
 * Fills boot_info from what the entry code received in EAX and EBX.
 * Runs on the boot page tables, before any memory but the image's own is written.
 * Panics when the magic is unknown, or when there is no memory map.
 */
void boot_info_collect(uint32_t magic, uint32_t address);

/*
 * Whether any of a range is RAM: registers or a picture that firmware claims to be there are its
 * mistake, and mapping them would make that RAM uncacheable. Any context.
 */
bool boot_info_has_ram(uint64_t base, uint64_t length);

/* Logs protocol, loader, command line, modules and what was malformed. */
void boot_info_report(void);

#endif
