/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who sets the frequency, and what is said of it. docs/real-machines.md has a table of all
 * registers that are written.
 */
#include "kernel/speed/speed.h"

#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/format.h"
#include "kernel/base/log.h"
#include "kernel/base/processor.h"
#include "kernel/loader/settings.h"
#include "kernel/speed/speed_internal.h"
#include "kernel/time/clock.h"

#define SPEED_LINE_SIZE 160
#define TOLERANCE_PERCENT 10

static const char *speed_means; /* of the boot CPU; NULL: the firmware's state is left */
static bool speed_turbo_is_off;

static const char *
speed_set(void)
{
	switch (processor_vendor()) {
	case PROCESSOR_INTEL:
		return speed_intel_set(settings.power_mhz);
	case PROCESSOR_AMD:
		return speed_amd_set(settings.power_mhz);
	default:
		return NULL;
	}
}

static bool
speed_has_turbo_off(void)
{
	enum processor_vendor vendor = processor_vendor();

	return !processor_is_virtual() &&
	       ((vendor == PROCESSOR_INTEL && speed_intel_turbo_is_off()) ||
		(vendor == PROCESSOR_AMD && speed_amd_turbo_is_off()));
}

void
speed_start_boot_cpu(void)
{
	speed_turbo_is_off = speed_has_turbo_off();
	speed_limits_reset();
	speed_means = settings.power_stays ? NULL : speed_set();
}

void
speed_start_cpu(void)
{
	speed_limits_reset();
	if (!settings.power_stays)
		speed_set();
}

static void
speed_range(struct speed_range *range)
{
	*range = (struct speed_range){0, 0};
	if (processor_vendor() == PROCESSOR_INTEL)
		speed_intel_range(range);
	else if (processor_vendor() == PROCESSOR_AMD)
		speed_amd_range(range);
}

void
speed_statistics(struct speed_statistics *statistics)
{
	struct speed_range range;

	speed_range(&range);
	*statistics = (struct speed_statistics){
		.base_mhz = range.base_mhz,
		.turbo_mhz = range.turbo_mhz,
		.mhz = speed_measure(clock_tsc_hz()),
	};
	statistics->counts_smis = speed_smis(&statistics->smis);
	statistics->knows_limits = speed_limits(&statistics->limits);
}

static const char *
speed_who(void)
{
	if (settings.power_stays)
		return "as the firmware left it";
	return speed_means ? speed_means : "no way to set it";
}

void
speed_report(void)
{
	struct speed_statistics now;
	char line[SPEED_LINE_SIZE] = "";
	size_t length = 0;
	uint32_t due;

	if (processor_is_virtual())
		return;
	speed_statistics(&now);
	if (now.base_mhz)
		length += format_text(line, sizeof(line), "base %u MHz, ", now.base_mhz);
	if (speed_turbo_is_off)
		format_text(line + length, sizeof(line) - length, "turbo off in the firmware, ");
	else if (now.turbo_mhz)
		format_text(line + length, sizeof(line) - length, "turbo %u MHz, ", now.turbo_mhz);
	log_info("speed: %smeasured %u MHz; %s", line, now.mhz, speed_who());
	due = settings.power_mhz ? MIN(settings.power_mhz, now.base_mhz) : now.base_mhz;
	if (!settings.power_stays && now.mhz < due - due * TOLERANCE_PERCENT / 100)
		log_warning("speed: slower than %u MHz: the firmware's limit, heat, or power", due);
}
