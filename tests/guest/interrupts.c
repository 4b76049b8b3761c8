/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts on their whole way: vectors given out and taken back, one sent by the CPU itself, a
 * NIC's INTx through the IO-APIC, another's MSI and MSI-X, all raised by the NICs' own "set cause"
 * registers (82574 data sheet §10.2.4).
 */
/* QEMU: -smp 2 -device e1000 -device e1000e */
#include "kernel/base/cpu.h"
#include "kernel/base/errno.h"
#include "kernel/base/io.h"
#include "kernel/base/x86.h"
#include "kernel/cpu/segments.h"
#include "kernel/interrupts/ioapic.h"
#include "kernel/interrupts/irq.h"
#include "kernel/interrupts/lapic.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

#define VENDOR_INTEL 0x8086
#define DEVICE_E1000 0x100e
#define DEVICE_E1000E 0x10d3

#define NIC_ICR 0xc0 /* a read clears it, and INTx with it */
#define NIC_ICS 0xc8
#define NIC_IMS 0xd0
#define NIC_IMC 0xd8
#define NIC_IVAR 0xe4
#define NIC_IVAR_OTHER_TO_0 (1u << 19) /* entry 0, valid */
#define NIC_CAUSE_LINK (1u << 2)
#define NIC_CAUSE_OTHER (1u << 24)

/* QEMU 7.2 ends with an assertion when MSI-X is switched off sooner after an interrupt. */
#define THROTTLE_NS (20 * NS_PER_MS)

#define ARRIVES_NS NS_PER_SECOND /* a deadline, not a promise of speed */

static volatile unsigned arrived;
static volatile unsigned arrived_on;
static volatile uint16_t arrived_ss;
static uint64_t nic_registers;

static void
handler(void *argument)
{
	*(volatile unsigned *)argument += 1;
	arrived_on = cpu_this()->index;
	__asm__ volatile("mov %%ss, %0" : "=rm"(arrived_ss));
}

static void
nic_handler(void *argument)
{
	handler(argument);
	(void)mmio_read32(nic_registers + NIC_ICR);
}

static bool
arrives(unsigned due)
{
	uint64_t deadline = clock_deadline_ns(ARRIVES_NS);

	while (arrived < due && !clock_passed(deadline))
		cpu_pause();
	return arrived >= due;
}

static void
test_vectors(void)
{
	int vectors[IRQ_LAST_DEVICE + 1];
	unsigned count = 0;

	CHECK_EQ(irq_alloc(NULL, NULL, "none"), -EINVAL);
	while ((vectors[count] = irq_alloc(handler, (void *)&arrived, "test")) >= 0)
		count++;
	CHECK_EQ(vectors[count], -ENOSPC);
	CHECK(count > 100);
	for (unsigned i = 0; i < count; i++) {
		CHECK(vectors[i] >= IRQ_FIRST_DEVICE && vectors[i] <= IRQ_LAST_DEVICE);
		irq_free(vectors[i]);
	}
}

static void
test_self(void)
{
	int vector = irq_alloc(handler, (void *)&arrived, "self");
	uint64_t before = irq_count(0);

	arrived = 0;
	for (unsigned i = 1; i <= 3; i++) {
		CHECK_EQ(lapic_send(cpu_get(0)->apic_id, LAPIC_DELIVER_FIXED, (uint8_t)vector), 0);
		CHECK(arrives(i));
	}
	CHECK_EQ(arrived, 3);
	CHECK_EQ(arrived_on, 0);
	/* As everywhere: an emulator translates code once for each kind of stack segment. */
	CHECK_EQ(arrived_ss, SEGMENT_DATA);
	CHECK(irq_count(0) >= before + 3);
	irq_free(vector);
}

static struct pci_device *
nic_claim(uint16_t device_id)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		if (device->vendor_id != VENDOR_INTEL || device->device_id != device_id)
			continue;
		CHECK_EQ(pci_claim(device), 0);
		nic_registers = device->bars[0].base;
		return CHECK_EQ(pci_map_bar(device, 0, PAGING_UC), 0) ? device : NULL;
	}
	CHECK(!"no such NIC");
	return NULL;
}

static void
test_intx(void)
{
	struct pci_device *nic = nic_claim(DEVICE_E1000);
	int vector = irq_alloc(nic_handler, (void *)&arrived, "INTx");
	uint32_t gsi = 0;

	if (!nic)
		return;
	arrived = 0;
	CHECK_EQ(pci_intx_gsi(nic, &gsi), 0);
	CHECK_EQ(ioapic_route_gsi(gsi, vector, true, true), 0);
	mmio_write32(nic_registers + NIC_IMC, UINT32_MAX);
	(void)mmio_read32(nic_registers + NIC_ICR);
	ioapic_mask_gsi(gsi, false);
	pci_intx_mask(nic, false);
	mmio_write32(nic_registers + NIC_IMS, NIC_CAUSE_LINK);
	for (unsigned i = 1; i <= 3; i++) {
		mmio_write32(nic_registers + NIC_ICS, NIC_CAUSE_LINK);
		CHECK(arrives(i));
	}
	CHECK_EQ(ioapic_route_gsi(4000, vector, true, true), -ENODEV);
	pci_release(nic);
	ioapic_mask_gsi(gsi, true);
	irq_free(vector);
}

static void
test_msi(void)
{
	struct pci_device *nic = nic_claim(DEVICE_E1000E);
	int vector = irq_alloc(nic_handler, (void *)&arrived, "MSI");

	if (!nic)
		return;
	arrived = 0;
	CHECK(pci_msi_has(nic));
	CHECK_EQ(pci_msi_set(nic, vector), 0);
	CHECK_EQ(pci_msi_enable(nic, true), 0);
	mmio_write32(nic_registers + NIC_IMC, UINT32_MAX);
	(void)mmio_read32(nic_registers + NIC_ICR);
	mmio_write32(nic_registers + NIC_IMS, NIC_CAUSE_LINK);
	for (unsigned i = 1; i <= 3; i++) {
		mmio_write32(nic_registers + NIC_ICS, NIC_CAUSE_LINK);
		CHECK(arrives(i));
	}
	CHECK_EQ(arrived_on, 0);
	pci_release(nic);
	irq_free(vector);
}

static void
test_msix(void)
{
	struct pci_device *nic = nic_claim(DEVICE_E1000E);
	int vector = irq_alloc(nic_handler, (void *)&arrived, "MSI-X");

	if (!nic)
		return;
	arrived = 0;
	CHECK(nic->msix_vectors >= 1);
	CHECK_EQ(pci_msix_set(nic, nic->msix_vectors, vector), -EINVAL);
	CHECK_EQ(pci_msix_set(nic, 0, vector), 0);
	CHECK_EQ(pci_msix_enable(nic, true), 0);
	mmio_write32(nic_registers + NIC_IMC, UINT32_MAX);
	(void)mmio_read32(nic_registers + NIC_ICR);
	mmio_write32(nic_registers + NIC_IVAR, NIC_IVAR_OTHER_TO_0);
	mmio_write32(nic_registers + NIC_IMS, NIC_CAUSE_LINK | NIC_CAUSE_OTHER);
	mmio_write32(nic_registers + NIC_ICS, NIC_CAUSE_LINK | NIC_CAUSE_OTHER);
	CHECK(arrives(1));
	CHECK_EQ(arrived_on, 0);
	clock_delay_ns(THROTTLE_NS);
	pci_release(nic);
	irq_free(vector);
}

int
main(void)
{
	test_vectors();
	test_self();
	test_intx();
	test_msi();
	test_msix();
	return check_end();
}
