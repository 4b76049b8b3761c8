/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci/pci_node.c kernel/memory/paging_device.c */
/* SOURCES: kernel/pci/pci_claim.c */
/* SOURCES: kernel/pci/pci_init.c */
/* SOURCES: kernel/pci/pci.c kernel/pci/pci_scan.c kernel/pci/pci_bar.c kernel/pci/pci_config.c */
/* SOURCES: kernel/pci/pci_msi.c kernel/pci/pci_msix.c kernel/pci/pci_intx.c */
/* SOURCES: kernel/pci/pci_express.c kernel/loader/boot_info_memory.c kernel/pci/pci_number.c */
/* SOURCES: kernel/pci/pci_room.c kernel/pci/pci_window.c kernel/pci/pci_assign.c */
/*
 * What is set in PCI Express functions: ASPM, read requests, payloads, tags.
 */
#include "tests/unit/pci_fake.h"

static void
test_express(void)
{
	struct fake *port, *nic;
	struct pci_device *device;

	machine_new();
	port = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 1);
	fake_add_capability(port, 0x40, PCI_CAP_EXPRESS);
	fake_put(port, 0x42, 2, 4 << 4); /* root port */
	fake_put(port, 0x48, 2, 0x003f); /* payload 256 */
	fake_put(port, 0x50, 2, 0x0042);
	nic = fake_add((struct pci_place){0, 1, 0, 0}, CLASS_NIC, 0);
	fake_add_capability(nic, 0xa0, PCI_CAP_EXPRESS);
	fake_put(nic, 0xa4, 4, 0x10008022); /* takes 512, and extended tags */
	fake_put(nic, 0xa8, 2, 0x0817); /* payload 128, requests of 128, no snoop, relaxed */
	fake_put(nic, 0xb0, 2, 0x0143);
	machine_scan();
	device = pci_find(0, 1, 0, 0);
	CHECK_EQ(fake_get(nic, 0xb0, 2), 0x0143); /* not before it is claimed */
	CHECK_EQ(pci_claim(device), 0);
	CHECK_EQ(fake_get(nic, 0xb0, 2), 0x0140);
	CHECK_EQ(fake_get(port, 0x50, 2), 0x0040);
	CHECK_EQ(fake_get(nic, 0xa8, 2), 0x2937);
	CHECK_EQ(fake_get(port, 0x48, 2), 0x003f);

	fake_put(nic, 0xa8, 2, 0x5100); /* 4096: stays */
	CHECK_EQ(pci_claim(device), 0);
	CHECK_EQ(fake_get(nic, 0xa8, 2), 0x5120);

	fake_put(port, 0x42, 2, 7 << 4); /* no link below a bridge to PCI */
	fake_put(port, 0x50, 2, 0x0043);
	fake_put(nic, 0xa8, 2, 0x5100);
	CHECK_EQ(pci_claim(device), 0);
	CHECK_EQ(fake_get(port, 0x50, 2), 0x0043);
	CHECK_EQ(fake_get(nic, 0xa8, 2), 0x5100);
}

/* A port and a function, each with what it takes (128 << n bytes) and what firmware has set. */
static const struct {
	unsigned port_type, most, port_size, size; /* most: the function's */
	unsigned port_then, then;
} payload_cases[] = {
	{4, 2, 1, 0, 1, 1}, /* up to the port's */
	{4, 2, 1, 2, 1, 1}, /* down to it: firmware's mistake */
	{4, 1, 2, 0, 1, 1}, /* a root port goes down to what its function takes */
	{6, 1, 2, 0, 2, 1}, /* a switch's cannot: there is more below it */
	{4, 1, 1, 1, 1, 1},
};

static void
test_payload(void)
{
	for (unsigned i = 0; i < sizeof(payload_cases) / sizeof(payload_cases[0]); i++) {
		struct fake *port, *nic;

		machine_new();
		port = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 1);
		fake_add_capability(port, 0x40, PCI_CAP_EXPRESS);
		fake_put(port, 0x42, 2, payload_cases[i].port_type << 4);
		fake_put(port, 0x48, 2, payload_cases[i].port_size << 5);
		nic = fake_add((struct pci_place){0, 1, 0, 0}, CLASS_NIC, 0);
		fake_add_capability(nic, 0xa0, PCI_CAP_EXPRESS);
		fake_put(nic, 0xa4, 4, payload_cases[i].most);
		fake_put(nic, 0xa8, 2, 0x2000 | payload_cases[i].size << 5);
		machine_scan();
		CHECK_EQ(pci_claim(pci_find(0, 1, 0, 0)), 0);
		CHECK_EQ(fake_get(nic, 0xa8, 2), 0x2000 | payload_cases[i].then << 5);
		CHECK_EQ(fake_get(port, 0x48, 2), payload_cases[i].port_then << 5);
	}
}

/* Extended tags stay off below a bridge that loses them; an endpoint of the root has no port. */
static void
test_tags(void)
{
	struct fake *port, *nic, *inner;

	machine_new();
	port = fake_add_bridge((struct pci_place){0, 0, 1, 0}, 1, 1);
	fake_put(port, PCI_VENDOR_ID, 2, 0x1166);
	fake_add_capability(port, 0x40, PCI_CAP_EXPRESS);
	fake_put(port, 0x42, 2, 4 << 4);
	nic = fake_add((struct pci_place){0, 1, 0, 0}, CLASS_NIC, 0);
	fake_add_capability(nic, 0xa0, PCI_CAP_EXPRESS);
	fake_put(nic, 0xa4, 4, 1 << 5);
	inner = fake_add((struct pci_place){0, 0, 2, 0}, CLASS_NIC, 0);
	fake_add_capability(inner, 0xa0, PCI_CAP_EXPRESS);
	fake_put(inner, 0xa2, 2, 9 << 4);
	fake_put(inner, 0xa4, 4, 1 << 5 | 2);
	machine_scan();
	CHECK_EQ(pci_claim(pci_find(0, 1, 0, 0)), 0);
	CHECK_EQ(fake_get(nic, 0xa8, 2), 0x2000);
	CHECK_EQ(pci_claim(pci_find(0, 0, 2, 0)), 0);
	CHECK_EQ(fake_get(inner, 0xa8, 2), 0x2140);
}

int
main(void)
{
	test_express();
	test_payload();
	test_tags();
	return check_end();
}
