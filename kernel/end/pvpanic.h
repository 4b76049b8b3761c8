/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Telling a hypervisor of a panic, so that it may start the machine again or keep its memory.
 */
#ifndef KERNEL_PVPANIC_H
#define KERNEL_PVPANIC_H

/* Finds the PCI function that takes it, if there is one. Boot CPU, once, after pci_init(). */
void pvpanic_init(void);

/* Tells of a panic, where there is someone to be told. Any context, by the CPU that reports. */
void pvpanic_tell(void);

#endif
