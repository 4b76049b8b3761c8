/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * QEMU's software TLB. Its emulation (TCG) finds the host's address of each guest page in a table
 * of each virtual CPU that begins with 256 entries, and is made larger only when the guest flushes
 * its TLB after more than 70 % of the entries were in use (QEMU, accel/tcg/cputlb.c,
 * tlb_mmu_resize_locked()). An operating system that switches address spaces gets a large table by
 * the way. This kernel never flushes while it forwards, and would stay with the small one for good.
 *
 * On real CPUs, and with hardware virtualisation, there is no such table and nothing is done here.
 */
#ifndef KERNEL_SOFTTLB_H
#define KERNEL_SOFTTLB_H

#include <stdint.h>

/*
 * Makes the calling CPU's table large where QEMU emulates the CPU, by reading a byte of each of the
 * last pages of `memory` and flushing, until it should have the entries of bare.softtlb or one for
 * each page. Does nothing when that was done since the CPU's last flush, and on all other machines.
 *
 * memory: mapped, readable RAM, best what the CPU will work with; size: its bytes.
 * For an application's thread that has the CPU for itself; takes some milliseconds the first time.
 */
void softtlb_grow(const void *memory, uint64_t size);

#endif
