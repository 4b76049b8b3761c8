/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MWAIT's hint, SDM vol. 2, MWAIT: in EAX the state, less one, above four bits of the sub-state.
 * CPUID.5 EDX has the number of sub-states of each state, C0's first; the first sub-state is the
 * one that every CPU has. What MONITOR watches is nobody's: interrupts end the sleep.
 */
#include "kernel/speed/idle.h"

#include <stdbool.h>
#include <stdint.h>

#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/log.h"
#include "kernel/base/processor.h"
#include "kernel/loader/settings.h"

#define STATE_BITS 4
#define STATE_MASK 0xf
#define STATES 8
#define HINT_C1 0

static bool idle_by_mwait;
static uint32_t idle_hint; /* of all CPUs but the boot CPU */

/* The number of the deepest state in MWAIT's counting: 1 where CPUID does not list them. */
static unsigned
deepest_state(void)
{
	struct cpuid_result mwait = processor_cpuid(CPUID_MWAIT, 0);
	uint32_t states = mwait.ecx & CPUID_MWAIT_ECX_EXTENSIONS ? mwait.edx : 0;
	unsigned deepest = 1;

	for (unsigned state = 1; state < STATES; state++) {
		if (states >> state * STATE_BITS & STATE_MASK)
			deepest = state;
	}
	return deepest;
}

static bool
has_mwait(void)
{
	return processor_last_leaf(0) >= CPUID_MWAIT &&
	       processor_cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_MONITOR;
}

/* Deeper than C1 timers stop, but those that CPUID says do not. */
static bool
has_lasting_timers(void)
{
	return processor_last_leaf(0) >= CPUID_THERMAL &&
	       processor_cpuid(CPUID_THERMAL, 0).eax & CPUID_THERMAL_EAX_ARAT &&
	       processor_last_leaf(CPUID_EXTENDED) >= CPUID_POWER &&
	       processor_cpuid(CPUID_POWER, 0).edx & CPUID_POWER_EDX_INVARIANT_TSC;
}

void
idle_init(void)
{
	idle_by_mwait = false;
	if (settings.idle_hlt || (processor_is_virtual() && !settings.idle_mwait))
		return;
	if (!has_mwait()) {
		if (settings.idle_mwait)
			log_warning("idle: this CPU does not offer MWAIT: HLT is used");
		return;
	}
	idle_hint = has_lasting_timers() ? (deepest_state() - 1) << STATE_BITS : HINT_C1;
	idle_by_mwait = true;
	log_info("idle: MWAIT, hint %#x", idle_hint);
}

/*
 * STI delays interrupts by one instruction: none slips in before the sleep. QEMU's emulation
 * forgets in MWAIT that this one has passed, hence the NOP, before which it takes interrupts.
 */
void
idle_wait(void)
{
	static uint64_t watched;
	uint32_t hint = cpu_this()->index == CONTROL_CPU ? HINT_C1 : idle_hint;

	if (!idle_by_mwait) {
		__asm__ volatile("sti; hlt; cli" : : : "memory");
		return;
	}
	__asm__ volatile("monitor" : : "a"(&watched), "c"(0), "d"(0) : "memory");
	__asm__ volatile("sti; mwait; nop; cli" : : "a"(hint), "c"(0) : "memory");
}
