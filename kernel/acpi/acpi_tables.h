/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Between the acpi_*.c files: the shape of the tables in memory, and what each file offers the
 * others. Everyone else uses kernel/acpi/acpi.h. Field offsets are those of ACPI 6.5 ch. 5.
 */
#ifndef KERNEL_ACPI_TABLES_H
#define KERNEL_ACPI_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/acpi/acpi.h"
#include "kernel/base/compiler.h"

/* Opcodes of AML, ACPI 6.5 §20.2. */
#define AML_NAME 0x08
#define AML_DWORD 0x0c

/* No table that we read is longer; a length above it is a lie. */
#define ACPI_TABLE_LENGTH_MAX (16 * MB)

/* System description table header, §5.2.6. */
struct acpi_header {
	char signature[4];
	uint32_t length; /* of the whole table */
	uint8_t revision;
	uint8_t checksum;
	char oem_id[6];
	char oem_table_id[8];
	uint32_t oem_revision;
	uint32_t creator_id;
	uint32_t creator_revision;
} __packed;
_Static_assert(sizeof(struct acpi_header) == 36, "ACPI 6.5 table 5.4");

/* Head of an entry in the MADT and the SRAT. */
struct acpi_entry {
	uint8_t type;
	uint8_t length; /* of the whole entry */
} __packed;

/* Generic address structure, §5.2.3.2. */
struct acpi_generic_address {
	uint8_t space_id;
	uint8_t bit_width;
	uint8_t bit_offset;
	uint8_t access_size;
	uint64_t address;
} __packed;
_Static_assert(sizeof(struct acpi_generic_address) == 12, "ACPI 6.5 table 5.1");

#define ACPI_SPACE_MEMORY 0
#define ACPI_SPACE_IO 1

/*
 * Makes [address, address + length) readable and returns it, or NULL when that cannot be
 * (page 0, beyond the address bits, no page for a table). acpi_memory.c's; the unit tests
 * link their own over captured tables.
 */
const void *acpi_memory(uint64_t address, size_t length);

/* The sum of all bytes modulo 256; a sound table's is 0. */
uint8_t acpi_checksum(const void *bytes, size_t length);

/*
 * The table at an address, verified: signature, length (at least that of the header), checksum.
 * Returns NULL, and says why, when it is not to be trusted.
 */
const struct acpi_header *acpi_table_at(uint64_t address, const char *signature);

/* Bytes in the head of a table's entries; the second half of them is the entry's length. */
enum acpi_entry_head {
	ACPI_ENTRY_HEAD_2 = 2, /* MADT, SRAT */
	ACPI_ENTRY_HEAD_4 = 4, /* DMAR, IVRS */
};

/*
 * The entry at *offset of a table; advances *offset past it. Returns NULL at the end, and also,
 * logged, when an entry is shorter than its head or passes the end of the table.
 */
const void *acpi_entry_next(const struct acpi_header *table, size_t *offset,
			    enum acpi_entry_head head);

/*
 * Whether an entry is as long as its type requires; says so when not. `what` names it.
 */
bool acpi_entry_fits(const struct acpi_entry *entry, size_t size, const char *what);

/*
 * Whether a field that ends at `end` bytes is inside a table: old revisions are shorter.
 */
static inline bool
acpi_table_reaches(const struct acpi_header *table, size_t end)
{
	return table->length >= end;
}

/* Each fills its part of acpi_info from a verified table. */
void acpi_madt_parse(const struct acpi_header *table);
void acpi_srat_parse(const struct acpi_header *table);
void acpi_mcfg_parse(const struct acpi_header *table);
void acpi_hpet_parse(const struct acpi_header *table);
void acpi_fadt_parse(const struct acpi_header *table);
void acpi_spcr_parse(const struct acpi_header *table);
void acpi_dmar_parse(const struct acpi_header *table);
void acpi_ivrs_parse(const struct acpi_header *table);

/* Turns a generic address structure into a register; ACPI_REGISTER_NONE, logged, when unusable. */
struct acpi_register acpi_register_from(const struct acpi_generic_address *address,
					const char *what);

/* Adds what a DSDT or SSDT declares; there may be many. */
void acpi_aml_scan(const struct acpi_header *table);

/* Adds what the AML in [code, end) says of PCI root bridges (acpi_root.c). */
void acpi_root_scan(const uint8_t *code, const uint8_t *end);

/* Adds what the AML in [code, end) says of their nodes (acpi_pxm.c). */
void acpi_pxm_scan(const uint8_t *code, const uint8_t *end);

/* How many PCI root bridges the AML in [code, end) declares, by their hardware IDs. */
unsigned acpi_aml_roots(const uint8_t *code, const uint8_t *end);

/* Reads an AML integer of at most 32 bits at *at; false when there is none before `end`. */
bool acpi_aml_integer(const uint8_t **at, const uint8_t *end, uint32_t *value);

#endif
