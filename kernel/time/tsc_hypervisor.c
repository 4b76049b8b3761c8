/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The TSC's frequency as a hypervisor says it:
 *
 * - by a leaf of CPUID, VMware's, which others have as well;
 * - Hyper-V: by a register (Hypervisor Top Level Functional Specification 6.0, §12.3);
 * - KVM: by what its clock scales the TSC with (Linux, Documentation/virt/kvm/x86/msr.rst): a
 *   ticket in memory, filled in when it is asked for.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/time/clock.h"
#include "kernel/time/clock_scale.h"
#include "kernel/time/clock_sources.h"

#define HZ_PER_KHZ 1000ULL
#define NAME_LENGTH 12
#define BASES_MAX 4

/* KVM's ticket, on a boundary of its size. */
struct kvm_clock_ticket {
	uint32_t version; /* odd: it is being changed */
	uint32_t reserved;
	uint64_t tsc;
	uint64_t ns;
	uint32_t multiplier;
	int8_t shift;
	uint8_t flags;
	uint8_t reserved2[2];
};
_Static_assert(sizeof(struct kvm_clock_ticket) == 32, "pvclock_vcpu_time_info");

/* The first leaf of the hypervisor of a name, 0: it is another. */
static uint32_t
hypervisor_base(const char name[NAME_LENGTH])
{
	for (unsigned i = 0; i < BASES_MAX; i++) {
		uint32_t base = CPUID_HYPERVISOR + i * CPUID_HYPERVISOR_STEP;
		struct cpuid_result head = cpuid(base, 0);
		uint32_t words[] = {head.ebx, head.ecx, head.edx};

		if (memcmp(words, name, NAME_LENGTH) == 0)
			return base;
	}
	return 0;
}

static uint64_t
hz_of_leaf(void)
{
	uint32_t last = cpuid(CPUID_HYPERVISOR, 0).eax;

	if (last < CPUID_HYPERVISOR_TIMING || last > CPUID_EXTENDED)
		return 0;
	return cpuid(CPUID_HYPERVISOR_TIMING, 0).eax * HZ_PER_KHZ;
}

static uint64_t
hz_of_hyperv(void)
{
	if (hypervisor_base("Microsoft Hv") != CPUID_HYPERVISOR ||
	    cpuid(CPUID_HYPERVISOR, 0).eax < CPUID_HYPERV_FEATURES)
		return 0;
	struct cpuid_result features = cpuid(CPUID_HYPERV_FEATURES, 0);
	if (!(features.eax & CPUID_HYPERV_FEATURES_EAX_FREQUENCIES) ||
	    !(features.edx & CPUID_HYPERV_FEATURES_EDX_FREQUENCIES))
		return 0;
	return msr_read(MSR_HYPERV_TSC_FREQUENCY);
}

uint64_t
tsc_hz_of_kvm_scale(uint32_t multiplier, int8_t shift)
{
	unsigned __int128 ticks = (unsigned __int128)NS_PER_SECOND << 32;

	if (multiplier == 0 || shift < -63 || shift > 63)
		return 0;
	if (shift < 0)
		return clock_scale_divide(ticks << (unsigned)-shift, multiplier);
	return clock_scale_divide(ticks, multiplier) >> (unsigned)shift;
}

static uint64_t
hz_of_kvm(void)
{
	static struct kvm_clock_ticket ticket __attribute__((aligned(32)));
	uint32_t base = hypervisor_base("KVMKVMKVM\0\0");

	if (base == 0 || !(cpuid(base + CPUID_KVM_FEATURES - CPUID_HYPERVISOR, 0).eax &
			   CPUID_KVM_FEATURES_EAX_CLOCK))
		return 0;
	msr_write(MSR_KVM_CLOCK, (uint64_t)&ticket | KVM_CLOCK_ON);
	/* It is filled in before the CPU runs on. */
	uint32_t multiplier = READ_ONCE(ticket.multiplier);
	int8_t shift = READ_ONCE(ticket.shift);
	msr_write(MSR_KVM_CLOCK, 0);
	return tsc_hz_of_kvm_scale(multiplier, shift);
}

uint64_t
tsc_hz_of_hypervisor(const char **source)
{
	static const struct {
		const char *name;
		uint64_t (*hz)(void);
	} ways[] = {
		{"hypervisor", hz_of_leaf}, {"Hyper-V", hz_of_hyperv}, {"KVM's clock", hz_of_kvm}};

	if (!(cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR))
		return 0;
	for (unsigned i = 0; i < ARRAY_SIZE(ways); i++) {
		uint64_t hz = ways[i].hz();

		*source = ways[i].name;
		if (hz)
			return hz;
	}
	return 0;
}
