/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the hardware records of limits, and of SMIs. Intel SDM vol. 3 §15.8.2 (thermal monitor),
 * §15.8.4 (package); MSR_SMI_COUNT in vol. 4. Other makers' CPUs record nothing of the kind.
 */
#include <stddef.h>

#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"
#include "kernel/speed/speed.h"
#include "kernel/speed/speed_internal.h"

/* clang-format off */
#define MSR_SMI_COUNT 0x34
#define MSR_THERMAL_STATUS 0x19c
#define MSR_PACKAGE_THERMAL_STATUS 0x1b1
#define   THERMAL_HOT_LOG (1u << 1)	 /* logs: set by hardware, cleared by writing 0 */
#define   THERMAL_PROCHOT_LOG (1u << 3)
#define   THERMAL_POWER_LOG (1u << 11)
/* clang-format on */
#define LOGS (THERMAL_HOT_LOG | THERMAL_PROCHOT_LOG | THERMAL_POWER_LOG)

/* The registers that this CPU offers: 0, 1 or 2. */
static unsigned
registers_offered(uint32_t registers[2])
{
	unsigned count = 0;
	uint32_t offered;

	if (processor_vendor() != PROCESSOR_INTEL || processor_is_virtual() ||
	    processor_last_leaf(0) < CPUID_THERMAL)
		return 0;
	offered = processor_cpuid(CPUID_THERMAL, 0).eax;
	if (offered & CPUID_THERMAL_EAX_SENSOR)
		registers[count++] = MSR_THERMAL_STATUS;
	if (offered & CPUID_THERMAL_EAX_PACKAGE)
		registers[count++] = MSR_PACKAGE_THERMAL_STATUS;
	return count;
}

/* The other logs keep what they have: 1 changes nothing. */
void
speed_limits_reset(void)
{
	uint32_t registers[2];
	unsigned count = registers_offered(registers);

	for (unsigned i = 0; i < count; i++) {
		uint64_t status;

		if (processor_msr_read(registers[i], &status) && status & LOGS)
			processor_msr_write(registers[i], status & ~(uint64_t)LOGS);
	}
}

bool
speed_limits(uint32_t *limits)
{
	uint32_t registers[2];
	unsigned count = registers_offered(registers);
	uint64_t all = 0;

	for (unsigned i = 0; i < count; i++) {
		uint64_t status;

		if (processor_msr_read(registers[i], &status))
			all |= status;
	}
	*limits = (all & THERMAL_HOT_LOG ? SPEED_HOT : 0) |
		  (all & THERMAL_PROCHOT_LOG ? SPEED_PROCHOT : 0) |
		  (all & THERMAL_POWER_LOG ? SPEED_POWER : 0);
	return count > 0;
}

bool
speed_smis(uint32_t *smis)
{
	uint64_t count = 0;
	bool counts = processor_vendor() == PROCESSOR_INTEL && !processor_is_virtual() &&
		      processor_msr_read(MSR_SMI_COUNT, &count);

	*smis = (uint32_t)count;
	return counts;
}
