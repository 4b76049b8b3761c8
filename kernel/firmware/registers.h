/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of devices, reached by function, so that a unit test can link a device of its own
 * in place of registers.c. For set-up; what is quick uses kernel/base/io.h.
 */
#ifndef KERNEL_REGISTERS_H
#define KERNEL_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Maps [base, base + length) uncacheable, whoever has named it. Returns 0 or the errors of
 * paging_map_device(). Any context.
 */
int registers_map(uint64_t base, uint64_t length);

uint32_t registers_read32(uint64_t address);
uint64_t registers_read64(uint64_t address);
void registers_write32(uint64_t address, uint32_t value);
void registers_write64(uint64_t address, uint64_t value);

/* The same of I/O ports, which need no mapping. */
uint16_t registers_port_read16(uint16_t port);
void registers_port_write16(uint16_t port, uint16_t value);

/* The same of either, by number of bytes: 1, 2 or 4. A port is below 65536. */
uint32_t registers_get(bool port, uint64_t address, unsigned bytes);
void registers_set(bool port, uint64_t address, unsigned bytes, uint32_t value);

/* Waits at most a second for bits of a 32-bit register to be 0; gives up silently. */
void registers_await_clear(uint64_t address, uint32_t bits);

#endif
