/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Port and memory-mapped I/O.
 */
#ifndef KERNEL_IO_H
#define KERNEL_IO_H

#include <stddef.h>
#include <stdint.h>

static inline uint8_t
io_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint16_t
io_in16(uint16_t port)
{
	uint16_t value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint32_t
io_in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline void
io_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

/* So many bytes to one port, by one instruction: under a hypervisor one exit for all of them. */
static inline void
io_out8s(uint16_t port, const uint8_t *bytes, size_t count)
{
	__asm__ volatile("rep outsb" : "+S"(bytes), "+c"(count) : "d"(port) : "memory");
}

static inline void
io_out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void
io_out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline uint8_t
mmio_read8(uint64_t address)
{
	return *(volatile uint8_t *)address;
}

static inline uint16_t
mmio_read16(uint64_t address)
{
	return *(volatile uint16_t *)address;
}

static inline uint32_t
mmio_read32(uint64_t address)
{
	return *(volatile uint32_t *)address;
}

static inline uint64_t
mmio_read64(uint64_t address)
{
	return *(volatile uint64_t *)address;
}

static inline void
mmio_write8(uint64_t address, uint8_t value)
{
	*(volatile uint8_t *)address = value;
}

static inline void
mmio_write16(uint64_t address, uint16_t value)
{
	*(volatile uint16_t *)address = value;
}

static inline void
mmio_write32(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

static inline void
mmio_write64(uint64_t address, uint64_t value)
{
	*(volatile uint64_t *)address = value;
}

#endif
