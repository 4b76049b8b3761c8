/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ACPI tables that are lists: from one entry to the next, as far as their lengths are sound.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/log.h"

/* The length that an entry gives itself, in the second half of its head. */
static size_t
entry_length(const uint8_t *entry, enum acpi_entry_head head)
{
	return head == ACPI_ENTRY_HEAD_2 ? entry[1] : entry[2] | (size_t)entry[3] << 8;
}

const void *
acpi_entry_next(const struct acpi_header *table, size_t *offset, enum acpi_entry_head head)
{
	const uint8_t *entry = (const uint8_t *)table + *offset;
	size_t left = *offset < table->length ? table->length - *offset : 0;
	size_t length = left >= head ? entry_length(entry, head) : 0;

	if (left == 0)
		return NULL;
	if (length < head || length > left) {
		log_warning("acpi: %.4s: the entry at offset %zu has a wrong length: the rest is "
			    "ignored",
			    table->signature, *offset);
		return NULL;
	}
	*offset += length;
	return entry;
}

bool
acpi_entry_fits(const struct acpi_entry *entry, size_t size, const char *what)
{
	if (entry->length >= size)
		return true;
	log_warning("acpi: a %s entry of %u bytes is too short: ignored", what, entry->length);
	return false;
}
