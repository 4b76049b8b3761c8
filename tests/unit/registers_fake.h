/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory-mapped registers for the tests, in the place of kernel/firmware/registers.c: one
 * device's, in an array at FAKE_REGISTERS, with a function of the test's called after each write.
 * Time passes with each look at the clock. An access outside of what was mapped is a failed check.
 * What the kernel says is kept, too.
 */
#ifndef TESTS_UNIT_REGISTERS_FAKE_H
#define TESTS_UNIT_REGISTERS_FAKE_H

#include <stdarg.h>

#include "kernel/base/errno.h"
#include "kernel/base/log.h"
#include "kernel/firmware/registers.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

#define FAKE_REGISTERS 0xfed90000ULL
#define FAKE_REGISTERS_SIZE 0x10000
#define FAKE_TICK_NS (100 * NS_PER_US)

static uint8_t registers_fake[FAKE_REGISTERS_SIZE];
static uint64_t registers_mapped; /* bytes of them */
static bool registers_refused;	  /* registers_map() fails */
static unsigned registers_writes;
static uint64_t registers_time;
static enum log_level worst; /* of what was said */
static char said[4096];

/* The test's: the device acts on a write. `old` is what the register held. */
static void registers_written(unsigned offset, uint64_t value, uint64_t old);

/* The test's: the device acts as time passes. */
static void registers_tick(void);

static inline void
registers_reset(void)
{
	memset(registers_fake, 0, sizeof(registers_fake));
	registers_mapped = 0;
	registers_refused = false;
	registers_writes = 0;
	registers_time = 0;
	worst = LOG_DEBUG;
	said[0] = '\0';
}

void
log_message(enum log_level level, const char *format, ...)
{
	size_t length = strlen(said);
	va_list args;

	if (worst > level)
		worst = level;
	va_start(args, format);
	vsnprintf(said + length, sizeof(said) - length, format, args);
	va_end(args);
	strcat(said, "\n");
}

static inline uint64_t
register_get(unsigned offset, unsigned width)
{
	uint64_t value = 0;

	memcpy(&value, registers_fake + offset, width);
	return value;
}

static inline void
register_put(unsigned offset, unsigned width, uint64_t value)
{
	memcpy(registers_fake + offset, &value, width);
}

/* The offset of an access that is allowed; 0 else. */
static inline unsigned
registers_offset(uint64_t address, unsigned width)
{
	uint64_t offset = address - FAKE_REGISTERS;

	CHECK_EQ(address % width, 0);
	if (CHECK(address >= FAKE_REGISTERS) && CHECK(offset + width <= registers_mapped))
		return (unsigned)offset;
	return 0;
}

int
registers_map(uint64_t base, uint64_t length)
{
	uint64_t end = base - FAKE_REGISTERS + length;

	if (registers_refused || base < FAKE_REGISTERS || end > FAKE_REGISTERS_SIZE)
		return -EINVAL;
	if (end > registers_mapped)
		registers_mapped = end;
	return 0;
}

uint32_t
registers_read32(uint64_t address)
{
	return (uint32_t)register_get(registers_offset(address, 4), 4);
}

uint64_t
registers_read64(uint64_t address)
{
	return register_get(registers_offset(address, 8), 8);
}

static inline void
registers_put_at(uint64_t address, unsigned width, uint64_t value)
{
	unsigned offset = registers_offset(address, width);
	uint64_t old = register_get(offset, width);

	registers_writes++;
	register_put(offset, width, value);
	registers_written(offset, value, old);
}

void
registers_write32(uint64_t address, uint32_t value)
{
	registers_put_at(address, 4, value);
}

void
registers_write64(uint64_t address, uint64_t value)
{
	registers_put_at(address, 8, value);
}

uint64_t
clock_ns(void)
{
	registers_tick();
	return registers_time += FAKE_TICK_NS;
}

#endif
