/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * CPU topology: an APIC ID is package, core and thread in adjacent bit fields, whose widths CPUID
 * tells. Intel SDM vol. 3 §8.9; AMD64 APM vol. 3 §E.5.
 */
#include "kernel/cpu/topology.h"

#include <stdbool.h>

#include "kernel/base/compiler.h"
#include "kernel/base/cpuid.h"
#include "kernel/base/string.h"

#define FEATURES_LOGICAL_SHIFT 16 /* EBX: APIC IDs set aside for a package */
#define FEATURES_LOGICAL_MASK 0xff
#define FEATURES_HTT (1u << 28) /* EDX: that number counts */
#define CACHE_CORES_SHIFT 26 /* EAX: cores of a package, less 1 */
#define TOPOLOGY_SHIFT_MASK 0x1f /* EAX */
#define TOPOLOGY_TYPE_SHIFT 8	 /* ECX */
#define TOPOLOGY_TYPE_MASK 0xff
#define TOPOLOGY_TYPE_NONE 0
#define TOPOLOGY_TYPE_SMT 1
#define TOPOLOGY_LEVELS_MAX 8
#define SIZES_THREADS_MASK 0xff /* ECX: threads of a package, less 1 */
#define SIZES_ID_BITS_SHIFT 12	/* ECX: bits of an APIC ID inside a package, 0: not reported */
#define SIZES_ID_BITS_MASK 0xf
#define AMD_THREADS_SHIFT 8 /* EBX: threads of a core, less 1 */
#define AMD_THREADS_MASK 0xff

typedef struct cpuid_result topology_reader(uint32_t leaf, uint32_t subleaf);

/* Bits that hold the numbers 0..count-1. */
static unsigned
topology_bits(uint32_t count)
{
	unsigned bits = 0;

	while (bits < 31 && 1u << bits < count)
		bits++;
	return bits;
}

static struct topology_ids
topology_cut(uint32_t apic_id, unsigned smt_bits, unsigned package_bits)
{
	package_bits = MAX(package_bits, smt_bits);
	return (struct topology_ids){
		.package = package_bits < 32 ? apic_id >> package_bits : 0,
		.core = (apic_id & (uint32_t)((1ULL << package_bits) - 1)) >> smt_bits,
		.smt = apic_id & (uint32_t)((1ULL << smt_bits) - 1),
	};
}

/* Leaf 0x1F and 0xB: one subleaf a level, each with the bits of all levels up to it. */
static bool
topology_split_levels(topology_reader *read, uint32_t leaf, uint32_t apic_id,
		      struct topology_ids *ids)
{
	unsigned smt_bits = 0, package_bits = 0;
	unsigned level;

	for (level = 0; level < TOPOLOGY_LEVELS_MAX; level++) {
		struct cpuid_result r = read(leaf, level);
		unsigned type = r.ecx >> TOPOLOGY_TYPE_SHIFT & TOPOLOGY_TYPE_MASK;

		if (type == TOPOLOGY_TYPE_NONE || r.ebx == 0)
			break;
		package_bits = r.eax & TOPOLOGY_SHIFT_MASK;
		if (type == TOPOLOGY_TYPE_SMT)
			smt_bits = package_bits;
	}
	*ids = topology_cut(apic_id, smt_bits, package_bits);
	return level > 0;
}

static bool
topology_split_amd(topology_reader *read, uint32_t apic_id, struct topology_ids *ids)
{
	struct cpuid_result vendor = read(CPUID_VENDOR, 0);
	uint32_t last = read(CPUID_EXTENDED, 0).eax;
	unsigned smt_bits = 0;

	if (memcmp(&vendor.ebx, "Auth", 4) != 0 && memcmp(&vendor.ebx, "Hygo", 4) != 0)
		return false;
	if (last < CPUID_ADDRESS_SIZES)
		return false;
	uint32_t sizes = read(CPUID_ADDRESS_SIZES, 0).ecx;
	unsigned package_bits = sizes >> SIZES_ID_BITS_SHIFT & SIZES_ID_BITS_MASK;
	if (package_bits == 0)
		package_bits = topology_bits((sizes & SIZES_THREADS_MASK) + 1);
	if (last >= CPUID_AMD_TOPOLOGY)
		smt_bits = topology_bits(
			(read(CPUID_AMD_TOPOLOGY, 0).ebx >> AMD_THREADS_SHIFT & AMD_THREADS_MASK) +
			1);
	*ids = topology_cut(apic_id, smt_bits, package_bits);
	return true;
}

static struct topology_ids
topology_split_legacy(topology_reader *read, uint32_t apic_id)
{
	struct cpuid_result features = read(CPUID_FEATURES, 0);
	unsigned package_bits = 0, core_bits = 0;

	if (features.edx & FEATURES_HTT)
		package_bits = topology_bits(features.ebx >> FEATURES_LOGICAL_SHIFT &
					     FEATURES_LOGICAL_MASK);
	if (read(CPUID_VENDOR, 0).eax >= CPUID_CACHE)
		core_bits = topology_bits((read(CPUID_CACHE, 0).eax >> CACHE_CORES_SHIFT) + 1);
	return topology_cut(apic_id, package_bits > core_bits ? package_bits - core_bits : 0,
			    package_bits);
}

struct topology_ids
topology_split(topology_reader *read, uint32_t apic_id)
{
	uint32_t last = read(CPUID_VENDOR, 0).eax;
	struct topology_ids ids;

	if (last >= CPUID_TOPOLOGY_V2 &&
	    topology_split_levels(read, CPUID_TOPOLOGY_V2, apic_id, &ids))
		return ids;
	if (last >= CPUID_TOPOLOGY && topology_split_levels(read, CPUID_TOPOLOGY, apic_id, &ids))
		return ids;
	if (topology_split_amd(read, apic_id, &ids))
		return ids;
	return topology_split_legacy(read, apic_id);
}

void
topology_read(struct cpu *cpu)
{
	struct topology_ids ids = topology_split(cpuid, cpu->apic_id);

	cpu->package = ids.package;
	cpu->core = ids.core;
	cpu->smt = ids.smt;
}

/*
 * A CPU whose package (and core) has been met takes that one's number, else the next free one.
 * The numbers go into `numbers` first: the raw ones are still compared.
 */
static void
topology_number_cpu(unsigned index, struct topology_ids *numbers)
{
	const struct cpu *cpu = cpu_get(index);
	struct topology_ids next = {0, 0, 0};
	bool package_met = false, core_met = false;

	for (unsigned i = 0; i < index; i++) {
		const struct cpu *other = cpu_get(i);

		if (other->package != cpu->package) {
			if (!package_met)
				next.package = MAX(next.package, numbers[i].package + 1);
			continue;
		}
		next.package = numbers[i].package;
		package_met = true;
		if (other->core != cpu->core) {
			if (!core_met)
				next.core = MAX(next.core, numbers[i].core + 1);
			continue;
		}
		next.core = numbers[i].core;
		core_met = true;
		next.smt++;
	}
	numbers[index] = next;
}

void
topology_number(void)
{
	static struct topology_ids numbers[CPUS_MAX];

	for (unsigned i = 0; i < cpu_count(); i++)
		topology_number_cpu(i, numbers);
	for (unsigned i = 0; i < cpu_count(); i++) {
		struct cpu *cpu = cpu_get(i);

		cpu->package = numbers[i].package;
		cpu->core = numbers[i].core;
		cpu->smt = numbers[i].smt;
	}
}
