/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two makers' forms of a microcode file.
 */
#ifndef KERNEL_MICROCODE_INTERNAL_H
#define KERNEL_MICROCODE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct microcode_update {
	const uint8_t *data; /* what the CPU is given; NULL: none */
	uint32_t revision;
};

/*
 * Takes the newest update for this CPU that is newer than `best`'s from a file, whatever is in it.
 * signature: CPUID.1 EAX. Returns whether the file has the maker's form as far as it was read.
 */
bool microcode_intel_find(const uint8_t *file, size_t size, uint32_t signature,
			  struct microcode_update *best);
bool microcode_amd_find(const uint8_t *file, size_t size, uint32_t signature,
			struct microcode_update *best);

/* The calling CPU's revision, 0 when it does not say. */
uint32_t microcode_intel_revision(void);
uint32_t microcode_amd_revision(void);

/* Has the calling CPU take an update; false when it faults. */
bool microcode_intel_load(const struct microcode_update *update);
bool microcode_amd_load(const struct microcode_update *update);

#endif
