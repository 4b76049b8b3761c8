/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * INTx. Which IO-APIC input a pin is wired to is described by AML (_PRT), which we do not
 * interpret. What firmware wrote into the interrupt line register is the ISA interrupt that the pin
 * is routed to for an 8259, and chipsets (QEMU's among them) deliver it at the IO-APIC input of
 * that interrupt as well. Where it is not an ISA interrupt, the wiring is unknown.
 */
#include "kernel/acpi/acpi.h"
#include "kernel/base/errno.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/pci/pci_internal.h"

int
pci_intx_gsi(const struct pci_device *device, uint32_t *gsi)
{
	if (device->interrupt_pin == 0 || device->interrupt_line == 0 ||
	    device->interrupt_line >= ACPI_ISA_IRQS)
		return -ENODEV;
	*gsi = ioapic_isa_to_gsi(device->interrupt_line);
	return device->interrupt_line == acpi_info.sci_interrupt ? -ENODEV : 0;
}

void
pci_intx_mask(struct pci_device *device, bool masked)
{
	uint32_t command = pci_config_read(device, PCI_COMMAND, 2) & ~PCI_COMMAND_INTX_DISABLE;

	pci_config_write(device, PCI_COMMAND, 2, command | (masked ? PCI_COMMAND_INTX_DISABLE : 0));
}
