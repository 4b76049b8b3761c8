/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * QEMU's USB controllers of all four kinds, some of which its BIOS leaves running: stopped after
 * the boot.
 * Then the test starts them again, puts the marks of a firmware that never answers, and has them
 * taken over once more.
 */
/* QEMU: -device qemu-xhci -device usb-ehci -device ich9-usb-uhci1 -device pci-ohci */
/* QEMU: -device usb-kbd */
/* EXPECT: usb: 4 controllers are stopped after */
/* EXPECT: warning: usb: 0000:00:..\.0: the firmware does not let go of the EHCI controller */
/* EXPECT: usb: 0000:00:..\.0: the firmware has handed over the UHCI controller */
/* EXPECT: usb: 4 controllers are stopped after */
#include "kernel/base/io.h"
#include "kernel/firmware/usb_handoff.h"
#include "kernel/pci/pci.h"
#include "kernel/time/clock.h"
#include "tests/unit/check.h"

#define EHCI_LEGACY 0x68 /* where QEMU's has it */
#define EHCI_LEGACY_ID 0x00000001
#define EHCI_FIRMWARE 0x00010000
#define EHCI_OURS 0x01000000
#define EHCI_CONTROL 0x6c
#define EHCI_SMIS 0x3f
#define UHCI_LEGACY 0xc0
#define UHCI_SMIS 0x30
#define UHCI_LEGACY_OFF 0x8f00

#define RUN 1u
#define XHCI_HALTED (1u << 0)
#define EHCI_HALTED (1u << 12)
#define UHCI_HALTED (1u << 5)
#define OHCI_CONTROL 0x04
#define OHCI_STATE (3u << 6)
#define OHCI_OPERATIONAL (2u << 6)

static struct pci_device *xhci, *ehci, *uhci, *ohci;
static uint64_t xhci_operation, ehci_operation, ohci_registers;
static uint16_t uhci_ports;

static struct pci_device *
usb_find(uint8_t interface)
{
	for (unsigned i = 0; i < pci_count(); i++) {
		struct pci_device *device = pci_get(i);

		if (device->class_code == (0x0c0300u | interface))
			return device;
	}
	return NULL;
}

/* Address of the operational registers, which follow the capability registers. */
static uint64_t
operation_of(const struct pci_device *device)
{
	return device->bars[0].base + mmio_read8(device->bars[0].base);
}

static bool
all_stopped(void)
{
	return mmio_read32(xhci_operation + 4) & XHCI_HALTED &&
	       mmio_read32(ehci_operation + 4) & EHCI_HALTED &&
	       io_in16(uhci_ports + 2) & UHCI_HALTED &&
	       !(mmio_read32(ohci_registers + OHCI_CONTROL) & OHCI_STATE);
}

/* As firmware that uses them would leave them. */
static void
start_all(void)
{
	mmio_write32(xhci_operation, RUN);
	mmio_write32(ehci_operation, RUN);
	io_out16(uhci_ports, RUN);
	mmio_write32(ohci_registers + OHCI_CONTROL, OHCI_OPERATIONAL);
	CHECK(!(mmio_read32(xhci_operation + 4) & XHCI_HALTED));
	CHECK(!(mmio_read32(ehci_operation + 4) & EHCI_HALTED));
	CHECK(!(io_in16(uhci_ports + 2) & UHCI_HALTED));
	CHECK_EQ(mmio_read32(ohci_registers + OHCI_CONTROL) & OHCI_STATE, OHCI_OPERATIONAL);
	pci_config_write(ehci, EHCI_LEGACY, 4, EHCI_LEGACY_ID | EHCI_FIRMWARE);
	pci_config_write(ehci, EHCI_CONTROL, 4, EHCI_SMIS);
	pci_config_write(uhci, UHCI_LEGACY, 2, UHCI_SMIS);
}

int
main(void)
{
	uint64_t start;

	xhci = usb_find(0x30);
	ehci = usb_find(0x20);
	ohci = usb_find(0x10);
	uhci = usb_find(0x00);
	if (!CHECK(xhci && ehci && ohci && uhci))
		return check_end();
	xhci_operation = operation_of(xhci);
	ehci_operation = operation_of(ehci);
	ohci_registers = ohci->bars[0].base;
	uhci_ports = (uint16_t)uhci->bars[4].base;
	CHECK(all_stopped());
	start_all();
	start = clock_ns();
	usb_handoff();
	CHECK(all_stopped());
	CHECK(clock_ns() - start >= NS_PER_SECOND); /* what a firmware is given */
	CHECK_EQ(pci_config_read(ehci, EHCI_LEGACY, 4), EHCI_LEGACY_ID | EHCI_OURS);
	CHECK_EQ(pci_config_read(ehci, EHCI_CONTROL, 4) & EHCI_SMIS, 0);
	CHECK_EQ(pci_config_read(uhci, UHCI_LEGACY, 2), UHCI_LEGACY_OFF);
	return check_end();
}
