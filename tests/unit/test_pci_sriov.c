/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci/pci_node.c kernel/memory/paging_device.c */
/* SOURCES: kernel/pci/pci_claim.c */
/* SOURCES: kernel/pci/pci_init.c */
/* SOURCES: kernel/pci/pci.c kernel/pci/pci_scan.c kernel/pci/pci_bar.c kernel/pci/pci_config.c */
/* SOURCES: kernel/pci/pci_msi.c kernel/pci/pci_msix.c kernel/pci/pci_intx.c */
/* SOURCES: kernel/pci/pci_express.c kernel/pci/pci_sriov.c kernel/loader/boot_info_memory.c */
/* SOURCES: kernel/pci/pci_number.c kernel/pci/pci_room.c kernel/pci/pci_window.c */
/* SOURCES: kernel/pci/pci_assign.c */
/*
 * Virtual functions of a NIC in a fake configuration space: they appear only after the steps that
 * the specification asks for, in its order; with ARI and on the buses behind; what cannot be done
 * is named.
 */
#include "kernel/loader/settings.h"
#include "tests/unit/log_captured.h"
#include "tests/unit/pci_fake.h"

#define SRIOV 0x160
#define ARI 0x140
#define EXPRESS 0x40
#define BUS 0x81 /* ECAM reaches it */
#define VIRTUAL_DEVICE 0x10ed
#define MS 1000000ull

struct settings settings;

static struct fake *port, *nic;
static unsigned enabled, enabled_ari; /* how often, and whether ARI was on */
static uint64_t ready_after, last_enabled, last_disabled;
static unsigned offset_without_ari, offset_with_ari;

static void
virtual_add(unsigned id)
{
	struct fake *fake = fake_add(
		(struct pci_place){0, (uint8_t)(id >> 8), id >> 3 & 31, id & 7}, CLASS_NIC, 0);

	fake->command_mask = PCI_COMMAND_MASTER;
	fake->appears = fake_time + ready_after;
	fake_put(fake, PCI_VENDOR_ID, 4, 0xffffffff);
	fake_put(fake, PCI_SUBSYSTEM_ID, 2, 0x7a11);
	fake_add_capability(fake, 0x70, PCI_CAP_MSIX);
	fake_put(fake, 0x72, 2, 2); /* 3 vectors */
	fake_put(fake, 0x74, 4, 3); /* in BAR 3 */
}

/* Bits of the capability that take no write, and what a write brings about. */
static void
sriov_written(struct fake *fake, unsigned offset)
{
	unsigned control = fake_get(fake, SRIOV + 8, 2);
	bool on = control & 1;
	unsigned count = fake_get(fake, SRIOV + 0x10, 2);
	unsigned own = BUS << 8;

	fake_put(fake, SRIOV + 0x24, 4, (fake_get(fake, SRIOV + 0x24, 4) & 0xffffc000) | 0xc);
	fake_put(fake, SRIOV + 0x30, 4, (fake_get(fake, SRIOV + 0x30, 4) & 0xffff8000) | 0x4);
	fake_put(fake, SRIOV + 0x2c, 4, 0);
	fake_put(fake, SRIOV + 0x38, 4, 0);
	fake_put(fake, SRIOV + 0x14, 2, control & 0x10 ? offset_with_ari : offset_without_ari);
	fake_put(fake, SRIOV + 0x16, 2, 2);
	if (offset >= SRIOV + 0x24 && offset < SRIOV + 0x3c)
		CHECK(!(control & 9)); /* no BAR moves while it is decoded */
	if (offset != SRIOV + 8)
		return;
	if (!on)
		last_disabled = fake_time;
	if (!on || last_enabled > last_disabled)
		return;
	CHECK_EQ(fake_get(fake, SRIOV + 0x20, 4), 1);
	last_enabled = fake_time;
	enabled++;
	enabled_ari = control & 0x10;
	for (unsigned i = 0; i < count; i++)
		virtual_add(own + fake_get(fake, SRIOV + 0x14, 2) + 2 * i);
}

/* A NIC behind a root port, of 8 virtual functions with two BARs each. */
static void
machine_sriov(void)
{
	machine_new();
	memset(&settings, 0, sizeof(settings));
	log_forget();
	enabled = enabled_ari = 0;
	last_enabled = last_disabled = 0;
	ready_after = 0;
	offset_without_ari = 384; /* as an 82599 */
	offset_with_ari = 128;
	port = fake_add_bridge((struct pci_place){0, 0x80, 1, 0}, BUS, BUS);
	fake_add_capability(port, EXPRESS, PCI_CAP_EXPRESS);
	fake_put(port, EXPRESS + 2, 2, 4 << 4);
	fake_set_window(port, PCI_SPACE_MEMORY, 0x90000000, 0x90400000);
	fake_set_window(port, PCI_SPACE_PREFETCHABLE, 0x2000000000, 0x2000100000);
	nic = fake_add((struct pci_place){0, BUS, 0, 0}, CLASS_NIC, 0);
	fake_set_bar(nic, 0, 0x90000000, 0xfff00000);
	fake_put(nic, PCI_SUBSYSTEM_VENDOR_ID, 4, 0x00018086);
	fake_put(nic, 0x100, 4, (uint32_t)ARI << 20 | 0x10001);
	fake_put(nic, ARI, 4, (uint32_t)SRIOV << 20 | 0x1000e);
	fake_put(nic, SRIOV, 4, 0x10010);
	fake_put(nic, SRIOV + 0x0c, 4, 8 << 16 | 8);
	fake_put(nic, SRIOV + 0x1a, 2, VIRTUAL_DEVICE);
	fake_put(nic, SRIOV + 0x1c, 4, 0x553);
	nic->written = sriov_written;
	sriov_written(nic, 0);
}

static void
ask(unsigned count)
{
	settings.sriov[settings.sriov_count++] =
		(struct sriov_spec){.bus = BUS, .count = (uint16_t)count};
}

static unsigned
run(void)
{
	machine_scan();
	pci_sriov();
	return pci_count();
}

static void
test_on_next_bus(void)
{
	struct pci_device *first, *last;

	machine_sriov();
	ask(4);
	CHECK_EQ(run(), 6);
	CHECK_EQ(enabled, 1);
	CHECK_EQ(fake_get(nic, SRIOV + 8, 2), 9);
	CHECK_EQ(fake_get(nic, SRIOV + 0x10, 2), 4);
	CHECK_EQ(fake_get(port, PCI_SUBORDINATE_BUS, 1), BUS + 1);
	first = pci_find(0, BUS + 1, 16, 0);
	last = pci_find(0, BUS + 1, 16, 6);
	if (!CHECK(first && last))
		return;
	CHECK_EQ(first->vendor_id, 0x8086);
	CHECK_EQ(first->device_id, VIRTUAL_DEVICE);
	CHECK_EQ(first->class_code, CLASS_NIC);
	CHECK_EQ(first->subsystem_vendor_id, 0x8086);
	CHECK_EQ(first->subsystem_id, 0x7a11);
	CHECK_EQ(first->physical, pci_find(0, BUS, 0, 0));
	CHECK_EQ(first->physical->virtual_functions, 4);
	CHECK_EQ(first->private->bridge, pci_find(0, 0x80, 1, 0));
	CHECK_EQ(first->bars[0].base, 0x2000000000);
	CHECK_EQ(first->bars[0].size, 0x4000);
	CHECK_EQ(last->bars[0].base, 0x200000c000);
	CHECK_EQ(first->bars[3].base, 0x90100000); /* beside the NIC's own */
	CHECK_EQ(last->bars[3].base, 0x90118000);
	CHECK_EQ(fake_get(nic, SRIOV + 0x24, 4), 0x0000000c);
	CHECK_EQ(fake_get(nic, SRIOV + 0x28, 4), 0x20);
	CHECK_EQ(fake_get(nic, SRIOV + 0x30, 4), 0x90100004);
	CHECK_EQ(first->msix_vectors, 3);
	CHECK(log_said("0000:81:00.0: 4 virtual functions from 0000:82:10.0 on"));
}

static void
test_claimed(void)
{
	struct pci_device *device;
	struct fake *fake;

	machine_sriov();
	ask(1);
	CHECK_EQ(run(), 3);
	device = pci_find(0, BUS + 1, 16, 0);
	if (!CHECK(device != NULL))
		return;
	fake = fake_at(pci_place_of(device));
	device->msix_vectors = 0; /* the table would be written to */
	CHECK_EQ(pci_claim(device), 0);
	CHECK_EQ(fake_get(fake, PCI_COMMAND, 2), PCI_COMMAND_MASTER);
	CHECK_EQ(fake_get(port, PCI_COMMAND, 2), PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY);
	CHECK_EQ(pci_map_bar(device, 0, PAGING_UC), 0);
	CHECK_EQ(device->bars[0].base, 0x2000000000);
	pci_release(device);
	CHECK_EQ(fake_get(fake, PCI_COMMAND, 2), 0);
}

static void
test_ari(void)
{
	machine_sriov();
	fake_put(port, EXPRESS + 0x24, 4, 1 << 5);
	ask(8);
	CHECK_EQ(run(), 10);
	CHECK(enabled_ari);
	CHECK_EQ(fake_get(port, EXPRESS + 0x28, 2), 1 << 5);
	CHECK_EQ(fake_get(port, PCI_SUBORDINATE_BUS, 1), BUS); /* all on the NIC's bus */
	CHECK(pci_find(0, BUS, 16, 0) && pci_find(0, BUS, 17, 6));

	/* A device that would use ARI's numbers without ARI. */
	machine_sriov();
	offset_without_ari = 128;
	ask(2);
	CHECK_EQ(run(), 2);
	CHECK_EQ(enabled, 0);
	CHECK(log_said("2 virtual functions from 0x8180 on, each 0x2 further, cannot be reached"));
}

static void
test_waits(void)
{
	uint64_t start;

	machine_sriov();
	ready_after = 700 * MS;
	ask(2);
	machine_scan();
	start = fake_time;
	pci_sriov();
	CHECK_EQ(pci_count(), 4);
	CHECK(fake_time - start >= 700 * MS && fake_time - start < 800 * MS);

	machine_sriov();
	ready_after = 2000 * MS;
	ask(2);
	machine_scan();
	start = fake_time;
	pci_sriov();
	CHECK_EQ(pci_count(), 2);
	CHECK(fake_time - start >= 1000 * MS && fake_time - start < 1200 * MS);
	CHECK(log_said("0000:82:10.0: this virtual function is not ready after 1 s: left out"));
	CHECK(log_said("0000:82:10.2: this virtual function is not ready"));

	machine_sriov();
	ask(1);
	machine_scan();
	start = fake_time;
	pci_sriov();
	CHECK(fake_time - start >= 100 * MS && fake_time - start < 110 * MS);
}

static void
test_enabled_by_firmware(void)
{
	uint64_t start;

	machine_sriov();
	fake_put(nic, SRIOV + 8, 2, 9);
	last_enabled = 1;
	ask(2);
	machine_scan();
	start = fake_time;
	pci_sriov();
	CHECK_EQ(pci_count(), 4);
	CHECK_EQ(enabled, 1);
	CHECK(last_disabled >= start && last_enabled >= last_disabled + 1000 * MS);
}

/* Where firmware has put the BARs they stay, if it is free there; else they get other room. */
static void
test_placed_by_firmware(void)
{
	machine_sriov();
	fake_put(nic, SRIOV + 0x24, 4, 0x80000);
	fake_put(nic, SRIOV + 0x28, 4, 0x20);
	fake_put(nic, SRIOV + 0x30, 4, 0x900f8000); /* over the NIC's own */
	ask(2);
	CHECK_EQ(run(), 4);
	CHECK_EQ(pci_find(0, BUS + 1, 16, 0)->bars[0].base, 0x2000080000);
	CHECK_EQ(pci_find(0, BUS + 1, 16, 2)->bars[3].base, 0x90108000);
	CHECK_EQ(fake_get(nic, PCI_BAR0, 4), 0x90000000);
}

static void
test_impossible(void)
{
	machine_sriov();
	ask(9);
	settings.sriov[settings.sriov_count++] = (struct sriov_spec){.bus = 0x80, .count = 1};
	settings.sriov[settings.sriov_count++] =
		(struct sriov_spec){.bus = 0x80, .device = 1, .count = 1};
	CHECK_EQ(run(), 2);
	CHECK_EQ(enabled, 0);
	CHECK(log_said("0000:81:00.0: bare.sriov: 9 virtual functions: it can have 8"));
	CHECK(log_said("bare.sriov: there is no function 0000:80:00.0"));
	CHECK(log_said("0000:80:01.0: bare.sriov: it has no SR-IOV\n"));

	machine_sriov();
	ask(1);
	ask(2);
	CHECK_EQ(run(), 3);
	CHECK(log_said("0000:81:00.0: bare.sriov: named twice"));

	machine_sriov(); /* the window is full and cannot grow */
	fake_set_window(port, PCI_SPACE_MEMORY, 0x90000000, 0x90100000);
	ask(3);
	CHECK_EQ(run(), 2);
	CHECK_EQ(enabled, 0);
	CHECK(log_said("no room for BAR 3 of 3 virtual functions, 0x8000 bytes each"));

	machine_sriov(); /* the next bus is another bridge's */
	fake_add_bridge((struct pci_place){0, 0x80, 2, 0}, BUS + 1, BUS + 1);
	ask(1);
	CHECK_EQ(run(), 3);
	CHECK(log_said("cannot be reached"));

	machine_sriov();
	fake_put(nic, SRIOV + 0x1c, 4, 0x552);
	ask(1);
	CHECK_EQ(run(), 2);
	CHECK(log_said("it does not support pages of 4 KB"));
}

int
main(void)
{
	test_on_next_bus();
	test_claimed();
	test_ari();
	test_waits();
	test_enabled_by_firmware();
	test_placed_by_firmware();
	test_impossible();
	return check_end();
}
