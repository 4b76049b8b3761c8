/* SPDX-License-Identifier: BSD-3-Clause
 *
 * Configuration space (82599 data sheet chapter 9) with 32-bit BARs, which the 82599 has when its
 * EEPROM says so (§9.3.6.1) and which QEMU's proxy needs: BAR 0 registers, BAR 1 flash (none),
 * BAR 2 I/O, BAR 3 MSI-X. Capabilities where drivers expect them: power management 0x40, MSI 0x50,
 * MSI-X 0x70, PCI Express 0xA0.
 */
#include <string.h>

#include "model.h"

#define PCI_COMMAND 0x04u
#define   PCI_COMMAND_IO 1u
#define   PCI_COMMAND_MEMORY 2u
#define   PCI_COMMAND_MASTER 4u
#define PCI_BAR0 0x10u
#define PCI_BAR2 0x18u
#define PCI_BAR3 0x1Cu
#define IO_BYTES 32u
#define MSIX_BYTES 0x4000u

#define CAP_PM 0x40u
#define CAP_MSI 0x50u
#define   MSI_CONTROL (CAP_MSI + 2)
#define   MSI_ENABLE 1u
#define   MSI_64BIT 0x80u
#define CAP_MSIX 0x70u
#define   MSIX_CONTROL (CAP_MSIX + 2)
#define   MSIX_ENABLE 0x8000u
#define   MSIX_FUNCTION_MASK 0x4000u
#define   MSIX_BAR3_BIR 3u
#define CAP_PCIE 0xA0u

static void
put(uint8_t *space, uint32_t offset, uint32_t value, unsigned len)
{
	for (unsigned i = 0; i < len; i++)
		space[offset + i] = (uint8_t)(value >> (8 * i));
}

static uint32_t
get(const uint8_t *space, uint32_t offset, unsigned len)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < len; i++)
		value |= (uint32_t)space[offset + i] << (8 * i);
	return value;
}

static void
capabilities(uint8_t *c)
{
	put(c, CAP_PM, 0x00235001u, 4);			/* version 3, next: MSI */
	put(c, CAP_MSI, 0x05u | CAP_MSIX << 8 | MSI_64BIT << 16, 4);
	put(c, CAP_MSIX, 0x11u | CAP_PCIE << 8 | (IX_VECTORS - 1) << 16, 4);
	put(c, CAP_MSIX + 4, MSIX_BAR3_BIR, 4);		/* table at 0 */
	put(c, CAP_MSIX + 8, 0x2000u | MSIX_BAR3_BIR, 4);
	put(c, CAP_PCIE, 0x00020010u, 4);		/* endpoint, version 2, the last */
	put(c, CAP_PCIE + 4, 0x10008CC2u, 4);		/* 512-byte payload, function reset */
	put(c, CAP_PCIE + 8, 0x2810u, 2);
	put(c, CAP_PCIE + 0x0C, 0x00015C82u, 4);	/* 5 GT/s, 8 lanes */
	put(c, CAP_PCIE + 0x12, 0x0082u, 2);		/* negotiated: the same */
}

void
ix_pci_reset(struct ix *ix)
{
	uint8_t *c = ix->pci;

	memset(c, 0, sizeof(ix->pci));
	put(c, 0x00, 0x8086u | (uint32_t)ix->config.device_id << 16, 4);
	put(c, 0x06, 0x0010u, 2);			/* a list of capabilities */
	put(c, 0x08, 0x02000001u, 4);			/* Ethernet, revision 1 */
	put(c, PCI_BAR2, 1, 4);
	put(c, 0x2C, 0x00038086u, 4);
	c[0x34] = CAP_PM;
	c[0x3D] = 1;
	capabilities(c);
}

static uint32_t
bar_size(uint32_t offset)
{
	switch (offset) {
	case PCI_BAR0:
		return IX_BAR0_SIZE;
	case PCI_BAR2:
		return IO_BYTES;
	case PCI_BAR3:
		return MSIX_BYTES;
	default:
		return 0;
	}
}

/* Bits of each dword that software sets. */
static uint32_t
writable(uint32_t dword)
{
	switch (dword) {
	case PCI_COMMAND:
		return 0x0547u;
	case PCI_BAR0:
	case PCI_BAR2:
	case PCI_BAR3:
		return ~(bar_size(dword) - 1);
	case 0x0C:				/* cache line size */
		return 0xFFu;
	case 0x3C:				/* interrupt line */
		return 0xFFu;
	case CAP_PM + 4:
		return 0x8103u;
	case CAP_MSI:
		return MSI_ENABLE << 16;
	case CAP_MSI + 4:
		return ~3u;
	case CAP_MSI + 8:
		return ~0u;
	case CAP_MSI + 0x0C:
		return 0xFFFFu;
	case CAP_MSIX:
		return (MSIX_ENABLE | MSIX_FUNCTION_MASK) << 16;
	case CAP_PCIE + 8:
		return 0x7FFFu;
	case CAP_PCIE + 0x10:
		return 0x01FBu;
	case CAP_PCIE + 0x28:
		return 0x1Fu;
	default:
		return 0;
	}
}

uint32_t
ix_pci_read(const struct ix *ix, uint32_t offset, unsigned len)
{
	if (len > 4 || offset + len > sizeof(ix->pci))
		return 0;
	return get(ix->pci, offset, len);
}

void
ix_pci_write(struct ix *ix, uint32_t offset, uint32_t value, unsigned len)
{
	bool msix = ix_pci_msix_enabled(ix);

	if (len > 4 || offset + len > sizeof(ix->pci))
		return;
	if (offset == CAP_PCIE + 8 && len >= 2 && (value & 0x8000u)) {
		ix_power_reset(ix);		/* Initiate Function Level Reset */
		return;
	}
	for (unsigned i = 0; i < len; i++) {
		uint32_t at = offset + i;
		uint8_t mask = (uint8_t)(writable(at & ~3u) >> (8 * (at & 3)));
		uint8_t byte = (uint8_t)(value >> (8 * i));

		ix->pci[at] = (uint8_t)((ix->pci[at] & ~mask) | (byte & mask));
	}
	if (!msix && ix_pci_msix_enabled(ix))
		ix_msix_unmasked(ix);
}

enum ix_bar
ix_pci_decode(const struct ix *ix, uint64_t addr, bool memory, uint32_t *offset)
{
	static const struct {
		uint32_t reg;
		enum ix_bar bar;
	} bars[] = {
		{ PCI_BAR0, IX_BAR_REGS },
		{ PCI_BAR3, IX_BAR_MSIX },
		{ PCI_BAR2, IX_BAR_IO },
	};

	for (unsigned i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
		uint32_t size = bar_size(bars[i].reg);
		uint64_t base = get(ix->pci, bars[i].reg, 4) & ~(size - 1);

		if (memory == (bars[i].bar == IX_BAR_IO))
			continue;
		if (addr >= base && addr < base + size) {
			*offset = (uint32_t)(addr - base);
			return bars[i].bar;
		}
	}
	return IX_BAR_NONE;
}

bool
ix_pci_bus_master(const struct ix *ix)
{
	return ix->pci[PCI_COMMAND] & PCI_COMMAND_MASTER;
}

bool
ix_pci_msix_on(const struct ix *ix)
{
	return get(ix->pci, MSIX_CONTROL, 2) & MSIX_ENABLE;
}

bool
ix_pci_msix_enabled(const struct ix *ix)
{
	uint32_t control = get(ix->pci, MSIX_CONTROL, 2);

	return (control & MSIX_ENABLE) && !(control & MSIX_FUNCTION_MASK);
}

bool
ix_pci_msi(const struct ix *ix, uint64_t *addr, uint32_t *data)
{
	if (!(get(ix->pci, MSI_CONTROL, 2) & MSI_ENABLE))
		return false;
	*addr = get(ix->pci, CAP_MSI + 4, 4) | (uint64_t)get(ix->pci, CAP_MSI + 8, 4) << 32;
	*data = get(ix->pci, CAP_MSI + 0x0C, 2);
	return true;
}
