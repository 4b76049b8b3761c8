/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Channel 2 of the 8254 timer, the one whose gate software controls (port 0x61) and that has
 * no interrupt. The last resort to measure the TSC against.
 */
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/time/clock_sources.h"

#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_CHANNEL2_LATCH 0x80
#define PIT_CHANNEL2_MODE0 0xb0 /* low byte then high byte, count down once, binary */
#define PIT_GATE 0x61
#define PIT_GATE_OPEN (1u << 0)
#define PIT_GATE_SPEAKER (1u << 1)
#define PIT_START 0xffff
#define PIT_START_READS_MAX 10000

uint64_t
pit_read(void)
{
	io_out8(PIT_COMMAND, PIT_CHANNEL2_LATCH);
	uint32_t low = io_in8(PIT_CHANNEL2);
	uint32_t high = io_in8(PIT_CHANNEL2);

	return PIT_START - (high << 8 | low);
}

int
pit_init(void)
{
	io_out8(PIT_GATE, (uint8_t)((io_in8(PIT_GATE) & ~PIT_GATE_SPEAKER) | PIT_GATE_OPEN));
	io_out8(PIT_COMMAND, PIT_CHANNEL2_MODE0);
	io_out8(PIT_CHANNEL2, PIT_START & 0xff);
	io_out8(PIT_CHANNEL2, PIT_START >> 8);
	uint64_t first = pit_read();
	for (unsigned i = 0; i < PIT_START_READS_MAX; i++) {
		if (pit_read() != first)
			return 0;
	}
	return -EIO;
}
