/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What speed.c is made of. All functions are about the calling CPU.
 */
#ifndef KERNEL_SPEED_INTERNAL_H
#define KERNEL_SPEED_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

/* The frequencies that a CPU says it has; 0: it does not say. */
struct speed_range {
	uint32_t base_mhz, turbo_mhz;
};

/*
 * Sets the frequency to `mhz`, or what is next to it; 0: as high as it goes. Returns by which
 * means, for people, or NULL when the CPU offers none.
 */
const char *speed_intel_set(uint32_t mhz);
const char *speed_amd_set(uint32_t mhz);

void speed_intel_range(struct speed_range *range);
void speed_amd_range(struct speed_range *range);

/* Whether firmware has switched turbo, or boost, off: then it stays off. */
bool speed_intel_turbo_is_off(void);
bool speed_amd_turbo_is_off(void);

/* Begins to record what limits the frequency; gives what was recorded, false: nothing is. */
void speed_limits_reset(void);
bool speed_limits(uint32_t *limits);

/* SMIs since reset. Returns false on CPUs that do not count them. */
bool speed_smis(uint32_t *smis);

/* Measures the frequency in MHz; `tsc_hz` is the TSC's. */
uint32_t speed_measure(uint64_t tsc_hz);

#endif
