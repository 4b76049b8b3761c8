/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ticks to nanoseconds without a division: a multiplication by a 32.32 fixed-point factor.
 * Pure arithmetic; the factor's own error is below 1 ns in a second. 128-bit divisions are
 * written as the one instruction that does them: gcc would call libgcc.
 */
#ifndef KERNEL_CLOCK_SCALE_H
#define KERNEL_CLOCK_SCALE_H

#include <stdint.h>

#define CLOCK_SCALE_SHIFT 32

/* A factor, times 2^CLOCK_SCALE_SHIFT. */
struct clock_scale {
	uint64_t factor;
};

/* dividend / divisor, rounded down; UINT64_MAX when that does not fit in 64 bits. */
static inline uint64_t
clock_scale_divide(unsigned __int128 dividend, uint64_t divisor)
{
	uint64_t high = (uint64_t)(dividend >> 64), quotient, rest;

	if (high >= divisor)
		return UINT64_MAX;
	__asm__("divq %4"
		: "=a"(quotient), "=d"(rest)
		: "0"((uint64_t)dividend), "1"(high), "r"(divisor)
		: "cc");
	return quotient;
}

/* The scale from units of `from` per second to units of `to` per second; from > 0. */
static inline struct clock_scale
clock_scale_make(uint64_t from, uint64_t to)
{
	return (struct clock_scale){
		clock_scale_divide((unsigned __int128)to << CLOCK_SCALE_SHIFT, from)};
}

/* Scales a count; UINT64_MAX when the result does not fit. */
static inline uint64_t
clock_scale_apply(struct clock_scale scale, uint64_t count)
{
	unsigned __int128 wide = (unsigned __int128)count * scale.factor >> CLOCK_SCALE_SHIFT;

	return wide > UINT64_MAX ? UINT64_MAX : (uint64_t)wide;
}

/* The smallest count for which clock_scale_apply(scale, count) >= value; UINT64_MAX: too far. */
static inline uint64_t
clock_scale_invert(struct clock_scale scale, uint64_t value)
{
	unsigned __int128 wide = (unsigned __int128)value << CLOCK_SCALE_SHIFT;

	return clock_scale_divide(wide + scale.factor - 1, scale.factor);
}

#endif
