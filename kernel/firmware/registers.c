/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * See registers.h. The unit tests link tests/unit/registers_fake.h in the place of this file.
 */
#include "kernel/firmware/registers.h"

#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/paging.h"

int
registers_map(uint64_t base, uint64_t length)
{
	if (boot_info_has_ram(base, length))
		return -EINVAL;
	return paging_map(base, length, PAGING_WRITE | PAGING_UC);
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
