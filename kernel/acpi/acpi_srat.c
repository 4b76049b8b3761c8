/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SRAT, ACPI 6.5 §5.2.16: which CPUs and which memory are near each other.
 *
 * Proximity domains are any 32-bit numbers; nodes are 0, 1, … in the order in which the domains
 * appear, as Linux numbers them. Disabled entries do not count.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/memory/memory.h"

#define SRAT_ENTRIES_OFFSET 48	     /* header, 12 reserved bytes */
#define SRAT_WIDE_DOMAINS_REVISION 2 /* before it domains had 8 bits, the rest was undefined */

enum srat_type {
	SRAT_LAPIC = 0,
	SRAT_MEMORY = 1,
	SRAT_X2APIC = 2,
};
#define SRAT_ENABLED (1u << 0)
#define SRAT_NON_VOLATILE (1u << 2)

struct srat_lapic {
	struct acpi_entry entry;
	uint8_t domain_low;
	uint8_t apic_id;
	uint32_t flags;
	uint8_t sapic_eid;
	uint8_t domain_high[3];
	uint32_t clock_domain;
} __packed;
_Static_assert(sizeof(struct srat_lapic) == 16, "ACPI 6.5 table 5.55");

struct srat_memory {
	struct acpi_entry entry;
	uint32_t domain;
	uint16_t reserved1;
	uint64_t base;
	uint64_t length;
	uint32_t reserved2;
	uint32_t flags;
	uint64_t reserved3;
} __packed;
_Static_assert(sizeof(struct srat_memory) == 40, "ACPI 6.5 table 5.56");

struct srat_x2apic {
	struct acpi_entry entry;
	uint16_t reserved1;
	uint32_t domain;
	uint32_t x2apic_id;
	uint32_t flags;
	uint32_t clock_domain;
	uint32_t reserved2;
} __packed;
_Static_assert(sizeof(struct srat_x2apic) == 24, "ACPI 6.5 table 5.58");

/* domains[node] */
static uint32_t srat_domains[MEMORY_NODES_MAX];
static unsigned srat_domain_count;

static void
srat_note_domain(uint32_t domain)
{
	for (unsigned i = 0; i < srat_domain_count; i++) {
		if (srat_domains[i] == domain)
			return;
	}
	if (srat_domain_count == MEMORY_NODES_MAX) {
		log_warning("acpi: SRAT: domain %u is one too many: taken as node 0", domain);
		return;
	}
	srat_domains[srat_domain_count++] = domain;
}

static void
srat_add_cpu(uint32_t apic_id, uint32_t domain, uint32_t flags)
{
	struct acpi_cpu_affinity *affinity =
		&acpi_info.cpu_affinities[acpi_info.cpu_affinity_count];

	if (!(flags & SRAT_ENABLED))
		return;
	if (acpi_info.cpu_affinity_count == ACPI_CPUS_MAX) {
		log_warning("acpi: SRAT: CPU %u is one too many: ignored", apic_id);
		return;
	}
	srat_note_domain(domain);
	affinity->apic_id = apic_id;
	affinity->domain = domain;
	acpi_info.cpu_affinity_count++;
}

static bool
srat_memory_overlaps(uint64_t base, uint64_t length)
{
	for (unsigned i = 0; i < acpi_info.memory_affinity_count; i++) {
		const struct acpi_memory_affinity *other = &acpi_info.memory_affinities[i];

		if (base < other->base + other->length && other->base < base + length)
			return true;
	}
	return false;
}

static void
srat_add_memory(const struct srat_memory *entry, uint32_t domain)
{
	struct acpi_memory_affinity *affinity =
		&acpi_info.memory_affinities[acpi_info.memory_affinity_count];

	if (!(entry->flags & SRAT_ENABLED) || entry->length == 0)
		return;
	if (entry->flags & SRAT_NON_VOLATILE &&
	    srat_memory_overlaps(entry->base, entry->length)) {
		log_info("acpi: SRAT: memory %#lx, %#lx bytes, keeps its contents: it is not used",
			 entry->base, entry->length);
		return;
	}
	if (entry->base + entry->length < entry->base ||
	    srat_memory_overlaps(entry->base, entry->length) ||
	    acpi_info.memory_affinity_count == ACPI_AFFINITIES_MAX) {
		log_warning("acpi: SRAT: memory %#lx, %#lx bytes, overlaps or is one too many: "
			    "ignored",
			    entry->base, entry->length);
		return;
	}
	srat_note_domain(domain);
	affinity->base = entry->base;
	affinity->length = entry->length;
	affinity->domain = domain;
	acpi_info.memory_affinity_count++;
}

static void
srat_parse_entry(const struct acpi_entry *entry, uint32_t domain_mask)
{
	const struct srat_lapic *lapic = (const void *)entry;
	const struct srat_memory *memory = (const void *)entry;
	const struct srat_x2apic *x2apic = (const void *)entry;

	switch (entry->type) {
	case SRAT_LAPIC:
		if (acpi_entry_fits(entry, sizeof(*lapic), "CPU affinity")) {
			uint32_t domain = lapic->domain_low | lapic->domain_high[0] << 8 |
					  lapic->domain_high[1] << 16 |
					  (uint32_t)lapic->domain_high[2] << 24;

			srat_add_cpu(lapic->apic_id, domain & domain_mask, lapic->flags);
		}
		break;
	case SRAT_MEMORY:
		if (acpi_entry_fits(entry, sizeof(*memory), "memory affinity"))
			srat_add_memory(memory, memory->domain & domain_mask);
		break;
	case SRAT_X2APIC:
		if (acpi_entry_fits(entry, sizeof(*x2apic), "x2APIC affinity"))
			srat_add_cpu(x2apic->x2apic_id, x2apic->domain, x2apic->flags);
		break;
	default:
		break; /* interrupt translation services, initiators of later revisions */
	}
}

void
acpi_srat_parse(const struct acpi_header *table)
{
	uint32_t domain_mask = table->revision < SRAT_WIDE_DOMAINS_REVISION ? 0xff : UINT32_MAX;
	const struct acpi_entry *entry;
	size_t offset = SRAT_ENTRIES_OFFSET;

	srat_domain_count = 0;
	if (!acpi_table_reaches(table, SRAT_ENTRIES_OFFSET)) {
		log_warning("acpi: SRAT of %u bytes is too short: ignored", table->length);
		return;
	}
	while ((entry = acpi_entry_next(table, &offset, ACPI_ENTRY_HEAD_2)))
		srat_parse_entry(entry, domain_mask);
}

bool
acpi_has_domain(uint32_t domain)
{
	for (unsigned node = 0; node < srat_domain_count; node++) {
		if (srat_domains[node] == domain)
			return true;
	}
	return false;
}

unsigned
acpi_node_of_domain(uint32_t domain)
{
	for (unsigned node = 0; node < srat_domain_count; node++) {
		if (srat_domains[node] == domain)
			return node;
	}
	return 0;
}

unsigned
acpi_node_of_apic(uint32_t apic_id)
{
	for (unsigned i = 0; i < acpi_info.cpu_affinity_count; i++) {
		if (acpi_info.cpu_affinities[i].apic_id == apic_id)
			return acpi_node_of_domain(acpi_info.cpu_affinities[i].domain);
	}
	return 0;
}
