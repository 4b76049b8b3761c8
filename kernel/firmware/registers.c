/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * See registers.h. The unit tests link tests/unit/registers_fake.h in the place of this file.
 */
#include "kernel/firmware/registers.h"

#include "kernel/base/io.h"
#include "kernel/memory/paging.h"

int
registers_map(uint64_t base, uint64_t length)
{
	return paging_map_device(base, length, PAGING_UC);
}

uint32_t
registers_read32(uint64_t address)
{
	return mmio_read32(address);
}

uint64_t
registers_read64(uint64_t address)
{
	return mmio_read64(address);
}

void
registers_write32(uint64_t address, uint32_t value)
{
	mmio_write32(address, value);
}

void
registers_write64(uint64_t address, uint64_t value)
{
	mmio_write64(address, value);
}

uint16_t
registers_port_read16(uint16_t port)
{
	return io_in16(port);
}

void
registers_port_write16(uint16_t port, uint16_t value)
{
	io_out16(port, value);
}

uint32_t
registers_get(bool port, uint64_t address, unsigned bytes)
{
	if (port)
		return bytes == 1   ? io_in8((uint16_t)address)
		       : bytes == 2 ? io_in16((uint16_t)address)
				    : io_in32((uint16_t)address);
	return bytes == 1   ? mmio_read8(address)
	       : bytes == 2 ? mmio_read16(address)
			    : mmio_read32(address);
}

void
registers_set(bool port, uint64_t address, unsigned bytes, uint32_t value)
{
	if (port && bytes == 1)
		io_out8((uint16_t)address, (uint8_t)value);
	else if (port && bytes == 2)
		io_out16((uint16_t)address, (uint16_t)value);
	else if (port)
		io_out32((uint16_t)address, value);
	else if (bytes == 1)
		mmio_write8(address, (uint8_t)value);
	else if (bytes == 2)
		mmio_write16(address, (uint16_t)value);
	else
		mmio_write32(address, value);
}
