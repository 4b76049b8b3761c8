/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Intel's ways, SDM vol. 3 ch. 15 (power and thermal management), registers in vol. 4.
 *
 * - Hardware-controlled performance states, HWP (§15.4), where CPUID.6 offers them: lowest and
 *   highest performance that hardware may choose are made one.
 * - Else IA32_PERF_CTL (§15.1), where CPUID.1 offers it and MSR_PLATFORM_INFO tells the ratios:
 *   Nehalem and later. Older CPUs, and Atoms of Silvermont's kind, want a voltage beside the ratio
 *   there, which nobody knows here: firmware's state stays.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"
#include "kernel/speed/speed_internal.h"

/* clang-format off */
#define MSR_PLATFORM_INFO 0xce
#define   PLATFORM_INFO_BASE_SHIFT 8     /* ratio without turbo */
#define   PLATFORM_INFO_LOWEST_SHIFT 40
#define MSR_PERF_CTL 0x199
#define   PERF_CTL_RATIO_SHIFT 8
/* Of MSR_MISC_ENABLE: */
#define   MISC_ENABLE_SPEEDSTEP (1ULL << 16)
#define   MISC_ENABLE_SPEEDSTEP_LOCK (1ULL << 20)
#define   MISC_ENABLE_TURBO_OFF (1ULL << 38)
#define MSR_TURBO_RATIO_LIMIT 0x1ad      /* lowest byte: of one active core */
#define MSR_ENERGY_BIAS 0x1b0            /* 0: performance */
#define MSR_PM_ENABLE 0x770
#define   PM_ENABLE_HWP (1u << 0)
#define MSR_HWP_CAPABILITIES 0x771
#define   HWP_HIGHEST_SHIFT 0
#define   HWP_LOWEST_SHIFT 24
#define MSR_HWP_INTERRUPT 0x773
#define MSR_HWP_REQUEST 0x774
#define   HWP_REQUEST_LOWEST_SHIFT 0
#define   HWP_REQUEST_HIGHEST_SHIFT 8    /* desired performance and EPP above it: 0 */
/* clang-format on */
#define RATIO_MASK 0xff
#define RATIO_MHZ 100
#define RATIO_KHZ_NEHALEM 133333
#define KHZ_PER_MHZ 1000
#define FAMILY_INTEL 6

static uint32_t
intel_ratio(uint64_t value, unsigned shift)
{
	return (uint32_t)(value >> shift) & RATIO_MASK;
}

static bool
is_one_of(const uint8_t *models, unsigned count)
{
	uint32_t model = processor_model();

	for (unsigned i = 0; i < count; i++) {
		if (models[i] == model)
			return processor_family() == FAMILY_INTEL;
	}
	return false;
}

/* Nehalem and Westmere count in steps of 133.33 MHz. */
static uint32_t
ratio_khz(void)
{
	static const uint8_t models[] = {0x1a, 0x1e, 0x1f, 0x2e, 0x25, 0x2c, 0x2f};

	return is_one_of(models, ARRAY_SIZE(models)) ? RATIO_KHZ_NEHALEM : RATIO_MHZ * KHZ_PER_MHZ;
}

static bool
wants_voltage(void)
{
	static const uint8_t silvermonts[] = {0x37, 0x4a, 0x4c, 0x4d, 0x5a, 0x5d};

	return is_one_of(silvermonts, ARRAY_SIZE(silvermonts));
}

static bool
has_hwp(void)
{
	return processor_last_leaf(0) >= CPUID_THERMAL &&
	       processor_cpuid(CPUID_THERMAL, 0).eax & CPUID_THERMAL_EAX_HWP;
}

/* Registers of a model, which CPUID does not tell; none under a hypervisor. */
static bool
read_of_model(uint32_t msr, uint64_t *value)
{
	return !processor_is_virtual() && processor_msr_read(msr, value);
}

bool
speed_intel_turbo_is_off(void)
{
	uint64_t enable;

	return read_of_model(MSR_MISC_ENABLE, &enable) && enable & MISC_ENABLE_TURBO_OFF;
}

static uint32_t
ratio_of_turbo(uint32_t base)
{
	uint64_t limit;

	if (!(processor_cpuid(CPUID_THERMAL, 0).eax & CPUID_THERMAL_EAX_TURBO) ||
	    speed_intel_turbo_is_off() || !read_of_model(MSR_TURBO_RATIO_LIMIT, &limit))
		return base;
	return MAX(intel_ratio(limit, 0), base);
}

void
speed_intel_range(struct speed_range *range)
{
	uint64_t info;
	uint32_t base;

	if (processor_last_leaf(0) >= CPUID_FREQUENCY) {
		struct cpuid_result frequency = processor_cpuid(CPUID_FREQUENCY, 0);

		range->base_mhz = frequency.eax & UINT16_MAX;
		range->turbo_mhz = frequency.ebx & UINT16_MAX;
	}
	if (wants_voltage() || !read_of_model(MSR_PLATFORM_INFO, &info))
		return;
	base = intel_ratio(info, PLATFORM_INFO_BASE_SHIFT);
	if (range->base_mhz == 0)
		range->base_mhz = base * ratio_khz() / KHZ_PER_MHZ;
	if (base && ratio_of_turbo(base) > base)
		range->turbo_mhz = ratio_of_turbo(base) * ratio_khz() / KHZ_PER_MHZ;
}

/* The level that hardware gives a frequency: by the share of the highest, else 100 MHz each. */
static uint32_t
hwp_level_of(uint32_t mhz, uint32_t lowest, uint32_t highest)
{
	struct speed_range range = {0, 0};
	uint32_t level = mhz / RATIO_MHZ;

	speed_intel_range(&range);
	if (range.turbo_mhz)
		level = (mhz * highest + range.turbo_mhz / 2) / range.turbo_mhz;
	return MIN(MAX(level, lowest), highest);
}

static void
set_bias(void)
{
	if (processor_cpuid(CPUID_THERMAL, 0).ecx & CPUID_THERMAL_ECX_BIAS)
		processor_msr_write(MSR_ENERGY_BIAS, 0);
}

/* Once enabled HWP stays so until the next reset; PERF_CTL has no effect then. */
static bool
set_by_hwp(uint32_t mhz)
{
	uint64_t capabilities;
	uint32_t level;

	if (!processor_msr_write(MSR_PM_ENABLE, PM_ENABLE_HWP) ||
	    !processor_msr_read(MSR_HWP_CAPABILITIES, &capabilities))
		return false;
	if (processor_cpuid(CPUID_THERMAL, 0).eax & CPUID_THERMAL_EAX_HWP_INTERRUPT)
		processor_msr_write(MSR_HWP_INTERRUPT, 0);
	level = intel_ratio(capabilities, HWP_HIGHEST_SHIFT);
	if (mhz)
		level = hwp_level_of(mhz, intel_ratio(capabilities, HWP_LOWEST_SHIFT), level);
	return level && processor_msr_write(MSR_HWP_REQUEST,
					    level << HWP_REQUEST_LOWEST_SHIFT |
						    level << HWP_REQUEST_HIGHEST_SHIFT);
}

/* Whether PERF_CTL has an effect: the firmware may have switched it off. */
static bool
enable_speedstep(void)
{
	uint64_t enable;

	if (!(processor_cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_SPEEDSTEP) ||
	    !read_of_model(MSR_MISC_ENABLE, &enable))
		return false;
	if (enable & MISC_ENABLE_SPEEDSTEP)
		return true;
	return !(enable & MISC_ENABLE_SPEEDSTEP_LOCK) &&
	       processor_msr_write(MSR_MISC_ENABLE, enable | MISC_ENABLE_SPEEDSTEP);
}

/* PERF_CTL's turbo bit, 32, is left 0: 1 would switch turbo off. */
static bool
set_by_perf_ctl(uint32_t mhz)
{
	uint64_t info;
	uint32_t base, ratio;

	if (wants_voltage() || !enable_speedstep() || !read_of_model(MSR_PLATFORM_INFO, &info))
		return false;
	base = intel_ratio(info, PLATFORM_INFO_BASE_SHIFT);
	if (base == 0)
		return false;
	ratio = ratio_of_turbo(base);
	if (mhz)
		ratio = MIN(MAX(mhz * KHZ_PER_MHZ / ratio_khz(),
				intel_ratio(info, PLATFORM_INFO_LOWEST_SHIFT)),
			    ratio);
	return processor_msr_write(MSR_PERF_CTL, (uint64_t)ratio << PERF_CTL_RATIO_SHIFT);
}

const char *
speed_intel_set(uint32_t mhz)
{
	if (processor_last_leaf(0) < CPUID_THERMAL)
		return NULL;
	if (has_hwp()) {
		if (!set_by_hwp(mhz))
			return NULL;
		set_bias();
		return "HWP";
	}
	if (processor_is_virtual() || !set_by_perf_ctl(mhz))
		return NULL;
	set_bias();
	return "PERF_CTL";
}
