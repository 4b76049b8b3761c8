/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACPI: from the RSDP to the tables.
 *
 * 1. The RSDP: the loader's copy or address, else a search of the first kilobyte of the EBDA and
 *    of 0xE0000-0xFFFFF (ACPI 6.5 §5.2.5.1).
 * 2. The root table: the XSDT, else the RSDT (a BIOS of revision 0 has only that).
 * 3. Each table that is supported is verified and handed to its parser (acpi_madt.c and so on).
 *
 * Everything read here was written by firmware and is not trusted: every length and checksum is
 * verified, and what does not hold is named and left out. Nothing here fails the boot.
 */
#include "kernel/acpi/acpi.h"

#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"
#include "kernel/base/string.h"
#include "kernel/loader/boot_info.h"
#include "kernel/memory/memory.h"

#define RSDP_SIGNATURE "RSD PTR "
#define RSDP_V1_LENGTH 20 /* what revision 0 has, and what its checksum covers */

#define EBDA_SEARCH_LENGTH 1024
#define RSDP_ALIGNMENT 16

/* Root system description pointer, §5.2.5.3. */
struct acpi_rsdp {
	char signature[8];
	uint8_t checksum; /* over the first 20 bytes */
	char oem_id[6];
	uint8_t revision; /* 0: only the first 20 bytes are there; 2: all */
	uint32_t rsdt_address;
	uint32_t length;
	uint64_t xsdt_address;
	uint8_t extended_checksum; /* over all 36 bytes */
	uint8_t reserved[3];
} __packed;
_Static_assert(sizeof(struct acpi_rsdp) == BOOT_RSDP_SIZE, "ACPI 6.5 table 5.3");

enum table_kind {
	TABLE_ONE,    /* the first one counts */
	TABLE_SPARE,  /* so too, but a machine may well have more */
	TABLE_FADT,   /* one, which leads to the first table of AML */
	TABLE_OF_AML, /* all count */
};

static const struct {
	const char *signature;
	void (*parse)(const struct acpi_header *table);
	enum table_kind kind;
} acpi_parsers[] = {
	{"APIC", acpi_madt_parse, TABLE_ONE},  {"SRAT", acpi_srat_parse, TABLE_ONE},
	{"MCFG", acpi_mcfg_parse, TABLE_ONE},  {"HPET", acpi_hpet_parse, TABLE_SPARE},
	{"FACP", acpi_fadt_parse, TABLE_FADT}, {"SPCR", acpi_spcr_parse, TABLE_ONE},
	{"DMAR", acpi_dmar_parse, TABLE_ONE},  {"IVRS", acpi_ivrs_parse, TABLE_ONE},
	{"SSDT", acpi_aml_scan, TABLE_OF_AML},
};

/* The first of each kind that was read. */
static const struct acpi_header *acpi_tables[ARRAY_SIZE(acpi_parsers)];

static bool
acpi_rsdp_valid(const struct acpi_rsdp *rsdp)
{
	return *rsdp->signature == *RSDP_SIGNATURE &&
	       memcmp(rsdp->signature, RSDP_SIGNATURE, sizeof(rsdp->signature)) == 0 &&
	       acpi_checksum(rsdp, RSDP_V1_LENGTH) == 0;
}

/* Copies the RSDP at an address, as much of it as its revision says. */
static bool
acpi_rsdp_copy(uint64_t address, struct acpi_rsdp *rsdp)
{
	const struct acpi_rsdp *found = acpi_memory(address, RSDP_V1_LENGTH);

	memset(rsdp, 0, sizeof(*rsdp));
	if (!found || !acpi_rsdp_valid(found))
		return false;
	memcpy(rsdp, found, RSDP_V1_LENGTH);
	found = rsdp->revision >= 2 ? acpi_memory(address, sizeof(*rsdp)) : NULL;
	if (found)
		memcpy(rsdp, found, sizeof(*rsdp));
	return true;
}

static bool
acpi_rsdp_search(uint64_t start, uint64_t end, struct acpi_rsdp *rsdp)
{
	const uint8_t *area = acpi_memory(start, end - start);

	if (!area)
		return false;
	for (uint64_t at = 0; at + RSDP_V1_LENGTH <= end - start; at += RSDP_ALIGNMENT) {
		if (acpi_rsdp_valid((const void *)(area + at)))
			return acpi_rsdp_copy(start + at, rsdp);
	}
	return false;
}

static bool
acpi_rsdp_find(struct acpi_rsdp *rsdp)
{
	uint64_t ebda = (uint64_t)boot_info.ebda_segment << 4;

	memset(rsdp, 0, sizeof(*rsdp));
	if (boot_info.rsdp_length >= RSDP_V1_LENGTH) {
		memcpy(rsdp, boot_info.rsdp, MIN(boot_info.rsdp_length, sizeof(*rsdp)));
		if (acpi_rsdp_valid(rsdp))
			return true;
		log_warning("acpi: the loader's RSDP is damaged: searching the BIOS area");
	}
	if (boot_info.rsdp_address && acpi_rsdp_copy(boot_info.rsdp_address, rsdp))
		return true;
	if (ebda >= MEMORY_EBDA_LOWEST && ebda < MEMORY_BIOS_AREA &&
	    acpi_rsdp_search(ebda, ebda + EBDA_SEARCH_LENGTH, rsdp))
		return true;
	return acpi_rsdp_search(MEMORY_BIOS_AREA, MEMORY_BIOS_AREA_END, rsdp);
}

static const struct acpi_header *
acpi_root_find(const struct acpi_rsdp *rsdp, size_t *pointer_size)
{
	const struct acpi_header *root = NULL;

	if (rsdp->revision >= 2 && rsdp->xsdt_address) {
		if (acpi_checksum(rsdp, sizeof(*rsdp)) == 0)
			root = acpi_table_at(rsdp->xsdt_address, "XSDT");
		else
			log_warning("acpi: the RSDP's extended checksum is wrong: using the RSDT");
	}
	*pointer_size = sizeof(uint64_t);
	if (!root && rsdp->rsdt_address) {
		root = acpi_table_at(rsdp->rsdt_address, "RSDT");
		*pointer_size = sizeof(uint32_t);
	}
	return root;
}

/* Whether two tables say the same, whatever their heads do. */
static bool
acpi_tables_agree(const struct acpi_header *a, const struct acpi_header *b)
{
	return a->length == b->length && memcmp(a + 1, b + 1, a->length - sizeof(*a)) == 0;
}

/* A second table of a kind of which one counts. */
static void
acpi_second_note(unsigned kind, const struct acpi_header *table)
{
	if (acpi_parsers[kind].kind == TABLE_SPARE || acpi_tables_agree(acpi_tables[kind], table))
		log_info("acpi: a second %s is not needed", acpi_parsers[kind].signature);
	else
		log_warning("acpi: a second %s that differs: ignored",
			    acpi_parsers[kind].signature);
}

/* Verifies the table of a kind at an address, and hands it to its parser. */
static void
acpi_table_take(unsigned kind, uint64_t address)
{
	const struct acpi_header *table = acpi_table_at(address, acpi_parsers[kind].signature);
	bool leads_to_aml = acpi_parsers[kind].kind >= TABLE_FADT;

	if (!table) {
		acpi_info.aml_lost |= leads_to_aml;
	} else if (acpi_tables[kind] && acpi_parsers[kind].kind != TABLE_OF_AML) {
		acpi_second_note(kind, table);
	} else {
		acpi_tables[kind] = table;
		acpi_parsers[kind].parse(table);
	}
}

static void
acpi_table_parse(uint64_t address)
{
	const struct acpi_header *table = acpi_memory(address, sizeof(*table));

	if (!table) {
		log_warning("acpi: the root table names %#lx, which is out of reach", address);
		acpi_info.aml_lost = true;
		return;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(acpi_parsers); i++) {
		if (memcmp(table->signature, acpi_parsers[i].signature,
			   sizeof(table->signature)) == 0) {
			acpi_table_take(i, address);
			return;
		}
	}
	log_debug("acpi: %.4s at %#lx is not used", table->signature, address);
}

static void
acpi_root_walk(const struct acpi_header *root, size_t pointer_size)
{
	const uint8_t *pointers = (const uint8_t *)(root + 1);
	size_t count = (root->length - sizeof(*root)) / pointer_size;

	memset(acpi_tables, 0, sizeof(acpi_tables));
	for (size_t i = 0; i < count; i++) {
		uint64_t address = 0;

		memcpy(&address, pointers + i * pointer_size, pointer_size);
		if (address)
			acpi_table_parse(address);
	}
}

/* What is missing, and what follows from it. */
static void
acpi_root_complete(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(acpi_parsers); i++)
		acpi_info.aml_lost |= acpi_parsers[i].kind == TABLE_FADT && !acpi_tables[i];
	if (acpi_info.aml_lost)
		acpi_info.pci_roots = 0;
	if (acpi_info.lapic_address == 0)
		log_warning("acpi: no MADT: one CPU and no IO-APIC");
}

void
acpi_init(void)
{
	struct acpi_rsdp rsdp;
	size_t pointer_size;

	memset(&acpi_info, 0, sizeof(acpi_info));
	if (!acpi_rsdp_find(&rsdp)) {
		log_warning("acpi: no RSDP: one CPU and no IO-APIC");
		return;
	}
	const struct acpi_header *root = acpi_root_find(&rsdp, &pointer_size);
	if (!root) {
		log_warning("acpi: no usable root table: one CPU and no IO-APIC");
		return;
	}
	acpi_info.present = true;
	acpi_root_walk(root, pointer_size);
	acpi_root_complete();
	log_info("acpi: revision %u, %.4s: %u CPUs, %u IO-APICs, %u ECAM ranges%s", rsdp.revision,
		 root->signature, acpi_info.cpu_count, acpi_info.ioapic_count, acpi_info.ecam_count,
		 acpi_info.hpet_address ? ", HPET" : "");
}
