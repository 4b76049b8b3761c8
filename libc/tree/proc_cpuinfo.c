/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /proc/cpuinfo, from CPUID on the CPU that asks: they are alike but for their numbers.
 */
#include "kernel/base/compiler.h"
#include "kernel/base/cpu.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/string.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/cpu_setup.h"
#include "kernel/time/clock.h"
#include "libc/base/text.h"
#include "libc/files/files.h"
#include "libc/tree/tree.h"

#define KHZ 1000

/* Linux's names for the bits of CPUID, from bit 0 on; "-" for those without one. */
static const struct {
	uint32_t leaf, subleaf;
	char which; /* of the four registers */
	const char *names;
} registers[] = {
	{CPUID_FEATURES, 0, 'd',
	 "fpu vme de pse tsc msr pae mce cx8 apic - sep mtrr pge mca cmov pat pse36 pn "
	 "clflush - dts acpi mmx fxsr sse sse2 ss ht tm ia64 pbe"},
	{CPUID_EXTENDED_FEATURES, 0, 'd',
	 "- - - - - - - - - - - syscall - - - - - - - mp nx - mmxext - - fxsr_opt pdpe1gb "
	 "rdtscp - lm 3dnowext 3dnow"},
	{CPUID_FEATURES, 0, 'c',
	 "pni pclmulqdq dtes64 monitor ds_cpl vmx smx est tm2 ssse3 cid sdbg fma cx16 xtpr "
	 "pdcm - pcid dca sse4_1 sse4_2 x2apic movbe popcnt tsc_deadline_timer aes xsave - "
	 "avx f16c rdrand hypervisor"},
	{CPUID_EXTENDED_FEATURES, 0, 'c',
	 "lahf_lm cmp_legacy svm extapic cr8_legacy abm sse4a misalignsse 3dnowprefetch osvw "
	 "ibs xop skinit wdt - lwp fma4 tce - nodeid_msr - tbm topoext"},
	{CPUID_STRUCTURED, 0, 'b',
	 "fsgsbase tsc_adjust sgx bmi1 hle avx2 - smep bmi2 erms invpcid rtm cqm - mpx rdt_a "
	 "avx512f avx512dq rdseed adx smap avx512ifma - clflushopt clwb intel_pt avx512pf "
	 "avx512er avx512cd sha_ni avx512bw avx512vl"},
	{CPUID_STRUCTURED, 0, 'c',
	 "- avx512vbmi umip pku ospke waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq "
	 "avx512_vnni avx512_bitalg tme avx512_vpopcntdq - la57 - - - - - rdpid - - cldemote "
	 "- movdiri movdir64b enqcmd"},
};

/* The value of a register, 0 when the CPU has no such leaf. */
static uint32_t
register_value(uint32_t leaf, uint32_t subleaf, char which)
{
	uint32_t most = cpuid(leaf & CPUID_EXTENDED ? CPUID_EXTENDED : CPUID_VENDOR, 0).eax;
	struct cpuid_result result;

	if (leaf > most)
		return 0;
	result = cpuid(leaf, subleaf);
	return which == 'b' ? result.ebx : which == 'c' ? result.ecx : result.edx;
}

static void
add_flags(struct text *text)
{
	text_add(text, "flags\t\t:");
	for (unsigned i = 0; i < ARRAY_SIZE(registers); i++) {
		uint32_t bits =
			register_value(registers[i].leaf, registers[i].subleaf, registers[i].which);
		const char *name = registers[i].names;

		for (; *name; bits >>= 1) {
			const char *space = string_find(name, ' ');
			size_t length = space ? (size_t)(space - name) : string_length(name);

			if ((bits & 1) && *name != '-')
				text_add(text, " %.*s", (int)length, name);
			name += length + (space ? 1 : 0);
		}
	}
	text_add(text, "\n");
}

/* Family, model and stepping: Intel SDM vol. 2, CPUID, figure 3-6. */
static void
add_model(struct text *text)
{
	struct cpuid_result vendor = cpuid(CPUID_VENDOR, 0);
	uint32_t version = cpuid(CPUID_FEATURES, 0).eax;
	uint32_t family = version >> 8 & 0xf, model = version >> 4 & 0xf;
	uint32_t name[] = {vendor.ebx, vendor.edx, vendor.ecx};

	if (family == 6 || family == 0xf)
		model |= version >> 12 & 0xf0;
	if (family == 0xf)
		family += version >> 20 & 0xff;
	text_add(text, "vendor_id\t: %.12s\ncpu family\t: %u\nmodel\t\t: %u\n", (const char *)name,
		 family, model);
	text_add(text, "model name\t: %s\nstepping\t: %u\n", cpu_brand(), version & 0xf);
}

/* The threads, and cores, of a package. */
static void
count_package(uint32_t package, unsigned *threads, unsigned *cores)
{
	*threads = *cores = 0;
	for (unsigned i = 0; i < cpu_count(); i++) {
		const struct cpu *cpu = cpu_get(i);

		if (cpu->package != package)
			continue;
		++*threads;
		*cores = MAX(*cores, cpu->core + 1);
	}
}

size_t
proc_cpuinfo(char *buffer, size_t size, uint64_t argument)
{
	struct text text = {.buffer = buffer, .size = size};
	uint64_t khz = clock_tsc_hz() / KHZ;
	unsigned threads, cores;

	(void)argument;
	for (unsigned i = 0; i < cpu_count(); i++) {
		const struct cpu *cpu = cpu_get(i);

		text_add(&text, "processor\t: %u\n", i);
		add_model(&text);
		text_add(&text, "cpu MHz\t\t: %lu.%03lu\n", (unsigned long)(khz / KHZ),
			 (unsigned long)(khz % KHZ));
		count_package(cpu->package, &threads, &cores);
		text_add(&text, "physical id\t: %u\nsiblings\t: %u\n", cpu->package, threads);
		text_add(&text, "core id\t\t: %u\ncpu cores\t: %u\n", cpu->core, cores);
		text_add(&text, "apicid\t\t: %u\n", cpu->apic_id);
		add_flags(&text);
		text_add(&text, "\n");
	}
	return text.length;
}
