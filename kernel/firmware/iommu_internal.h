/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between iommu.c and the two kinds of unit. `registers` is a unit's address, mapped by iommu.c as
 * far as *_REGISTERS says.
 */
#ifndef KERNEL_IOMMU_INTERNAL_H
#define KERNEL_IOMMU_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#define IOMMU_INTEL_REGISTERS 0x1000
#define IOMMU_AMD_REGISTERS 0x4000

/* What may be on. */
#define IOMMU_TRANSLATION (1u << 0) /* of the addresses that devices use */
#define IOMMU_INTERRUPTS (1u << 1)  /* remapping of devices' interrupts */
#define IOMMU_QUEUE (1u << 2)	    /* commands are read from memory */
#define IOMMU_PROTECTED (1u << 3)   /* memory that no device reaches */
#define IOMMU_FUNCTIONS 4

/* Whether a unit is there: a bus without one gives all ones. */
bool iommu_intel_answers(uint64_t registers);
bool iommu_amd_answers(uint64_t registers);

/* What is on, as IOMMU_* bits. */
unsigned iommu_intel_state(uint64_t registers);
unsigned iommu_amd_state(uint64_t registers);

/* Switches all of it off, waiting at most a second for each; the state has what that achieved. */
void iommu_intel_stop(uint64_t registers);
void iommu_amd_stop(uint64_t registers);

/* Has the IOMMUs of virtual machines let everything through; those that do not are named. */
void iommu_virtio_init(void);

#endif
