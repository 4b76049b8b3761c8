/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/acpi/acpi_aml_bytes.c kernel/acpi/acpi_pxm.c */
/* SOURCES: kernel/acpi/acpi_table.c */
/* SOURCES: kernel/acpi/acpi.c kernel/acpi/acpi_madt.c kernel/acpi/acpi_srat.c */
/* SOURCES: kernel/acpi/acpi_iommu.c kernel/acpi/acpi_entry.c kernel/acpi/acpi_root.c */
/* SOURCES: kernel/acpi/acpi_devices.c kernel/acpi/acpi_fadt.c kernel/acpi/acpi_aml.c */
/* SOURCES: kernel/acpi/acpi_spcr.c */
/*
 * Nodes of PCI root bridges: in the tables of a machine with expander bridges on its nodes, in code
 * as servers have it (tests/data/acpi/roots.asl), and in the DMAR. Damaged code is never read past
 * its end.
 */
#include "tests/unit/acpi_captured.h"
#include "tests/unit/check.h"

void
log_message(enum log_level level, const char *format, ...)
{
	(void)level;
	(void)format;
}

static const struct acpi_root_node *
root_at(uint8_t bus)
{
	for (unsigned i = 0; i < acpi_info.root_node_count; i++) {
		const struct acpi_root_node *root = &acpi_info.root_nodes[i];

		if (root->is_root && root->has_bus && root->bus == bus)
			return root;
	}
	return NULL;
}

static void
check_root(uint8_t bus, bool has_domain, uint32_t domain)
{
	const struct acpi_root_node *root = root_at(bus);

	if (!CHECK(root != NULL))
		return;
	CHECK_EQ(root->has_domain, has_domain);
	CHECK_EQ(root->domain, domain);
	CHECK_EQ(root->segment, 0);
}

static void
test_expanders(void)
{
	CHECK(regions_load("nodes"));
	acpi_init();
	check_root(0, false, 0);
	check_root(64, true, 1);
	check_root(128, true, 0);
	CHECK(acpi_has_domain(1));
	CHECK(!acpi_has_domain(2));
}

static void
scan(const struct region *code)
{
	memset(&acpi_info, 0, sizeof(acpi_info));
	acpi_pxm_scan(code->bytes, code->bytes + code->length);
}

static void
test_servers(void)
{
	unsigned roots = 0;

	CHECK(regions_load("roots"));
	scan(&regions[0]);
	check_root(0x00, true, 1);  /* whatever the condition */
	check_root(0x40, false, 0); /* one or two, by a condition */
	check_root(0x80, true, 10); /* in a scope of its own */
	check_root(0xe0, false, 0); /* a variable */
	CHECK(!root_at(0xc0));	    /* whose bus is one */
	for (unsigned i = 0; i < acpi_info.root_node_count; i++)
		roots += acpi_info.root_nodes[i].is_root;
	CHECK_EQ(roots, 5);
}

/* Cut anywhere, and each byte another: the sanitizer sees what is read beside. */
static void
test_damaged(void)
{
	CHECK(regions_load("roots"));
	for (size_t length = regions[0].length; length > 0; length--) {
		region_resize(&regions[0], length);
		scan(&regions[0]);
	}
	CHECK(regions_load("roots"));
	for (size_t at = 0; at < regions[0].length; at++) {
		uint8_t right = regions[0].bytes[at];

		for (unsigned wrong = 0; wrong <= UINT8_MAX; wrong++) {
			regions[0].bytes[at] = (uint8_t)wrong;
			scan(&regions[0]);
			CHECK(acpi_info.root_node_count <= ACPI_ROOT_NODES_MAX);
		}
		regions[0].bytes[at] = right;
	}
}

static void
put_bytes(struct region *table, const void *bytes, size_t length)
{
	size_t at = table->length;

	region_resize(table, at + length);
	memcpy(table->bytes + at, bytes, length);
}

/* Two units, one with a bridge and an endpoint behind two, one for all; and where they are. */
static void
test_dmar(void)
{
	static const uint8_t first[] = {
		0, 0, 32, 0, 0, 0, 0, 0, 0, 0x10, 0xd0, 0xfe, 0, 0, 0, 0, /* fed01000 */
		2, 8, 0, 0, 0, 0x40, 2, 0,				    /* a bridge */
		3, 8, 0, 0, 8, 0xf0, 31, 0,				    /* an IO-APIC */
	};
	static const uint8_t second[] = {
		0, 0, 26, 0, 1, 0, 1, 0, 0, 0x20, 0xd0, 0xfe, 0, 0, 0, 0, /* fed02000, for all */
		1, 10, 0, 0, 0, 0x80, 3, 1, 0, 5,
	};
	static const uint8_t affinity[] = {3, 0, 20, 0, 0, 0, 0, 0, 0, 0x10, 0xd0, 0xfe,
					   0, 0, 0,  0, 7, 0, 0, 0};
	struct region *table;

	regions_clear();
	memset(&acpi_info, 0, sizeof(acpi_info));
	table = region_add(0x1000, 48);
	put_bytes(table, first, sizeof(first));
	put_bytes(table, second, sizeof(second));
	put_bytes(table, affinity, sizeof(affinity));
	table->bytes[4] = (uint8_t)table->length;
	acpi_dmar_parse((const void *)table->bytes);
	CHECK_EQ(acpi_info.iommu_count, 2);
	CHECK_EQ(acpi_info.unit_node_count, 1);
	CHECK_EQ(acpi_info.unit_nodes[0].address, 0xfed01000);
	CHECK_EQ(acpi_info.unit_nodes[0].domain, 7);
	if (!CHECK(acpi_info.scope_count == 3))
		return;
	CHECK(acpi_info.scopes[0].is_bridge && !acpi_info.scopes[0].all);
	CHECK_EQ(acpi_info.scopes[0].bus, 0x40);
	CHECK_EQ(acpi_info.scopes[0].path[0][0], 2);
	CHECK(acpi_info.scopes[1].all);
	CHECK_EQ(acpi_info.scopes[1].segment, 1);
	CHECK(!acpi_info.scopes[2].all && !acpi_info.scopes[2].is_bridge);
	CHECK_EQ(acpi_info.scopes[2].path_length, 2);
	CHECK_EQ(acpi_info.scopes[2].path[0][1], 1);
	CHECK_EQ(acpi_info.scopes[2].path[1][1], 5);
}

int
main(void)
{
	test_expanders();
	test_servers();
	test_damaged();
	test_dmar();
	return check_end();
}
