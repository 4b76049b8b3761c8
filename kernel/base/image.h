/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where the image lies: symbols of linker.ld, all on 4 KB boundaries but data_end. In the link they
 * begin with __linuxless_, so that an application may have a text_start of its own.
 */
#ifndef KERNEL_IMAGE_H
#define KERNEL_IMAGE_H

#include <stdint.h>

#define IMAGE_SYMBOL(name) name[] __asm__("__linuxless_" #name)

extern const uint8_t IMAGE_SYMBOL(image_start);
extern const uint8_t IMAGE_SYMBOL(text_start), IMAGE_SYMBOL(text_end);
extern const uint8_t IMAGE_SYMBOL(rodata_start), IMAGE_SYMBOL(rodata_end);
extern const uint8_t IMAGE_SYMBOL(data_start), IMAGE_SYMBOL(data_end);
extern const uint8_t IMAGE_SYMBOL(image_end); /* after bss */

/* The table of function names in rodata, for kernel/end/symbols.h. */
extern const uint8_t IMAGE_SYMBOL(symbols_start), IMAGE_SYMBOL(symbols_end);

/* The sorted table by which exceptions go up the stack, in images that have one, else NULL. */
extern const uint8_t IMAGE_SYMBOL(unwind_start) __attribute__((weak));
extern const uint8_t IMAGE_SYMBOL(unwind_end) __attribute__((weak));

/* No memory: its address is the size of a thread's stack in bytes. */
extern const uint8_t IMAGE_SYMBOL(stack_size);

/* The stack that kernel_main() runs on, and then the boot CPU's idle thread: boot/entry.asm. */
extern const uint8_t boot_stack_guard[]; /* one page below the stack */
extern const uint8_t boot_stack_top[];

#endif
