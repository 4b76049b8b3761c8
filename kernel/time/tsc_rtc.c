/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The TSC measured against the battery clock (MC146818A data sheet, "Time, calendar, and alarm"):
 * from one change of its seconds to the next. (Its periodic ticks would be quicker, but an emulator
 * on a busy machine loses some of them.)
 */
#include "kernel/base/x86.h"
#include "kernel/time/clock_sources.h"

/* clang-format off */
#define RTC_SECONDS 0x00
#define RTC_REGISTER_D 0x0d
#define   RTC_VALID (1u << 7)
#define   RTC_RESERVED 0x3f
/* clang-format on */

/* A read of a real one takes a microsecond; an emulator's a tenth of it at the least. */
#define READS_MAX 40000000
#define SECONDS_MAX 4
#define DOUBT 2000 /* to one part in so many a second is taken at once */

struct edge {
	uint64_t tsc;
	uint64_t doubt; /* TSC ticks since the seconds were read before: it was within them */
};

/* Waits until the seconds change; false: they do not. */
static bool
edge_await(struct edge *edge)
{
	uint8_t before = rtc_register(RTC_SECONDS);
	uint64_t last = tsc_read();

	for (unsigned reads = 0; reads < READS_MAX; reads++) {
		uint64_t now = tsc_read();

		/* What is read within an update may be anything: it is there again, or is not. */
		bool changed = rtc_register(RTC_SECONDS) != before;
		if (changed)
			changed = rtc_register(RTC_SECONDS) != before;
		if (changed) {
			*edge = (struct edge){now, now - last};
			return true;
		}
		last = now;
	}
	return false;
}

/* A second whose ends are sure to one part in DOUBT, or else the surest of a few. */
static uint64_t
second_measure(void)
{
	struct edge start, end;
	uint64_t best = 0, best_doubt = UINT64_MAX;

	if (!edge_await(&start))
		return 0;
	for (unsigned i = 0; i < SECONDS_MAX && edge_await(&end); i++) {
		uint64_t ticks = end.tsc - start.tsc, doubt = start.doubt + end.doubt;

		if (doubt < best_doubt) {
			best = ticks;
			best_doubt = doubt;
		}
		if (doubt < ticks / DOUBT)
			break;
		start = end;
	}
	return best;
}

uint64_t
tsc_hz_of_rtc(void)
{
	uint8_t state = rtc_register(RTC_REGISTER_D);

	if (!(state & RTC_VALID) || state & RTC_RESERVED)
		return 0; /* no such clock answers */
	return second_measure();
}
