/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The TSC's frequency.
 *
 * 1. CPUID 0x15, where it names the crystal (Intel SDM vol. 3 §18.7.3).
 * 2. What a hypervisor says (tsc_hypervisor.c).
 * 3. Measured against the best counter there is: HPET, PM timer, PIT. Windows follow each other
 *    until two agree; then the whole span is the measure. A second counter cross-checks it: when
 *    they differ the PIT has the casting vote.
 * 4. Where there is none, on small virtual machines: by the battery clock (tsc_rtc.c).
 *
 * A reading of the reference is bracketed by two of the TSC, and the narrowest of a few counts:
 * an SMI or a host's scheduler then spoils a try, not the result.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/log.h"
#include "kernel/base/x86.h"
#include "kernel/time/clock.h"
#include "kernel/time/clock_scale.h"
#include "kernel/time/clock_sources.h"
#include "kernel/time/hpet.h"

#define PPM 1000000ULL
#define BRACKET_TRIES 5
#define WINDOWS_MAX 6
#define WINDOWS_AGREE_PPM 300	   /* two windows in a row: taken */
#define REFERENCES_AGREE_PPM 10000 /* more than that between two counters: one is wrong */
#define WINDOW_READS_MAX 10000000  /* the deadline of a window when the counter stops */

struct tsc_sample {
	uint64_t tsc, reference;
	uint64_t bracket; /* TSC ticks that the reading took */
};

bool
tsc_invariant(void)
{
	if (cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR)
		return true;
	return cpuid(CPUID_EXTENDED, 0).eax >= CPUID_POWER &&
	       cpuid(CPUID_POWER, 0).edx & CPUID_POWER_EDX_INVARIANT_TSC;
}

uint64_t
tsc_hz_from(uint64_t tsc_ticks, uint64_t reference_ticks, uint64_t reference_hz)
{
	if (reference_ticks == 0)
		return 0;
	return clock_scale_divide((unsigned __int128)tsc_ticks * reference_hz, reference_ticks);
}

static uint64_t
tsc_hz_of_cpuid(void)
{
	if (cpuid(0, 0).eax < CPUID_TSC)
		return 0;
	struct cpuid_result r = cpuid(CPUID_TSC, 0);
	if (r.eax == 0 || r.ebx == 0 || r.ecx == 0)
		return 0;
	return (uint64_t)r.ecx * r.ebx / r.eax;
}

static struct tsc_sample
tsc_sample_take(const struct clock_reference *reference)
{
	struct tsc_sample best = {.bracket = UINT64_MAX};

	for (unsigned i = 0; i < BRACKET_TRIES; i++) {
		uint64_t before = tsc_read();
		uint64_t count = reference->read();
		uint64_t bracket = tsc_read() - before;

		if (bracket < best.bracket)
			best = (struct tsc_sample){before + bracket / 2, count, bracket};
	}
	return best;
}

static uint64_t
tsc_hz_between(const struct clock_reference *reference, const struct tsc_sample *from,
	       const struct tsc_sample *to)
{
	return tsc_hz_from(to->tsc - from->tsc, (to->reference - from->reference) & reference->mask,
			   reference->hz);
}

static bool
tsc_hz_agree(uint64_t a, uint64_t b, uint64_t ppm)
{
	return (a > b ? a - b : b - a) <= MAX(a, b) / PPM * ppm;
}

/* Waits until the reference has advanced by its window; false when it has stopped. */
static bool
tsc_window_wait(const struct clock_reference *reference, uint64_t from)
{
	uint64_t ticks = reference->hz * reference->window_ns / NS_PER_SECOND;

	for (uint64_t reads = 0; reads < WINDOW_READS_MAX; reads++) {
		if (((reference->read() - from) & reference->mask) >= ticks)
			return true;
	}
	return false;
}

/* Measures the TSC against one counter; 0 when that counter stops. */
static uint64_t
tsc_measure(const struct clock_reference *reference)
{
	struct tsc_sample samples[WINDOWS_MAX + 1];
	uint64_t hz = 0, best_hz = 0, best_bracket = UINT64_MAX;

	samples[0] = tsc_sample_take(reference);
	for (unsigned i = 1; i <= WINDOWS_MAX; i++) {
		if (!tsc_window_wait(reference, samples[i - 1].reference))
			return 0;
		samples[i] = tsc_sample_take(reference);
		uint64_t last_hz = hz;
		uint64_t bracket = samples[i - 1].bracket + samples[i].bracket;
		hz = tsc_hz_between(reference, &samples[i - 1], &samples[i]);
		if (i > 1 && tsc_hz_agree(hz, last_hz, WINDOWS_AGREE_PPM))
			return tsc_hz_between(reference, &samples[i - 2], &samples[i]);
		if (bracket < best_bracket) {
			best_bracket = bracket;
			best_hz = hz;
		}
	}
	log_warning("clock: the TSC measured against the %s varies", reference->name);
	return best_hz;
}

/* The counters that work, the finest first. Returns how many. */
static unsigned
tsc_references(struct clock_reference *references)
{
	unsigned count = 0;

	if (hpet_present())
		references[count++] = (struct clock_reference){"HPET", hpet_hz(), UINT64_MAX,
							       NS_PER_MS, hpet_read};
	if (pmtimer_init() == 0)
		references[count++] = (struct clock_reference){
			"PM timer", PMTIMER_HZ, pmtimer_mask(), 4 * NS_PER_MS, pmtimer_read};
	return count;
}

static uint64_t
tsc_measure_pit(void)
{
	static const struct clock_reference pit = {"PIT", PIT_HZ, PIT_MASK, 8 * NS_PER_MS,
						   pit_read};

	return pit_init() == 0 ? tsc_measure(&pit) : 0;
}

/*
 * Holds a measured frequency against another counter, which was read at `from`, before the
 * measurement: as a rule that was long enough ago. False when they differ.
 */
static bool
tsc_cross_check(uint64_t hz, const struct clock_reference *other, const struct tsc_sample *from)
{
	struct clock_reference coarse = *other;
	struct tsc_sample to;

	coarse.window_ns =
		NS_PER_MS / 2; /* 0.06 % at the PM timer's resolution: 1 % is the limit */
	if (!tsc_window_wait(&coarse, from->reference))
		return true; /* it has stopped: no witness */
	to = tsc_sample_take(&coarse);
	return tsc_hz_agree(hz, tsc_hz_between(&coarse, from, &to), REFERENCES_AGREE_PPM);
}

uint64_t
tsc_find_hz(const char **source)
{
	struct clock_reference references[2];
	struct tsc_sample witness = {0};
	uint64_t hz = tsc_hz_of_cpuid();

	*source = "CPUID 0x15";
	if (hz)
		return hz;
	hz = tsc_hz_of_hypervisor(source);
	if (hz)
		return hz;
	unsigned count = tsc_references(references);
	if (count > 1)
		witness = tsc_sample_take(&references[1]);
	hz = count ? tsc_measure(&references[0]) : 0;
	*source = count ? references[0].name : "PIT";
	if (hz && (count == 1 || tsc_cross_check(hz, &references[1], &witness)))
		return hz;
	if (hz)
		log_warning("clock: HPET and PM timer differ by more than 1 %%");
	uint64_t pit_hz = tsc_measure_pit();
	if (pit_hz && (!hz || !tsc_hz_agree(hz, pit_hz, REFERENCES_AGREE_PPM))) {
		*source = "PIT";
		return pit_hz;
	}
	if (!hz) {
		*source = "battery clock";
		hz = tsc_hz_of_rtc();
	}
	return hz;
}
