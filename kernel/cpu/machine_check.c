/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every bank reports every error that it can. An error ends the run: #MC is not survivable in
 * general, and the banks name the part for a technician.
 */
#include "kernel/cpu/machine_check.h"

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/log.h"
#include "kernel/base/panic.h"
#include "kernel/base/x86.h"

/* clang-format off */
#define MSR_MCG_CAP 0x179
#define   MCG_CAP_BANKS 0xffu
#define   MCG_CAP_CTL (1u << 8) /* MSR_MCG_CTL is there */
#define MSR_MCG_STATUS 0x17a
#define MSR_MCG_CTL 0x17b
#define MSR_MC_CTL(bank) (0x400 + 4 * (bank))
#define MSR_MC_STATUS(bank) (0x401 + 4 * (bank))
#define   MC_STATUS_VALID (1ULL << 63)
#define   MC_STATUS_UNCORRECTED (1ULL << 61)
#define   MC_STATUS_ADDRESS (1ULL << 58) /* MSR_MC_ADDRESS is valid */
#define MSR_MC_ADDRESS(bank) (0x402 + 4 * (bank))
/* clang-format on */
#define ALL_ERRORS UINT64_MAX

static bool
has_banks(void)
{
	uint32_t needed = CPUID_FEATURES_EDX_MCE | CPUID_FEATURES_EDX_MCA;

	return (cpuid(CPUID_FEATURES, 0).edx & needed) == needed;
}

static unsigned
bank_count(void)
{
	return (unsigned)msr_read(MSR_MCG_CAP) & MCG_CAP_BANKS;
}

static uint64_t
bank_address(unsigned bank, uint64_t status)
{
	return status & MC_STATUS_ADDRESS ? msr_read(MSR_MC_ADDRESS(bank)) : 0;
}

void
machine_check_init(void)
{
	if (!has_banks())
		return;
	if (msr_read(MSR_MCG_CAP) & MCG_CAP_CTL)
		msr_write(MSR_MCG_CTL, ALL_ERRORS);
	for (unsigned bank = 0; bank < bank_count(); bank++) {
		uint64_t status = msr_read(MSR_MC_STATUS(bank));

		if (status & MC_STATUS_VALID)
			log_warning("machine check: from before the start: CPU %u bank %u status "
				    "%#lx address %#lx",
				    cpu_this()->index, bank, status, bank_address(bank, status));
		msr_write(MSR_MC_STATUS(bank), 0);
		msr_write(MSR_MC_CTL(bank), ALL_ERRORS);
	}
	cr4_write(cr4_read() | CR4_MCE);
}

void
machine_check_report(void)
{
	if (!has_banks())
		return;
	panic_print("  machine check status %#lx\n", msr_read(MSR_MCG_STATUS));
	for (unsigned bank = 0; bank < bank_count(); bank++) {
		uint64_t status = msr_read(MSR_MC_STATUS(bank));

		if (!(status & MC_STATUS_VALID))
			continue;
		panic_print("  bank %u: %s error, status %#lx, address %#lx\n", bank,
			    status & MC_STATUS_UNCORRECTED ? "uncorrected" : "corrected", status,
			    bank_address(bank, status));
	}
}
