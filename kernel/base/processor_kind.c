/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which processor this is, by CPUID alone.
 */
#include "kernel/base/cpuid.h"
#include "kernel/base/processor.h"

/* The first four letters of the vendors' names, as CPUID leaf 0 has them in EBX. */
#define VENDOR_INTEL 0x756e6547u /* Genu */
#define VENDOR_AMD 0x68747541u	 /* Auth */
#define VENDOR_HYGON 0x6f677948u /* Hygo */

#define FAMILY_SHIFT 8
#define FAMILY_MASK 0xf
#define FAMILY_EXTENDED_SHIFT 20
#define FAMILY_EXTENDED_MASK 0xff
#define MODEL_SHIFT 4
#define MODEL_MASK 0xf
#define MODEL_EXTENDED_SHIFT 16
#define MODEL_EXTENDED_MASK 0xf
#define FAMILY_P6 6
#define FAMILY_EXTENDED 0xf

uint32_t
processor_last_leaf(uint32_t range)
{
	uint32_t last = processor_cpuid(range, 0).eax;

	return (last ^ range) >> 16 ? 0 : last;
}

bool
processor_is_virtual(void)
{
	return processor_cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR;
}

enum processor_vendor
processor_vendor(void)
{
	switch (processor_cpuid(CPUID_VENDOR, 0).ebx) {
	case VENDOR_INTEL:
		return PROCESSOR_INTEL;
	case VENDOR_AMD:
	case VENDOR_HYGON:
		return PROCESSOR_AMD;
	default:
		return PROCESSOR_OTHER;
	}
}

uint32_t
processor_family(void)
{
	uint32_t signature = processor_cpuid(CPUID_FEATURES, 0).eax;
	uint32_t family = signature >> FAMILY_SHIFT & FAMILY_MASK;

	if (family == FAMILY_EXTENDED)
		family += signature >> FAMILY_EXTENDED_SHIFT & FAMILY_EXTENDED_MASK;
	return family;
}

uint32_t
processor_model(void)
{
	uint32_t signature = processor_cpuid(CPUID_FEATURES, 0).eax;
	uint32_t model = signature >> MODEL_SHIFT & MODEL_MASK;
	uint32_t family = signature >> FAMILY_SHIFT & FAMILY_MASK;

	if (family == FAMILY_P6 || family == FAMILY_EXTENDED)
		model |= (signature >> MODEL_EXTENDED_SHIFT & MODEL_EXTENDED_MASK) << 4;
	return model;
}
