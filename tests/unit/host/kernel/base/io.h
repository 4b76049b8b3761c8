/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kernel/base/io.h on the host: a test that fakes a device defines the functions that reach it; for
 * others tests/unit/host_machine.c has them.
 */
#define io_in8 real_io_in8
#define io_in32 real_io_in32
#define io_out8 real_io_out8
#define io_out8s real_io_out8s
#define mmio_read32 real_mmio_read32
#define mmio_write32 real_mmio_write32
#include_next "kernel/base/io.h"
#undef io_in8
#undef io_in32
#undef io_out8
#undef io_out8s
#undef mmio_read32
#undef mmio_write32

#ifndef TESTS_UNIT_HOST_IO_H
#define TESTS_UNIT_HOST_IO_H

uint8_t io_in8(uint16_t port);
uint32_t io_in32(uint16_t port);
void io_out8(uint16_t port, uint8_t value);

static inline void
io_out8s(uint16_t port, const uint8_t *bytes, size_t count)
{
	while (count--)
		io_out8(port, *bytes++);
}

uint32_t mmio_read32(uint64_t address);
void mmio_write32(uint64_t address, uint32_t value);

#endif
