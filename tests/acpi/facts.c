/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c */
/* SOURCES: kernel/acpi/acpi_table.c */
/* SOURCES: kernel/acpi/acpi.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_root.c */
/* SOURCES: kernel/acpi/acpi_devices.c kernel/acpi/acpi_fadt.c kernel/acpi/acpi_aml.c */
/* SOURCES: kernel/acpi/acpi_spcr.c kernel/acpi/acpi_pxm.c */
/*
 * facts TABLE...: what the kernel takes from a machine's tables, each in a file, a line each; what
 * it complains of on standard error. tests/acpi/compare reads both.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "tests/unit/acpi_captured.h"

#define TABLES_AT 0x10000000
#define TABLE_ALIGNMENT 0x1000
#define FADT_DSDT 40
#define FADT_X_DSDT 140
#define RSDP_AT 0x1000
#define ROOT_AT 0x2000

static const char *const level_names[] = {"", "error", "warning", "info", "debug"};

void
log_message(enum log_level level, const char *format, ...)
{
	va_list args;

	if (level > LOG_WARNING)
		return;
	va_start(args, format);
	fprintf(stderr, "%s: ", level_names[level]);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

static struct region *
table_read(const char *path, uint64_t address)
{
	FILE *file = fopen(path, "rb");
	struct region *region;
	long length;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0) {
		perror(path);
		exit(2);
	}
	rewind(file);
	region = region_add(address, (size_t)length);
	if (fread(region->bytes, 1, region->length, file) != region->length) {
		perror(path);
		exit(2);
	}
	fclose(file);
	return region;
}

static bool
table_is(const struct region *region, const char *signature)
{
	return region->length >= sizeof(struct acpi_header) &&
	       memcmp(region->bytes, signature, 4) == 0;
}

/* Where the DSDT is now; a sum that was right stays so. */
static void
fadt_point(struct region *fadt, uint64_t dsdt)
{
	bool sound = acpi_checksum(fadt->bytes, fadt->length) == 0;
	uint32_t low = (uint32_t)dsdt;

	if (fadt->length >= FADT_DSDT + sizeof(low))
		memcpy(fadt->bytes + FADT_DSDT, &low, sizeof(low));
	if (fadt->length >= FADT_X_DSDT + sizeof(dsdt))
		memcpy(fadt->bytes + FADT_X_DSDT, &dsdt, sizeof(dsdt));
	if (sound)
		region_repair_checksum(fadt);
}

/* An RSDP of revision 2, and the XSDT with the pointers that it leads to. */
static void
root_add(const uint64_t *pointers, size_t count)
{
	uint32_t length = (uint32_t)(sizeof(struct acpi_header) + count * sizeof(*pointers));
	struct region *rsdp = region_add(RSDP_AT, BOOT_RSDP_SIZE);
	struct region *xsdt = region_add(ROOT_AT, length);
	uint64_t root = ROOT_AT;

	memcpy(xsdt->bytes, "XSDT", 4);
	memcpy(xsdt->bytes + 4, &length, sizeof(length));
	memcpy(xsdt->bytes + sizeof(struct acpi_header), pointers, count * sizeof(*pointers));
	region_repair_checksum(xsdt);
	memcpy(rsdp->bytes, "RSD PTR ", 8);
	rsdp->bytes[15] = 2;
	rsdp->bytes[20] = BOOT_RSDP_SIZE;
	memcpy(rsdp->bytes + 24, &root, sizeof(root));
	rsdp->bytes[8] -= acpi_checksum(rsdp->bytes, 20);
	rsdp->bytes[32] -= acpi_checksum(rsdp->bytes, BOOT_RSDP_SIZE);
	boot_info.rsdp_address = RSDP_AT;
}

static void
machine_read(unsigned count, char *const *paths)
{
	static uint64_t pointers[REGIONS_MAX];
	uint64_t at = TABLES_AT, dsdt = 0;
	struct region *fadt = NULL;
	size_t named = 0;

	for (unsigned i = 0; i < count; i++) {
		struct region *region = table_read(paths[i], at);

		if (table_is(region, "DSDT"))
			dsdt = at;
		else if (region->length >= sizeof(struct acpi_header))
			pointers[named++] = at;
		if (table_is(region, "FACP") && !fadt)
			fadt = region;
		at = ALIGN_UP(at + region->length, TABLE_ALIGNMENT);
	}
	if (fadt)
		fadt_point(fadt, dsdt);
	root_add(pointers, named);
}

static void
register_print(const char *name, const struct acpi_register *reg)
{
	if (reg->space != ACPI_REGISTER_NONE)
		printf("%s %s 0x%" PRIx64 "\n", name,
		       reg->space == ACPI_REGISTER_IO ? "io" : "memory", reg->address);
}

static void
facts_print(void)
{
	const struct acpi_info *info = &acpi_info;

	for (unsigned i = 0; i < info->cpu_count; i++)
		printf("cpu %u %s\n", info->cpus[i].apic_id,
		       info->cpus[i].enabled ? "enabled" : "capable");
	for (unsigned i = 0; i < info->ioapic_count; i++)
		printf("ioapic 0x%" PRIx64 " %u\n", info->ioapics[i].address,
		       info->ioapics[i].gsi_base);
	for (unsigned i = 0; i < info->override_count; i++)
		printf("override %u %u\n", info->overrides[i].isa_irq, info->overrides[i].gsi);
	for (unsigned i = 0; i < info->ecam_count; i++)
		printf("ecam %u %u-%u 0x%" PRIx64 "\n", info->ecams[i].segment,
		       info->ecams[i].first_bus, info->ecams[i].last_bus, info->ecams[i].address);
	for (unsigned i = 0; i < info->cpu_affinity_count; i++)
		printf("affinity %u %u\n", info->cpu_affinities[i].apic_id,
		       info->cpu_affinities[i].domain);
	for (unsigned i = 0; i < info->memory_affinity_count; i++)
		printf("memory 0x%" PRIx64 " 0x%" PRIx64 " %u\n", info->memory_affinities[i].base,
		       info->memory_affinities[i].length, info->memory_affinities[i].domain);
	for (unsigned i = 0; i < info->iommu_count; i++)
		printf("iommu 0x%" PRIx64 "\n", info->iommus[i].address);
	if (info->hpet_address)
		printf("hpet 0x%" PRIx64 "\n", info->hpet_address);
	register_print("pm_timer", &info->pm_timer);
	register_print("pm1a_control", &info->pm1a_control);
	register_print("reset", &info->reset_register);
	if (info->s5_known)
		printf("s5 %u %u\n", info->s5_type_a, info->s5_type_b);
	printf("roots %u\n", info->pci_roots);
}

int
main(int argc, char **argv)
{
	if (argc < 2 || argc - 1 > REGIONS_MAX - 2) {
		fprintf(stderr, "usage: facts TABLE...\n");
		return 2;
	}
	machine_read((unsigned)argc - 1, argv + 1);
	acpi_init();
	facts_print();
	regions_clear();
	return 0;
}
