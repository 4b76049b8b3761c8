/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A machine with USB controllers of all kinds for test_usb_handoff.c, and a firmware that drives
 * them. Each controller has a window of the fake registers and a configuration space.
 */
#ifndef TESTS_UNIT_USB_FAKE_H
#define TESTS_UNIT_USB_FAKE_H

#include "kernel/firmware/usb_handoff.h"
#include "kernel/loader/settings.h"
#include "kernel/pci/pci.h"
#include "tests/unit/registers_fake.h"

#define MACHINE_MAX 40
#define WINDOW 0x1000
#define UHCI_PORTS 0xc040
#define SLOW_TICKS 200 /* 20 ms */
#define STOP_TICKS 20

#define XHCI 0x0c0330
#define EHCI 0x0c0320
#define OHCI 0x0c0310
#define UHCI 0x0c0300

#define OPERATION 0x20 /* what CAPLENGTH says */
#define LEGACY 0x500   /* of the xHCI */
#define EECP 0x68      /* of the EHCI */

#define FIRMWARE (1u << 16)
#define OURS (1u << 24)

struct settings settings;

static struct pci_device machine[MACHINE_MAX];
static bool probed[MACHINE_MAX]; /* pci_bars_probe() was called */
static uint8_t config[MACHINE_MAX][PCI_CONFIG_SIZE];
static unsigned machine_count;
static uint16_t uhci_command, uhci_status, uhci_interrupts;
static bool deaf;     /* firmware never lets go */
static bool restless; /* nothing stops */
static unsigned ticks;

unsigned
pci_count(void)
{
	return machine_count;
}

struct pci_device *
pci_get(unsigned index)
{
	return &machine[index];
}

void
pci_bars_probe(struct pci_device *device)
{
	probed[device - machine] = true;
}

uint32_t
pci_config_read(const struct pci_device *device, unsigned offset, unsigned width)
{
	uint32_t value = 0;

	CHECK(offset % width == 0 && offset + width <= PCI_CONFIG_SIZE);
	memcpy(&value, &config[device - machine][offset], width);
	return value;
}

void
pci_config_write(const struct pci_device *device, unsigned offset, unsigned width, uint32_t value)
{
	CHECK(offset % width == 0 && offset + width <= PCI_CONFIG_SIZE);
	memcpy(&config[device - machine][offset], &value, width);
}

uint16_t
registers_port_read16(uint16_t port)
{
	switch (port) {
	case UHCI_PORTS:
		return uhci_command;
	case UHCI_PORTS + 2:
		return uhci_status;
	default:
		return UINT16_MAX;
	}
}

void
registers_port_write16(uint16_t port, uint16_t value)
{
	if (port == UHCI_PORTS)
		uhci_command = value;
	else if (CHECK_EQ(port, UHCI_PORTS + 4))
		uhci_interrupts = value;
}

/* The interrupt registers of an OHCI set and clear. Nothing else acts by itself. */
static void
registers_written(unsigned offset, uint64_t value, uint64_t old)
{
	const struct pci_device *device = &machine[offset / WINDOW];

	if (device->class_code != OHCI)
		return;
	if (offset % WINDOW == 0x10)
		register_put(offset, 4, value | old);
	if (offset % WINDOW == 0x14)
		register_put(offset - 4, 4, register_get(offset - 4, 4) & ~value);
}

/* Firmware that was asked lets go. */
static inline void
firmware_acts(unsigned i)
{
	unsigned at = i * WINDOW;

	if (machine[i].class_code == XHCI && register_get(at + LEGACY, 4) & OURS)
		register_put(at + LEGACY, 4, register_get(at + LEGACY, 4) & ~FIRMWARE);
	if (machine[i].class_code == EHCI && config[i][EECP + 3] & 1)
		config[i][EECP + 2] = 0;
	if (machine[i].class_code == OHCI && register_get(at + 0x08, 4) & 1 << 3 &&
	    register_get(at + 0x10, 4) & 1 << 30)
		register_put(at + 0x04, 4, register_get(at + 0x04, 4) & ~(1 << 8));
}

static inline void
controller_acts(unsigned i)
{
	unsigned at = i * WINDOW + OPERATION;

	if (machine[i].class_code == XHCI && !(register_get(at, 4) & 1))
		register_put(at + 4, 4, register_get(at + 4, 4) | 1);
	if (machine[i].class_code == EHCI && !(register_get(at, 4) & 1))
		register_put(at + 4, 4, register_get(at + 4, 4) | 1 << 12);
	if (machine[i].class_code == UHCI && !(uhci_command & 1))
		uhci_status |= 1 << 5;
}

static void
registers_tick(void)
{
	ticks++;
	for (unsigned i = 0; i < machine_count; i++) {
		if (!deaf && ticks >= SLOW_TICKS)
			firmware_acts(i);
		if (!restless && ticks % STOP_TICKS == 0)
			controller_acts(i);
	}
}

static inline void
machine_new(void)
{
	registers_reset();
	memset(&settings, 0, sizeof(settings));
	memset(config, 0, sizeof(config));
	machine_count = 0;
	uhci_command = uhci_status = uhci_interrupts = 0;
	deaf = restless = false;
	ticks = 0;
}

/* A running controller that firmware drives. Returns where its registers are. */
static inline unsigned
machine_add(uint32_t class_code)
{
	unsigned i = machine_count++, at = i * WINDOW % FAKE_REGISTERS_SIZE;
	struct pci_device *device = &machine[i];

	memset(device, 0, sizeof(*device));
	probed[i] = false;
	device->class_code = class_code;
	device->device = (uint8_t)i;
	device->bars[0].base = FAKE_REGISTERS + at;
	device->bars[0].size = WINDOW;
	config[i][PCI_COMMAND] = PCI_COMMAND_IO | PCI_COMMAND_MEMORY;
	switch (class_code) {
	case XHCI:
		register_put(at, 4, 0x01000000 | OPERATION);
		register_put(at + 0x10, 4, 0x100 << 16); /* the first capability is at 0x400 */
		register_put(at + 0x400, 4, 0x02 | 0x40 << 8);
		register_put(at + LEGACY, 4, 0x01 | FIRMWARE);
		register_put(at + LEGACY + 4, 4, 0xe0e1e01f);
		register_put(at + OPERATION, 4, 0x0d);
		break;
	case EHCI:
		register_put(at, 4, 0x01000000 | OPERATION);
		register_put(at + 0x08, 4, EECP << 8);
		config[i][EECP] = 1;
		config[i][EECP + 2] = 1;
		config[i][EECP + 4] = 0x3f;
		register_put(at + OPERATION, 4, 0x31);
		register_put(at + OPERATION + 8, 4, 0x3f);
		break;
	case OHCI:
		register_put(at + 0x04, 4, 2 << 6 | 1 << 8 | 1 << 9 | 0x3c);
		break;
	case UHCI:
		device->bars[0].size = 0;
		device->bars[4].base = UHCI_PORTS;
		device->bars[4].size = 0x20;
		device->bars[4].io = true;
		config[i][0xc0] = 0x30;
		uhci_command = 0xc1;
		uhci_interrupts = 0xf;
		break;
	}
	return at;
}

static inline void
machine_all(unsigned at[3])
{
	machine_new();
	at[0] = machine_add(XHCI);
	at[1] = machine_add(EHCI);
	at[2] = machine_add(OHCI);
	machine_add(UHCI);
	machine_add(0x0c0340); /* of no kind that has firmware */
	machine_add(0x020000);
}

#endif
