/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The instructions that C has no word for, and the registers that they reach.
 * Section numbers are those of the Intel SDM.
 */
#ifndef KERNEL_X86_H
#define KERNEL_X86_H

#include <stdint.h>

/* Model-specific registers (vol. 4). */
#define MSR_APIC_BASE 0x1b
#define   APIC_BASE_BSP (1u << 8)
#define   APIC_BASE_X2APIC (1u << 10)
#define   APIC_BASE_ENABLE (1u << 11)
#define MSR_MTRR_CAP 0xfe
#define MSR_MISC_ENABLE 0x1a0
#define MSR_PAT 0x277
#define MSR_MTRR_DEF_TYPE 0x2ff
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_X2APIC 0x800
#define MSR_HYPERV_TSC_FREQUENCY 0x40000022 /* Hz */
#define MSR_KVM_CLOCK 0x4b564d01
#define   KVM_CLOCK_ON 1ull
#define MSR_EFER 0xc0000080
#define   EFER_SCE (1u << 0)
#define   EFER_LME (1u << 8)
#define   EFER_LMA (1u << 10)
#define   EFER_NXE (1u << 11)
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_FMASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101

/* Control registers (vol. 3 §2.5). */
#define CR0_MP (1u << 1)
#define CR0_EM (1u << 2)
#define CR0_TS (1u << 3)
#define CR0_NE (1u << 5)
#define CR0_WP (1u << 16)
#define CR0_NW (1u << 29)
#define CR0_CD (1u << 30)
#define CR4_PAE (1u << 5)
#define CR4_MCE (1u << 6)
#define CR4_PGE (1u << 7)
#define CR4_OSFXSR (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_FSGSBASE (1u << 16)
#define CR4_OSXSAVE (1u << 18)

#define RFLAGS_IF (1u << 9)

#define RED_ZONE 128 /* below the stack pointer, in use: System V ABI §3.2.2 */
#define VECTORS 256

struct cpuid_result {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid_result
cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_result r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(subleaf));
	return r;
}

static inline uint64_t
msr_read(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void
msr_write(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "memory");
}

/* The time stamp counter, read after all earlier instructions have completed (vol. 3 §18.17). */
static inline uint64_t
tsc_read(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void
cpu_pause(void)
{
	__asm__ volatile("pause" : : : "memory");
}

static inline uint64_t
cr0_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr0, %0" : "=r"(value));
	return value;
}

static inline void
cr0_write(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static inline uint64_t
cr2_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr2, %0" : "=r"(value));
	return value;
}

static inline uint64_t
cr3_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
	return value;
}

static inline void
cr3_write(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
}

static inline uint64_t
cr4_read(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static inline void
cr4_write(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

/* The debug status, which the CPU never clears (vol. 3 §17.2.3); it is, but for its fixed bits. */
static inline uint64_t
dr6_take(void)
{
	uint64_t value;

	__asm__ volatile("mov %%dr6, %0" : "=r"(value));
	__asm__ volatile("mov %0, %%dr6" : : "r"(0xffff0ff0UL));
	return value;
}

static inline void
page_invalidate(uint64_t address)
{
	__asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/* Masks interrupts on this CPU and returns RFLAGS as it was, for interrupts_restore(). */
static inline uint64_t
interrupts_save(void)
{
	uint64_t flags;

	__asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
	return flags;
}

static inline void
interrupts_restore(uint64_t flags)
{
	if (flags & RFLAGS_IF)
		__asm__ volatile("sti" : : : "memory");
}

static inline void __attribute__((noreturn))
cpu_halt_forever(void)
{
	for (;;)
		__asm__ volatile("cli; hlt" : : : "memory");
}

/* Error code of a page fault, SDM vol. 3 figure 4-12. */
#define FAULT_PRESENT (1u << 0)
#define FAULT_WRITE (1u << 1)
#define FAULT_RESERVED (1u << 3)
#define FAULT_FETCH (1u << 4)

#endif
