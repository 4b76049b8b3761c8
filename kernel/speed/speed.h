/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The processor's frequency. Firmware leaves CPUs in the state that it booted them in, often the
 * base frequency or the lowest; no operating system comes to change that, so it is done here: as
 * bare.power= says, once, at each CPU's start, and never again.
 */
#ifndef KERNEL_SPEED_H
#define KERNEL_SPEED_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets the calling CPU's frequency: by default as high as it goes, turbo included unless firmware
 * has switched that off. Does nothing with bare.power=firmware, and under a hypervisor that does
 * not offer the means in CPUID. Each CPU, once, after trap_load(); the boot CPU first.
 */
void speed_start_boot_cpu(void);
void speed_start_cpu(void);

/*
 * Says at what frequencies this machine runs, and by what means they were set. Boot CPU, once,
 * after clock_init() and some milliseconds after its start. Nothing under a hypervisor,
 * whose affair they are.
 */
void speed_report(void);

/* What limited a CPU's frequency since its start, Intel SDM vol. 3 §15.8.2.1. */
#define SPEED_HOT (1u << 0)	   /* its own temperature, or the package's */
#define SPEED_PROCHOT (1u << 1)	   /* the board, by the PROCHOT# pin */
#define SPEED_POWER (1u << 2)	   /* the limit of power */

struct speed_statistics {
	uint32_t base_mhz, turbo_mhz; /* 0: not known */
	uint32_t mhz;		      /* measured now */
	bool counts_smis;	      /* Intel's CPUs do */
	uint32_t smis;		      /* since the machine's reset */
	bool knows_limits;	      /* whether `limits` says anything */
	uint32_t limits;	      /* SPEED_* */
};

/*
 * Reads the calling CPU's. No other CPU is asked: an SMI stops all at once, and an lcore is not
 * interrupted to be measured. Takes about 20 us. Any context.
 */
void speed_statistics(struct speed_statistics *statistics);

#endif
