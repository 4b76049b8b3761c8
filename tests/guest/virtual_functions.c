/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Virtual functions of the one device of QEMU 7.2 that has some, an NVMe controller: bare.sriov=
 * enables them, one can be claimed, and its registers are behind the BAR that it was given: the
 * MSI-X table there keeps what is written.
 */
/* QEMU: -device pcie-root-port,id=above,chassis=1,addr=4 -device nvme-subsys,id=subsystem */
/* QEMU: -global nvme.sriov_vq_flexible=8 -global nvme.sriov_vi_flexible=4 */
/* QEMU: -global nvme.max_ioqpairs=10 -global nvme.msix_qsize=9 */
/* QEMU: -device nvme,serial=1,subsys=subsystem,bus=above,sriov_max_vfs=4 */
/* ARGS: bare.sriov=0000:01:00.0=3 bare.sriov=0000:00:04.0=1 bare.sriov=0000:01:00.1=1 */
/* EXPECT: pci: 0000:01:00\.0: 3 virtual functions from 0000:01:00\.1 on */
/* EXPECT: error: pci: 0000:00:04\.0: bare\.sriov: it has no SR-IOV */
/* EXPECT: error: pci: 0000:01:00\.1: bare\.sriov: it has no SR-IOV */
#include "kernel/interrupts/irq.h"
#include "kernel/memory/paging.h"
#include "kernel/pci/pci_internal.h"
#include "tests/unit/check.h"

#define FUNCTIONS 3
#define TABLE_DATA 2 /* word of a table entry */

static void
handler(void *argument)
{
	(void)argument; /* nothing interrupts */
}

static void
test_function(const struct pci_device *physical, struct pci_device *device)
{
	int vector = irq_alloc(handler, NULL, "virtual function");

	CHECK_EQ(device->physical, physical);
	CHECK_EQ(device->vendor_id, physical->vendor_id);
	CHECK_EQ(device->class_code, physical->class_code);
	CHECK_EQ(pci_claim(device), 0);
	if (!CHECK_EQ(pci_map_bar(device, 0, PAGING_UC), 0) || !CHECK(device->msix_vectors > 0))
		return;
	CHECK_EQ(pci_msix_set(device, 0, vector), 0);
	const volatile uint32_t *entry =
		(void *)(device->bars[0].base + device->private->msix_table_offset);
	CHECK_EQ(entry[TABLE_DATA], irq_msi_data(vector));
	pci_release(device);
	irq_free(vector);
}

int
main(void)
{
	struct pci_device *physical = pci_find(0, 1, 0, 0);

	if (!CHECK(physical != NULL))
		return check_end();
	CHECK_EQ(physical->virtual_functions, FUNCTIONS);
	for (uint8_t i = 1; i <= FUNCTIONS; i++) {
		struct pci_device *device = pci_find(0, 1, 0, i);

		if (CHECK(device != NULL))
			test_function(physical, device);
	}
	CHECK(pci_find(0, 1, 0, FUNCTIONS + 1) == NULL);
	return check_end();
}
