/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where boot/long_mode.asm leads.
 */
#ifndef KERNEL_KERNEL_MAIN_H
#define KERNEL_KERNEL_MAIN_H

#include <stdint.h>

/*
 * Brings the machine up and starts the application. Boot CPU, on the boot stack, interrupts off.
 * magic and address: EAX and EBX as the boot loader left them.
 */
void kernel_main(uint32_t magic, uint32_t address) __attribute__((noreturn));

#endif
