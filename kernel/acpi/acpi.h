/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the firmware's ACPI tables say of the machine, verified and copied into one structure
 * each. A table that lies is reported and ignored, never followed. ACPI 6.5.
 */
#ifndef KERNEL_ACPI_H
#define KERNEL_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACPI_CPUS_MAX 1024
#define ACPI_IOAPICS_MAX 64
#define ACPI_OVERRIDES_MAX 64
#define ACPI_ECAMS_MAX 64
#define ACPI_AFFINITIES_MAX 256
#define ACPI_IOMMUS_MAX 128
#define ACPI_ROOT_RANGES_MAX 16
#define ACPI_BUSES 256
#define ACPI_ROOT_NODES_MAX 64
#define ACPI_UNIT_NODES_MAX 64
#define ACPI_SCOPES_MAX 256
#define ACPI_PATH_MAX 4
#define ACPI_ISA_IRQS 16

struct acpi_cpu {
	uint32_t apic_id;
	uint32_t processor_uid;
	bool enabled; /* else only online-capable: never started */
};

struct acpi_ioapic {
	uint64_t address;
	uint32_t gsi_base;
	uint8_t id;
};

/* Interrupt source override, §5.2.12.5: an ISA interrupt that is wired elsewhere. */
struct acpi_override {
	uint8_t isa_irq;
	uint32_t gsi;
	bool active_low;
	bool level;
};

/* MCFG allocation: PCI Firmware Specification 3.3 §4.1.2. */
struct acpi_ecam {
	uint64_t address; /* of bus 0 of the segment, even when first_bus > 0 */
	uint16_t segment;
	uint8_t first_bus, last_bus;
};

struct acpi_cpu_affinity {
	uint32_t apic_id;
	uint32_t domain;
};

struct acpi_memory_affinity {
	uint64_t base, length;
	uint32_t domain;
};

/* A register in the generic address structure, §5.2.3.2, of the two spaces that we use. */
struct acpi_register {
	enum { ACPI_REGISTER_NONE, ACPI_REGISTER_MEMORY, ACPI_REGISTER_IO } space;
	uint8_t width; /* bits */
	uint64_t address;
};

/* A block of event registers, §4.8.1: status bits, and behind them as many that enable. */
struct acpi_events {
	struct acpi_register status; /* ACPI_REGISTER_NONE: there is no such block */
	uint64_t enable;
	uint8_t bytes; /* of each half */
};

/* The firmware's own serial console, of the 16550 kind: SPCR. */
struct acpi_serial {
	bool present;
	bool memory; /* else I/O ports */
	bool access_32bit;
	uint8_t shift; /* register n is at address + (n << shift) */
	uint64_t address;
	uint32_t baud; /* 0: as the firmware has set it */
};

/* A unit that translates the memory accesses of devices: DMAR's (Intel VT-d) or IVRS's (AMD-Vi). */
struct acpi_iommu {
	uint64_t address; /* of its registers: on a 4 KB boundary, not 0 */
	enum { ACPI_IOMMU_INTEL, ACPI_IOMMU_AMD } kind;
};

struct acpi_range {
	uint64_t base, length;
	bool io; /* else memory */
};

/* What AML says of PCI root bridges in constants; of one bridge only when `count` is 1. */
struct acpi_root {
	unsigned count; /* root bridges with a constant _CRS */
	uint8_t first_bus, last_bus;
	struct acpi_range ranges[ACPI_ROOT_RANGES_MAX]; /* what it passes on to its buses */
	unsigned range_count;
	uint64_t ecam_address; /* _CBA: 0 when there is none */
};

/* What AML says of the node of one PCI root bridge, and of scopes of other names. */
struct acpi_root_node {
	char name[4]; /* the last part of its name */
	bool is_root, has_bus, has_domain;
	uint8_t bus; /* its first */
	uint16_t segment;
	uint32_t domain;
};

/* Which node a VT-d unit is near: remapping hardware static affinity, VT-d 4.0 §8.8. */
struct acpi_unit_node {
	uint64_t address; /* the unit's */
	uint32_t domain;
};

/* A function, or all behind a bridge, that a VT-d unit translates: VT-d 4.0 §8.3.1. */
struct acpi_scope {
	uint64_t address; /* the unit's */
	uint16_t segment;
	bool all;	/* whatever else there is in the segment; the rest is not used */
	bool is_bridge; /* what is behind it belongs to it, too */
	uint8_t bus;	/* where the path begins */
	uint8_t path[ACPI_PATH_MAX][2]; /* device and function, from bridge to bridge */
	uint8_t path_length;
};

struct acpi_info {
	bool present; /* a valid RSDP and root table were found */

	/* MADT */
	uint64_t lapic_address; /* 0: no MADT */
	bool has_8259;
	struct acpi_cpu cpus[ACPI_CPUS_MAX];
	unsigned cpu_count;
	unsigned cpus_dropped; /* entries beyond ACPI_CPUS_MAX */
	struct acpi_ioapic ioapics[ACPI_IOAPICS_MAX];
	unsigned ioapic_count;
	struct acpi_override overrides[ACPI_OVERRIDES_MAX];
	unsigned override_count;

	/* HPET */
	uint64_t hpet_address; /* 0: none */

	/* MCFG */
	struct acpi_ecam ecams[ACPI_ECAMS_MAX];
	unsigned ecam_count;

	/* SRAT: nodes are the proximity domains in order, see acpi_node_of_domain(). */
	struct acpi_cpu_affinity cpu_affinities[ACPI_CPUS_MAX];
	unsigned cpu_affinity_count;
	struct acpi_memory_affinity memory_affinities[ACPI_AFFINITIES_MAX];
	unsigned memory_affinity_count;

	struct acpi_serial serial;

	/* DMAR, IVRS */
	struct acpi_iommu iommus[ACPI_IOMMUS_MAX];
	unsigned iommu_count;

	/* DSDT and SSDTs: PCI root bridges, 0: not known. Some may not be there; see pci_scan.c */
	unsigned pci_roots;
	bool aml_lost; /* one of them could not be read, and so what it declares is not known */
	struct acpi_root root;
	struct acpi_root_node root_nodes[ACPI_ROOT_NODES_MAX];
	unsigned root_node_count;

	/* DMAR again */
	struct acpi_unit_node unit_nodes[ACPI_UNIT_NODES_MAX];
	unsigned unit_node_count;
	struct acpi_scope scopes[ACPI_SCOPES_MAX];
	unsigned scope_count;

	/* FADT and DSDT */
	struct acpi_register reset_register;
	uint8_t reset_value;
	struct acpi_register pm_timer; /* 3.579545 MHz */
	bool pm_timer_32bit;	       /* else 24 bits */
	struct acpi_register pm1a_control, pm1b_control;
	bool s5_known; /* sleep type values from the DSDT's \_S5 package */
	uint8_t s5_type_a, s5_type_b;
	uint16_t smi_command_port; /* 0: none, ACPI mode is always on */
	uint8_t acpi_enable_value;
	struct acpi_register sleep_control; /* of a hardware-reduced machine, §4.8.3.7 */
	bool hardware_reduced;	/* none of the fixed registers above and below: §4.1 */
	bool has_power_button;	/* among the PM1 events */
	uint16_t sci_interrupt; /* 0: none; below 16 an ISA interrupt, else a GSI */
	struct acpi_events pm1a_events, pm1b_events;
	struct acpi_events gpe0, gpe1;
};

extern struct acpi_info acpi_info;

/*
 * Finds the RSDP (boot_info's copy, else EBDA and BIOS area, §5.2.5.1), verifies the tables,
 * maps those outside of mapped memory read-only, and fills acpi_info. Boot CPU, once.
 * Never fails: without usable tables the machine has one CPU and no IO-APIC, and that is logged.
 */
void acpi_init(void);

/* Node number (0, 1, …) of a proximity domain; 0 when the SRAT does not know it. */
unsigned acpi_node_of_domain(uint32_t domain);

/* Whether the SRAT knows a proximity domain. */
bool acpi_has_domain(uint32_t domain);

/* Node number of a CPU by its APIC ID; 0 when the SRAT does not know it. */
unsigned acpi_node_of_apic(uint32_t apic_id);

/*
 * Registers with memory.c which memory belongs to which node (memory_assign_node()). Boot CPU,
 * once, after acpi_init() and before other CPUs start.
 */
void acpi_nodes_assign(void);

#endif
