/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is known in AML by its bytes alone: integers (ACPI 6.5 §20.2.3), and the hardware IDs of PCI
 * root bridges.
 */
#include "kernel/acpi/acpi_tables.h"
#include "kernel/base/string.h"

#define AML_ZERO 0x00
#define AML_ONE 0x01
#define AML_BYTE 0x0a
#define AML_WORD 0x0b
#define AML_STRING 0x0d

/* The dwords EISAID("PNP0A03"), a PCI root, and EISAID("PNP0A08"), a PCI Express root. */
static const uint8_t aml_pci_root[] = {AML_DWORD, 0x41, 0xd0, 0x0a, 0x03};
static const uint8_t aml_pcie_root[] = {AML_DWORD, 0x41, 0xd0, 0x0a, 0x08};

/* The same as strings, as hardware-reduced machines have them. */
static const uint8_t aml_pci_root_name[] = {AML_STRING, 'P', 'N', 'P', '0', 'A', '0', '3', 0};
static const uint8_t aml_pcie_root_name[] = {AML_STRING, 'P', 'N', 'P', '0', 'A', '0', '8', 0};

bool
acpi_aml_integer(const uint8_t **at, const uint8_t *end, uint32_t *value)
{
	size_t left = (size_t)(end - *at);
	size_t bytes;

	if (left == 0)
		return false;
	switch ((*at)[0]) {
	case AML_ZERO:
	case AML_ONE:
		*value = (*at)[0];
		*at += 1;
		return true;
	case AML_BYTE:
		bytes = sizeof(uint8_t);
		break;
	case AML_WORD:
		bytes = sizeof(uint16_t);
		break;
	case AML_DWORD:
		bytes = sizeof(uint32_t);
		break;
	default:
		return false;
	}
	if (left < 1 + bytes)
		return false;
	*value = 0;
	memcpy(value, *at + 1, bytes);
	*at += 1 + bytes;
	return true;
}

static unsigned
aml_count(const uint8_t *code, const uint8_t *end, const uint8_t *bytes, size_t length)
{
	unsigned count = 0;

	for (const uint8_t *at = code; (size_t)(end - at) >= length; at++) {
		if (*at == *bytes && memcmp(at, bytes, length) == 0)
			count++;
	}
	return count;
}

/* A PCI Express root has the other ID as well, as its compatible one: the larger number counts. */
unsigned
acpi_aml_roots(const uint8_t *code, const uint8_t *end)
{
	unsigned pci = aml_count(code, end, aml_pci_root, sizeof(aml_pci_root)) +
		       aml_count(code, end, aml_pci_root_name, sizeof(aml_pci_root_name));
	unsigned pcie = aml_count(code, end, aml_pcie_root, sizeof(aml_pcie_root)) +
			aml_count(code, end, aml_pcie_root_name, sizeof(aml_pcie_root_name));

	return MAX(pci, pcie);
}
