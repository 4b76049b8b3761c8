/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time. clock_ns() is a TSC reading, less that of the start, times a fixed-point factor: no lock,
 * no memory that is written. Where the TSC is not invariant, or the CPUs' TSCs turn out to
 * disagree, the HPET takes its place, if there is one; what is worse than that is logged.
 *
 * CLOCK_REALTIME is clock_ns() plus an offset that the battery clock gives at boot.
 */
#include "kernel/time/clock.h"

#include "kernel/base/compiler.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"
#include "kernel/time/clock_scale.h"
#include "kernel/time/clock_sources.h"
#include "kernel/time/hpet.h"

#define CHECK_ROUNDS 64

/* Written by clock_init(), and by clock_check_report() while no other CPU reads the time. */
static struct {
	bool ready;
	bool hpet;		  /* clock_ns() reads the HPET */
	uint64_t base;		  /* of the counter in use, at 0 ns */
	struct clock_scale to_ns; /* of the counter in use */
	uint64_t tsc_base;
	struct clock_scale tsc_to_ns;
	uint64_t tsc_hz;
	const char *tsc_source;
} clock;

static uint64_t clock_realtime_offset;

/* clock_check_cpu()'s: the highest TSC value that any CPU has seen, and the worst step back. */
static uint64_t clock_latest_tsc;
static uint64_t clock_worst_step;
static uint32_t clock_repaired; /* CPUs whose TSC firmware had moved */

static uint64_t
clock_count(void)
{
	return clock.hpet ? hpet_read() : tsc_read();
}

uint64_t
clock_ns(void)
{
	if (!clock.ready)
		return 0;
	/*
	 * Wraps: an HPET that was started late has its base "before 0". Another CPU's TSC may be a
	 * little behind the boot CPU's at 0 ns.
	 */
	uint64_t count = clock_count() - clock.base;
	return (int64_t)count < 0 ? 0 : clock_scale_apply(clock.to_ns, count);
}

static void
clock_use_hpet(uint64_t now_ns)
{
	clock.hpet = true;
	clock.to_ns = clock_scale_make(hpet_hz(), NS_PER_SECOND);
	clock.base = hpet_read() - clock_scale_invert(clock.to_ns, now_ns);
}

void
clock_begin(uint64_t tsc)
{
	clock.tsc_base = tsc;
}

void
clock_init(void)
{
	bool have_hpet = hpet_init() == 0;

	tsc_adjust_init();
	clock.tsc_hz = tsc_find_hz(&clock.tsc_source);
	if (clock.tsc_hz < NS_PER_SECOND / 1000)
		panic("clock: no way to measure the TSC's frequency: no CPUID leaf, HPET, "
		      "PM timer, PIT or battery clock");
	clock.base = clock.tsc_base;
	clock.to_ns = clock_scale_make(clock.tsc_hz, NS_PER_SECOND);
	clock.tsc_to_ns = clock.to_ns;
	if (!tsc_invariant() && have_hpet)
		clock_use_hpet(clock_scale_apply(clock.to_ns, tsc_read() - clock.tsc_base));
	else if (!tsc_invariant())
		log_warning("clock: the TSC is not invariant and there is no HPET: time may drift");
	clock.ready = true;
	log_set_time(clock_ns);
	log_info("clock: %s; the TSC has %lu.%03lu MHz (%s)", clock_source(),
		 clock.tsc_hz / 1000000, clock.tsc_hz / 1000 % 1000, clock.tsc_source);
}

uint64_t
clock_tsc_hz(void)
{
	return clock.tsc_hz;
}

const char *
clock_source(void)
{
	return clock.hpet ? "HPET" : "TSC";
}

uint64_t
clock_realtime_ns(void)
{
	return clock_ns() + __atomic_load_n(&clock_realtime_offset, __ATOMIC_RELAXED);
}

void
clock_realtime_set(uint64_t ns)
{
	__atomic_store_n(&clock_realtime_offset, ns - clock_ns(), __ATOMIC_RELAXED);
}

/* From now on where the clock is the HPET: the two drift apart, by seconds in a day. */
static uint64_t
clock_hpet_ns_to_tsc(uint64_t ns)
{
	uint64_t now = clock_ns(), tsc = tsc_read();
	uint64_t ticks = clock_scale_invert(clock.tsc_to_ns, ns > now ? ns - now : now - ns);

	if (ns > now)
		return ticks > UINT64_MAX - tsc ? UINT64_MAX : tsc + ticks;
	return ticks > tsc ? 0 : tsc - ticks;
}

uint64_t
clock_ns_to_tsc(uint64_t ns)
{
	if (clock.hpet)
		return clock_hpet_ns_to_tsc(ns);
	uint64_t ticks = clock_scale_invert(clock.tsc_to_ns, ns);
	return ticks > UINT64_MAX - clock.tsc_base ? UINT64_MAX : clock.tsc_base + ticks;
}

void
clock_delay_ns(uint64_t ns)
{
	uint64_t deadline = clock_deadline_ns(ns);

	while (!clock_passed(deadline))
		cpu_pause();
}

static void
clock_raise(uint64_t *highest, uint64_t value)
{
	uint64_t seen = __atomic_load_n(highest, __ATOMIC_RELAXED);

	while (seen < value && !__atomic_compare_exchange_n(highest, &seen, value, true,
							    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		;
}

void
clock_start_cpu(void)
{
	if (tsc_adjust_repair())
		__atomic_fetch_add(&clock_repaired, 1, __ATOMIC_RELAXED);
	clock_check_cpu();
}

/* A TSC read after another CPU's value was seen must not be below it. */
void
clock_check_cpu(void)
{
	for (unsigned i = 0; i < CHECK_ROUNDS; i++) {
		uint64_t latest = __atomic_load_n(&clock_latest_tsc, __ATOMIC_ACQUIRE);
		uint64_t now = tsc_read();

		if (now < latest)
			clock_raise(&clock_worst_step, latest - now);
		clock_raise(&clock_latest_tsc, now);
	}
}

void
clock_check_report(void)
{
	uint64_t step = __atomic_load_n(&clock_worst_step, __ATOMIC_ACQUIRE);
	uint32_t repaired = __atomic_load_n(&clock_repaired, __ATOMIC_ACQUIRE);

	if (repaired)
		log_info("clock: the firmware had moved the TSC of %u CPUs: moved back", repaired);
	if (step == 0)
		return;
	log_warning("clock: the CPUs' TSCs differ by up to %lu ticks", step);
	if (clock.hpet)
		return;
	if (hpet_present()) {
		clock_use_hpet(clock_ns());
		log_warning("clock: the HPET is the clock instead");
	} else {
		log_warning("clock: and there is no HPET: time is not monotonic across CPUs");
	}
}
