/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fills the emulator's table and flushes, which doubles it each time.
 */
#include "kernel/cpu/softtlb.h"

#include <stdbool.h>

#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/loader/settings.h"
#include "kernel/memory/paging.h"

/* What QEMU begins with, and what it counts in: 4 KB pages, whatever the guest maps. */
#define ENTRIES_FIRST 256

/* QEMU's emulation names itself in ebx, ecx, edx. */
static bool
is_emulated(void)
{
	static const char signature[] = "TCGTCGTCGTCG";
	struct cpuid_result r;
	uint32_t name[3];

	if (!(cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR))
		return false;
	r = cpuid(CPUID_HYPERVISOR, 0);
	name[0] = r.ebx;
	name[1] = r.ecx;
	name[2] = r.edx;
	return memcmp(name, signature, sizeof(name)) == 0;
}

/*
 * One round: as many pages as the table has entries, each with an entry of its own; the last ones,
 * as a heap gives out from its end: what is not used needs no memory of the host's.
 */
static void
fill_and_flush(const volatile uint8_t *end, uint64_t pages)
{
	for (uint64_t i = 1; i <= pages; i++)
		(void)end[-(int64_t)(i * PAGE_4K)];
	cr3_write(cr3_read());
}

void
softtlb_grow(const void *memory, uint64_t size)
{
	struct cpu *cpu = cpu_this();
	uint64_t pages = size / PAGE_4K, entries = ENTRIES_FIRST;

	if (settings.softtlb == SOFTTLB_OFF || cpu->softtlb_epoch == cpu->flush_epoch + 1 ||
	    !is_emulated())
		return;
	while (entries < settings.softtlb && entries <= pages) {
		fill_and_flush((const uint8_t *)memory + size, entries);
		entries *= 2;
	}
	cpu->softtlb_epoch = cpu->flush_epoch + 1;
	log_debug("softtlb: CPU %u: %lu entries in the emulator's TLB", cpu->index, entries);
}
