/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What clock.c is made of: the TSC's frequency, the counters to calibrate it against, and the
 * battery clock. Boot CPU, during clock_init(). Everyone else uses kernel/time/clock.h.
 */
#ifndef KERNEL_CLOCK_SOURCES_H
#define KERNEL_CLOCK_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

/* A counter of known frequency that the TSC is measured against. */
struct clock_reference {
	const char *name;
	uint64_t hz;
	uint64_t mask;	    /* the counter's bits */
	uint64_t window_ns; /* how long to measure: the coarser the counter, the longer */
	uint64_t (*read)(void);
};

/* Whether the TSC keeps its rate in all power states (SDM vol. 3 §18.17.1); a hypervisor's does. */
bool tsc_invariant(void);

/*
 * The TSC's frequency in Hz, and in *source where it came from (kernel/time/clock.h). 0 when
 * neither the CPU nor the hypervisor reports it and there is no counter to measure against.
 */
uint64_t tsc_find_hz(const char **source);

/*
 * The same as the hypervisor says it, by whichever way: VMware's leaf, Hyper-V's register, KVM's
 * clock. 0: there is none, or it does not say.
 */
uint64_t tsc_hz_of_hypervisor(const char **source);

/*
 * The TSC's frequency in Hz by what a ticket of KVM's clock scales it with: ns are
 * (ticks << shift) * multiplier >> 32; a negative shift is one to the right.
 */
uint64_t tsc_hz_of_kvm_scale(uint32_t multiplier, int8_t shift);

/*
 * The frequency from two measurements of one interval, 0 when the reference has not moved.
 * tsc_ticks * reference_hz / reference_ticks, in 128 bits.
 */
uint64_t tsc_hz_from(uint64_t tsc_ticks, uint64_t reference_ticks, uint64_t reference_hz);

/* Notes how the boot CPU's TSC was moved since reset. Boot CPU, once. */
void tsc_adjust_init(void);

/* Has the calling CPU's TSC be moved as the boot CPU's; whether it was not. Any CPU. */
bool tsc_adjust_repair(void);

/* A 32-bit counter's value widened by the last widened value that was seen. */
uint64_t hpet_widen(uint64_t last, uint32_t low);

/* The ACPI power management timer, ACPI 6.5 §4.8.3.3; -ENODEV (none), -EIO (does not count). */
int pmtimer_init(void);
uint64_t pmtimer_read(void);
uint64_t pmtimer_mask(void);
#define PMTIMER_HZ 3579545

/*
 * Channel 2 of the 8254 timer, started as a free count down from 65535: 54 ms without a wrap.
 * Returns 0, or -EIO when it does not count. pit_read() counts up.
 */
int pit_init(void);
uint64_t pit_read(void);
#define PIT_HZ 1193182
#define PIT_MASK 0xffff

/*
 * The TSC's frequency in Hz by the battery clock's seconds, which takes two of them, and up to
 * five where the machine is held up meanwhile. 0: there is no such clock, or it stands still.
 */
uint64_t tsc_hz_of_rtc(void);

/* Registers of the MC146818 clock as rtc_decode() wants them. */
struct rtc_registers {
	uint8_t second, minute, hour, day, month, year;
	uint8_t status_b;
};

/*
 * Seconds since 1970 of a set of registers (BCD or binary, 12 or 24 hours; years 1970-2069).
 * Returns 0, or -EINVAL when they are no date.
 */
int rtc_decode(const struct rtc_registers *registers, uint64_t *seconds);

/* A register of the clock, 0..127, as it is now: within an update it may hold anything. */
uint8_t rtc_register(uint8_t index);

/* Reads the clock. Returns 0, -EINVAL (no date), -ETIMEDOUT (an update that does not end). */
int rtc_read(uint64_t *seconds);

#endif
