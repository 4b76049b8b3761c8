/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One way for both kinds: map the registers, look, switch off, look again, log.
 */
#include "kernel/firmware/iommu.h"

#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"
#include "kernel/base/format.h"
#include "kernel/base/log.h"
#include "kernel/firmware/iommu_internal.h"
#include "kernel/firmware/registers.h"

#define NAMES_SIZE 128

static const struct kind {
	const char *name;
	uint64_t length;
	bool (*answers)(uint64_t registers);
	unsigned (*state)(uint64_t registers);
	void (*stop)(uint64_t registers);
} iommu_kinds[] = {
	[ACPI_IOMMU_INTEL] = {"Intel VT-d", IOMMU_INTEL_REGISTERS, iommu_intel_answers,
			      iommu_intel_state, iommu_intel_stop},
	[ACPI_IOMMU_AMD] = {"AMD-Vi", IOMMU_AMD_REGISTERS, iommu_amd_answers, iommu_amd_state,
			    iommu_amd_stop},
};

static const char *const function_names[IOMMU_FUNCTIONS] = {
	"DMA translation", "interrupt remapping", "the command queue", "protected memory"};

static void
iommu_names(unsigned state, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < IOMMU_FUNCTIONS; i++) {
		if (state & 1u << i)
			length += format_text(text + length, size - length, "%s%s",
					      length ? ", " : "", function_names[i]);
	}
}

static void
iommu_switch_off(const struct kind *kind, uint64_t address)
{
	unsigned before = kind->state(address), after;
	char names[NAMES_SIZE];

	kind->stop(address);
	after = kind->state(address);
	iommu_names(before & ~after, names, sizeof(names));
	if (before & ~after)
		log_info("iommu: the %s unit at %#lx was on (%s): it is off now", kind->name,
			 address, names);
	iommu_names(after, names, sizeof(names));
	if (after & ~IOMMU_QUEUE) /* a queue that nobody fills does no harm */
		log_error("iommu: the %s unit at %#lx stays on (%s): switch the IOMMU and DMA "
			  "protection off in the firmware",
			  kind->name, address, names);
}

/* Returns whether the unit was found off. */
static bool
iommu_look(const struct acpi_iommu *unit)
{
	const struct kind *kind = &iommu_kinds[unit->kind];

	if (registers_map(unit->address, kind->length) != 0 || !kind->answers(unit->address)) {
		log_warning("iommu: no %s unit answers at %#lx", kind->name, unit->address);
		return false;
	}
	if (!kind->state(unit->address))
		return true;
	iommu_switch_off(kind, unit->address);
	return false;
}

void
iommu_init(void)
{
	unsigned off = 0;

	for (unsigned i = 0; i < acpi_info.iommu_count; i++)
		off += iommu_look(&acpi_info.iommus[i]);
	if (acpi_info.iommu_count)
		log_info("iommu: %s: %u of %u units found off",
			 iommu_kinds[acpi_info.iommus[0].kind].name, off, acpi_info.iommu_count);
	iommu_virtio_init();
}
