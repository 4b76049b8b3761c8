/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_pxm.c */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c */
/* SOURCES: kernel/acpi/acpi_table.c */
/* SOURCES: kernel/acpi/acpi.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_root.c */
/* SOURCES: kernel/acpi/acpi_devices.c kernel/acpi/acpi_fadt.c kernel/acpi/acpi_aml.c */
/* SOURCES: kernel/acpi/acpi_spcr.c */
/* The ACPI parsers on damaged copies of the tables of real firmware. */
#include "tests/unit/acpi_captured.h"
#include "tests/unit/check.h"

static const char *const machines[] = {"pc", "q35", "numa", "microvm", "ovmf", "bochs"};

/* Half a million damaged tables have much to complain of. */
void
log_message(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

/* What must hold of acpi_info whatever the tables were. */
static void
check_bounds(void)
{
	bool sound = acpi_info.cpu_count <= ACPI_CPUS_MAX &&
		     acpi_info.ioapic_count <= ACPI_IOAPICS_MAX &&
		     acpi_info.override_count <= ACPI_OVERRIDES_MAX &&
		     acpi_info.ecam_count <= ACPI_ECAMS_MAX &&
		     acpi_info.cpu_affinity_count <= ACPI_CPUS_MAX &&
		     acpi_info.memory_affinity_count <= ACPI_AFFINITIES_MAX;

	if (!sound)
		CHECK(sound);
}

/* Each byte of each table changed, with the checksum put right: the sanitizers watch. */
static void
test_damaged(const char *machine)
{
	static const uint8_t changes[] = {0x01, 0x80, 0xff};

	CHECK(regions_load(machine));
	for (unsigned r = 0; r < region_count; r++) {
		struct region *region = &regions[r];
		bool dsdt = memcmp(region->bytes, "DSDT", 4) == 0;

		/* The DSDT is long and only searched: a prime stride is enough of it. */
		for (size_t at = 0; at < region->length; at += dsdt && at >= 36 ? 97 : 1) {
			for (unsigned c = 0; c < sizeof(changes); c++) {
				uint8_t checksum = region->bytes[9];

				region->bytes[at] ^= changes[c];
				region_repair_checksum(region);
				acpi_init();
				check_bounds();
				region->bytes[at] ^= changes[c];
				region->bytes[9] = checksum;
			}
		}
	}
	acpi_init();
	CHECK(acpi_info.cpu_count != 0);
}

/* Each table cut short, its length field following, with the checksum put right. */
static void
test_truncated(const char *machine)
{
	CHECK(regions_load(machine));
	for (unsigned r = 1; r < region_count; r++) {
		size_t length = regions[r].length;
		struct region *region = &regions[r];
		size_t step = length > 1000 ? 31 : 1;
		uint8_t *whole = malloc(length);

		memcpy(whole, region->bytes, length);
		for (size_t cut = 0; cut < length; cut += step) {
			region_resize(region, cut);
			if (cut >= 8)
				memcpy(region->bytes + 4, &(uint32_t){cut}, 4);
			region_repair_checksum(region);
			acpi_init();
			check_bounds();
			region_resize(region, length);
			memcpy(region->bytes, whole, length);
		}
		free(whole);
	}
	acpi_init();
	CHECK(acpi_info.cpu_count != 0);
}

int
main(void)
{
	for (unsigned i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		test_damaged(machines[i]);
		test_truncated(machines[i]);
	}
	regions_clear();
	return check_end();
}
