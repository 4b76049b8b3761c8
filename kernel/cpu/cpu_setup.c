/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A CPU's own set-up, the same on each: segments and stacks, the IDT, control registers, the
 * registers that SYSCALL goes by, and the widest vector state that CPU and kernel support.
 */
#include "kernel/cpu/cpu_setup.h"

#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/panic.h"
#include "kernel/base/processor.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/machine_check.h"
#include "kernel/cpu/segments.h"
#include "kernel/cpu/trap.h"
#include "kernel/memory/paging.h"

/* State components of XCR0 (SDM vol. 1 §13.1), CPUID leaf 0xD */
#define XCR0_X87 (1u << 0)
#define XCR0_SSE (1u << 1)
#define XCR0_AVX (1u << 2)
#define XCR0_AVX512 (7u << 5) /* opmask, upper halves of ZMM0–15, ZMM16–31: all or none */
#define FXSAVE_SIZE 512

/* SDM vol. 4, table 2-2, IA32_MISC_ENABLE. */
#define MISC_ENABLE_LIMIT_CPUID (1ULL << 22)

#define MXCSR_DEFAULT 0x1f80 /* all exceptions masked, round to nearest */

/* SYSCALL clears these (SDM vol. 2, SYSCALL): IF, TF, DF, AC, NT, IOPL. */
#define FMASK_VALUE 0x47700

extern const uint8_t syscall_entry[]; /* libc/calls/entry.asm */

static struct cpu boot_cpu;
static uint64_t xcr0;
static size_t fpu_size = FXSAVE_SIZE;
static char brand[48 + 1];

/* The components to switch on: what the CPU offers of those that are saved as wholes. */
static uint64_t
choose_xcr0(void)
{
	uint64_t offered = cpuid(CPUID_XSAVE, 0).eax;
	uint64_t chosen = XCR0_X87 | XCR0_SSE;

	if (offered & XCR0_AVX)
		chosen |= XCR0_AVX;
	if ((offered & XCR0_AVX) && (offered & XCR0_AVX512) == XCR0_AVX512)
		chosen |= XCR0_AVX512;
	return chosen;
}

/*
 * Firmware may have limited CPUID to the leaves that an operating system of 1996 could take: XSAVE
 * is then offered, and the leaf that tells its area's size is not there.
 */
static void
lift_cpuid_limit(void)
{
	uint64_t enabled;

	if (processor_last_leaf(CPUID_VENDOR) < CPUID_XSAVE &&
	    processor_vendor() == PROCESSOR_INTEL &&
	    processor_msr_read(MSR_MISC_ENABLE, &enabled) && enabled & MISC_ENABLE_LIMIT_CPUID)
		processor_msr_write(MSR_MISC_ENABLE, enabled & ~MISC_ENABLE_LIMIT_CPUID);
}

/* Whether the CPU has XSAVE, and says what it saves. */
static bool
has_xsave(void)
{
	return processor_last_leaf(CPUID_VENDOR) >= CPUID_XSAVE &&
	       cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_XSAVE;
}

static void
init_fpu(void)
{
	uint32_t mxcsr = MXCSR_DEFAULT;

	cr0_write((cr0_read() & ~(uint64_t)(CR0_EM | CR0_TS | CR0_NW | CR0_CD)) | CR0_MP | CR0_NE);
	cr4_write(cr4_read() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	lift_cpuid_limit();
	if (has_xsave()) {
		cr4_write(cr4_read() | CR4_OSXSAVE);
		if (xcr0 == 0)
			xcr0 = choose_xcr0();
		__asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)xcr0), "d"(0));
		fpu_size = cpuid(CPUID_XSAVE, 0).ebx;
	}
	__asm__ volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
}

static void
init_syscall(void)
{
	if (!(cpuid(CPUID_EXTENDED_FEATURES, 0).edx & CPUID_EXTENDED_FEATURES_EDX_SYSCALL))
		panic("cpu: this CPU lacks SYSCALL");
	msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SCE);
	/* Never left by SYSRET, so only the kernel's selectors matter. */
	msr_write(MSR_STAR, (uint64_t)SEGMENT_CODE << 32);
	msr_write(MSR_LSTAR, (uint64_t)syscall_entry);
	msr_write(MSR_FMASK, FMASK_VALUE);
}

/* All but the vector state, which the boot CPU has long since. */
static void
set_up(struct cpu *cpu)
{
	paging_load();
	segments_init(cpu);
	trap_load();
	machine_check_init();
	init_syscall();
}

void
cpu_init(struct cpu *cpu)
{
	set_up(cpu);
	init_fpu();
}

void
cpu_init_early(void)
{
	cpu_add(&boot_cpu);
	segments_init_early(&boot_cpu);
	trap_init();
	trap_load();
	init_fpu(); /* an emulator translates code anew when these control registers change */
}

void
cpu_init_boot(void)
{
	segments_prepare(&boot_cpu);
	set_up(&boot_cpu);
	boot_cpu.online = true;
}

size_t
cpu_fpu_size(void)
{
	return fpu_size;
}

uint64_t
cpu_xcr0(void)
{
	return xcr0;
}

const char *
cpu_brand(void)
{
	uint32_t words[12];
	const char *start = brand;

	if (brand[0] == '\0' && cpuid(CPUID_EXTENDED, 0).eax >= CPUID_BRAND_LAST) {
		for (unsigned i = 0; i < 3; i++) {
			struct cpuid_result r = cpuid(CPUID_BRAND_FIRST + i, 0);

			words[4 * i] = r.eax;
			words[4 * i + 1] = r.ebx;
			words[4 * i + 2] = r.ecx;
			words[4 * i + 3] = r.edx;
		}
		memcpy(brand, words, sizeof(words));
	}
	while (*start == ' ')
		start++;
	return start;
}
