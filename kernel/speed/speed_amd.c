/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * AMD's ways, APM vol. 2 §17 (power management), registers in the families' processor programming
 * references. A CPU comes out of reset in P0 with boost; firmware may have left it elsewhere.
 *
 * - Collaborative performance control, CPPC (APM vol. 2 §17.6), where CPUID 0x80000008 offers it:
 *   lowest and highest performance are made one, and nothing is asked of energy.
 * - Else the P-state that CPUID 0x80000007 offers: the fastest, which boosts by itself.
 */
#include <stddef.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"
#include "kernel/speed/speed_internal.h"

/* clang-format off */
#define MSR_HWCR 0xc0010015
#define   HWCR_BOOST_OFF (1ULL << 25)
#define MSR_PSTATE_LIMIT 0xc0010061   /* the fastest one that is allowed now */
#define MSR_PSTATE_CONTROL 0xc0010062
#define MSR_PSTATE(n) (0xc0010064 + (n))
#define   PSTATE_ENABLED (1ULL << 63)
#define MSR_CPPC_CAPABILITIES 0xc00102b0
#define   CPPC_HIGHEST_SHIFT 24
#define   CPPC_NOMINAL_SHIFT 16
#define   CPPC_LOWEST_SHIFT 0
#define MSR_CPPC_ENABLE 0xc00102b1    /* stays so until the next reset */
#define MSR_CPPC_REQUEST 0xc00102b3
#define   CPPC_REQUEST_HIGHEST_SHIFT 0
#define   CPPC_REQUEST_LOWEST_SHIFT 8 /* desired performance and preference above it: 0 */
/* clang-format on */
#define LEVEL_MASK 0xff
#define PSTATES 8
#define PSTATE_MASK 0x7

#define FAMILY_10 0x10
#define FAMILY_ZEN 0x17
#define FAMILY_ZEN5 0x1a

static uint32_t
amd_level(uint64_t value, unsigned shift)
{
	return (uint32_t)(value >> shift) & LEVEL_MASK;
}

static bool
has_pstates(void)
{
	return processor_family() >= FAMILY_10 &&
	       processor_last_leaf(CPUID_EXTENDED) >= CPUID_POWER &&
	       processor_cpuid(CPUID_POWER, 0).edx & CPUID_POWER_EDX_PSTATES;
}

static bool
has_cppc(void)
{
	return processor_last_leaf(CPUID_EXTENDED) >= CPUID_ADDRESS_SIZES &&
	       processor_cpuid(CPUID_ADDRESS_SIZES, 0).ebx & CPUID_ADDRESS_SIZES_EBX_CPPC;
}

static bool
has_boost(void)
{
	return processor_last_leaf(CPUID_EXTENDED) >= CPUID_POWER &&
	       processor_cpuid(CPUID_POWER, 0).edx & CPUID_POWER_EDX_BOOST;
}

bool
speed_amd_turbo_is_off(void)
{
	uint64_t hwcr;

	return has_boost() && processor_msr_read(MSR_HWCR, &hwcr) && hwcr & HWCR_BOOST_OFF;
}

/* What the definition of a P-state stands for; 0: none that is known. */
static uint32_t
pstate_mhz(uint64_t state)
{
	uint32_t family = processor_family();

	if (!(state & PSTATE_ENABLED))
		return 0;
	if (family >= FAMILY_ZEN5)
		return (uint32_t)(state & 0xfff) * 5;
	if (family >= FAMILY_ZEN) {
		uint32_t divisor = (uint32_t)(state >> 8) & 0x3f;

		return divisor ? (uint32_t)(state & 0xff) * 200 / divisor : 0;
	}
	return 100 * ((uint32_t)(state & 0x3f) + 0x10) >> (state >> 6 & 7);
}

static uint32_t
pstate_read_mhz(uint32_t number)
{
	uint64_t state;

	return processor_msr_read(MSR_PSTATE(number), &state) ? pstate_mhz(state) : 0;
}

void
speed_amd_range(struct speed_range *range)
{
	uint64_t capabilities;
	uint32_t nominal;

	if (processor_is_virtual() || !has_pstates())
		return;
	range->base_mhz = pstate_read_mhz(0);
	if (!has_cppc() || !processor_msr_read(MSR_CPPC_CAPABILITIES, &capabilities))
		return;
	nominal = amd_level(capabilities, CPPC_NOMINAL_SHIFT);
	if (nominal && amd_level(capabilities, CPPC_HIGHEST_SHIFT) > nominal)
		range->turbo_mhz =
			range->base_mhz * amd_level(capabilities, CPPC_HIGHEST_SHIFT) / nominal;
}

static bool
set_by_cppc(uint32_t mhz)
{
	uint64_t capabilities;
	uint32_t level, base = pstate_read_mhz(0);

	if (!processor_msr_write(MSR_CPPC_ENABLE, 1) ||
	    !processor_msr_read(MSR_CPPC_CAPABILITIES, &capabilities))
		return false;
	level = amd_level(capabilities, CPPC_HIGHEST_SHIFT);
	if (mhz && base)
		level = MIN(MAX(mhz * amd_level(capabilities, CPPC_NOMINAL_SHIFT) / base,
				amd_level(capabilities, CPPC_LOWEST_SHIFT)),
			    level);
	return level && processor_msr_write(MSR_CPPC_REQUEST,
					    level << CPPC_REQUEST_HIGHEST_SHIFT |
						    level << CPPC_REQUEST_LOWEST_SHIFT);
}

/* The fastest state that is not above `mhz`, else the slowest there is; states get slower. */
static uint32_t
pstate_for(uint32_t mhz, uint32_t fastest)
{
	uint32_t found = fastest;

	for (uint32_t i = fastest; i < PSTATES && pstate_read_mhz(i); i++) {
		found = i;
		if (pstate_read_mhz(i) <= mhz)
			break;
	}
	return found;
}

static bool
set_by_pstate(uint32_t mhz)
{
	uint64_t limit, hwcr;
	uint32_t state;

	if (!processor_msr_read(MSR_PSTATE_LIMIT, &limit))
		return false;
	state = (uint32_t)limit & PSTATE_MASK;
	if (mhz) {
		state = pstate_for(mhz, state);
		/* P0 boosts beyond what it is asked for. */
		if (has_boost() && mhz <= pstate_read_mhz(0) && processor_msr_read(MSR_HWCR, &hwcr))
			processor_msr_write(MSR_HWCR, hwcr | HWCR_BOOST_OFF);
	}
	return processor_msr_write(MSR_PSTATE_CONTROL, state);
}

/* The registers are of a family each, so that no hypervisor's CPUID is taken for an offer. */
const char *
speed_amd_set(uint32_t mhz)
{
	if (processor_is_virtual())
		return NULL;
	if (has_cppc() && set_by_cppc(mhz))
		return "CPPC";
	return has_pstates() && set_by_pstate(mhz) ? "P-state" : NULL;
}
