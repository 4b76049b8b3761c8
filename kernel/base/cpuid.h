/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Leaves of CPUID, with the bits of them that are used indented beneath: Intel SDM vol. 2, CPUID;
 * AMD APM vol. 3, appendix E; 0x40000000 and on by the hypervisors' agreement.
 */
#ifndef KERNEL_CPUID_H
#define KERNEL_CPUID_H

/* clang-format off */
#define CPUID_VENDOR 0x0
#define CPUID_FEATURES 0x1
#define   CPUID_FEATURES_EBX_APIC_ID_SHIFT 24
#define   CPUID_FEATURES_ECX_MONITOR (1u << 3)
#define   CPUID_FEATURES_ECX_SPEEDSTEP (1u << 7)
#define   CPUID_FEATURES_ECX_X2APIC (1u << 21)
#define   CPUID_FEATURES_ECX_TSC_DEADLINE (1u << 24)
#define   CPUID_FEATURES_ECX_XSAVE (1u << 26)
#define   CPUID_FEATURES_ECX_RDRAND (1u << 30)
#define   CPUID_FEATURES_ECX_HYPERVISOR (1u << 31)
#define   CPUID_FEATURES_EDX_MCE (1u << 7)
#define   CPUID_FEATURES_EDX_APIC (1u << 9)
#define   CPUID_FEATURES_EDX_MTRR (1u << 12)
#define   CPUID_FEATURES_EDX_MCA (1u << 14)
#define CPUID_CACHE 0x4
#define CPUID_MWAIT 0x5 /* EDX: sub-states of C0, C1, …, four bits each */
#define   CPUID_MWAIT_ECX_EXTENSIONS (1u << 0) /* that EDX is there */
#define CPUID_THERMAL 0x6
#define   CPUID_THERMAL_EAX_SENSOR (1u << 0)
#define   CPUID_THERMAL_EAX_TURBO (1u << 1)
#define   CPUID_THERMAL_EAX_ARAT (1u << 2) /* the local APIC's timer never stops */
#define   CPUID_THERMAL_EAX_PACKAGE (1u << 6)
#define   CPUID_THERMAL_EAX_HWP (1u << 7)
#define   CPUID_THERMAL_EAX_HWP_INTERRUPT (1u << 8)
#define   CPUID_THERMAL_EAX_HWP_PREFERENCE (1u << 10)
#define   CPUID_THERMAL_ECX_BIAS (1u << 3)
#define CPUID_STRUCTURED 0x7
#define   CPUID_STRUCTURED_EBX_TSC_ADJUST (1u << 1)
#define   CPUID_STRUCTURED_EBX_RDSEED (1u << 18)
#define CPUID_TOPOLOGY 0xb /* EBX: 0 when the leaf is empty; EDX: APIC ID */
#define CPUID_XSAVE 0xd
#define CPUID_TSC 0x15
#define CPUID_FREQUENCY 0x16 /* EAX: base, EBX: highest, in MHz */
#define CPUID_TOPOLOGY_V2 0x1f

#define CPUID_HYPERVISOR 0x40000000 /* EBX, ECX, EDX: its name */
#define CPUID_HYPERVISOR_STEP 0x100 /* a second one's leaves, where it imitates another */
#define CPUID_KVM_FEATURES 0x40000001
#define   CPUID_KVM_FEATURES_EAX_CLOCK (1u << 3)
#define CPUID_HYPERV_FEATURES 0x40000003
#define   CPUID_HYPERV_FEATURES_EAX_FREQUENCIES (1u << 11) /* may be read */
#define   CPUID_HYPERV_FEATURES_EDX_FREQUENCIES (1u << 8)  /* are there */
#define CPUID_HYPERVISOR_TIMING 0x40000010

#define CPUID_EXTENDED 0x80000000
#define CPUID_EXTENDED_FEATURES 0x80000001
#define   CPUID_EXTENDED_FEATURES_EDX_SYSCALL (1u << 11) /* Intel: in 64-bit mode alone */
#define   CPUID_EXTENDED_FEATURES_EDX_1G_PAGES (1u << 26)
#define CPUID_BRAND_FIRST 0x80000002
#define CPUID_BRAND_LAST 0x80000004
#define CPUID_POWER 0x80000007
#define   CPUID_POWER_EDX_PSTATES (1u << 7)
#define   CPUID_POWER_EDX_INVARIANT_TSC (1u << 8)
#define   CPUID_POWER_EDX_BOOST (1u << 9)
#define CPUID_ADDRESS_SIZES 0x80000008
#define   CPUID_ADDRESS_SIZES_EBX_CPPC (1u << 27)
#define CPUID_AMD_TOPOLOGY 0x8000001e
/* clang-format on */

#endif
