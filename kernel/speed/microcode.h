/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Microcode from a module: a file below /lib/firmware/intel-ucode/ or /lib/firmware/amd-ucode/, in
 * the form in which the makers publish it, as Linux takes it.
 */
#ifndef KERNEL_MICROCODE_H
#define KERNEL_MICROCODE_H

/*
 * Looks through the modules for what is newer than this CPU's own microcode, loads it, and logs the
 * revision; does nothing under a hypervisor. Boot CPU, once, after paging_init().
 */
void microcode_init(void);

/* Loads what microcode_init() has found. Each application processor, once, after trap_load(). */
void microcode_start_cpu(void);

#endif
