/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the image lies: symbols of linker.ld, all on 4 KB boundaries but data_end.
 */
#ifndef KERNEL_IMAGE_H
#define KERNEL_IMAGE_H

#include <stdint.h>

extern const uint8_t image_start[];
extern const uint8_t text_start[], text_end[];
extern const uint8_t rodata_start[], rodata_end[];
extern const uint8_t data_start[], data_end[];
extern const uint8_t image_end[]; /* after bss */

/* The table of function names in rodata, for kernel/end/symbols.h. */
extern const uint8_t symbols_start[], symbols_end[];

/* The stack that kernel_main() runs on, and then the boot CPU's idle thread: boot/entry.asm. */
extern const uint8_t boot_stack_guard[]; /* one page below the stack */
extern const uint8_t boot_stack_top[];

#endif
