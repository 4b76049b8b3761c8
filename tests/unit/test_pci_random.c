/* SPDX-License-Identifier: BSD-3-Clause */
/* SOURCES: kernel/pci/pci_node.c kernel/memory/paging_device.c */
/* SOURCES: kernel/pci/pci_claim.c */
/* SOURCES: kernel/pci/pci_init.c */
/* SOURCES: kernel/pci/pci.c kernel/pci/pci_scan.c kernel/pci/pci_bar.c kernel/pci/pci_config.c */
/* SOURCES: kernel/pci/pci_msi.c kernel/pci/pci_msix.c kernel/pci/pci_intx.c */
/* SOURCES: kernel/pci/pci_express.c kernel/loader/boot_info_memory.c kernel/pci/pci_number.c */
/* SOURCES: kernel/pci/pci_room.c kernel/pci/pci_window.c kernel/pci/pci_assign.c */
/*
 * Machines at random that firmware left wholly or partly unassigned: afterwards every BAR and
 * window lies inside the window above it, at its alignment, overlaps nothing, and what was placed
 * before is where it was.
 */
#include "tests/unit/pci_fake.h"

#define MACHINES 300
#define BRIDGES 11
#define NICS 20

struct taken {
	const struct fake *on; /* the bridge above, NULL: the root */
	uint64_t base, end;
	bool io;
};

static struct taken taken[FAKES_MAX];
static unsigned taken_count;

static const struct fake *
bridge_above(const struct fake *fake)
{
	for (unsigned i = 0; i < fake_count; i++)
		if ((fakes[i].config[PCI_HEADER_TYPE] & PCI_HEADER_TYPE_MASK) ==
			    PCI_HEADER_BRIDGE &&
		    fakes[i].config[PCI_SECONDARY_BUS] == fake->place.bus)
			return &fakes[i];
	return NULL;
}

/* Whether it lies in a window of the bridge above, or in a range of the root; overlaps nothing. */
static void
take(const struct fake *fake, uint64_t base, uint64_t end, bool io)
{
	const struct fake *above = bridge_above(fake);
	bool inside = false;
	uint64_t from, to;

	for (unsigned space = 0; above && space < PCI_SPACES; space++)
		inside |= (space == PCI_SPACE_IO) == io &&
			  fake_window(above, (enum pci_space)space, &from, &to) && base >= from &&
			  end <= to;
	for (unsigned i = 0; !above && i < acpi_info.root.range_count; i++)
		inside |= acpi_info.root.ranges[i].io == io &&
			  base >= acpi_info.root.ranges[i].base &&
			  end <= acpi_info.root.ranges[i].base + acpi_info.root.ranges[i].length;
	CHECK(inside);
	for (unsigned i = 0; i < taken_count; i++)
		CHECK(taken[i].on != above || taken[i].io != io || base >= taken[i].end ||
		      end <= taken[i].base);
	taken[taken_count++] = (struct taken){above, base, end, io};
}

static unsigned
random_below(unsigned limit)
{
	return (unsigned)rand() % limit;
}

static void
random_bars(struct fake *fake)
{
	for (unsigned bar = 0; bar < PCI_BARS; bar++) {
		unsigned shift = 12 + random_below(12);

		switch (random_below(5)) {
		case 0:
			fake_set_bar(fake, bar, 0, ~((1u << shift) - 1));
			break;
		case 1:
			fake_set_bar(fake, bar, 1, ~((1u << (2 + random_below(6))) - 1) & 0xffff);
			break;
		case 2:
			if (bar == PCI_BARS - 1)
				break;
			fake_set_bar(fake, bar, random_below(2) ? 0xc : 4, ~((1u << shift) - 1));
			fake_set_bar(fake, ++bar, 0, 0xffffffff);
			break;
		default: /* none */
			break;
		}
	}
}

static void
random_machine(void)
{
	machine_new();
	machine_add_range(0x80000000, 0x60000000, false);
	machine_add_range(0x2000000000, 0x1000000000, false);
	machine_add_range(0x0d00, 0xf300, true);
	for (unsigned bus = 1; bus <= BRIDGES; bus++) {
		unsigned above = random_below(2) ? bus - 1 : 0;
		struct fake *bridge = fake_add_bridge(
			(struct pci_place){0, (uint8_t)above, (uint8_t)bus, 0}, 0, 0);

		bridge->no_ports = random_below(3) == 0;
		bridge->no_prefetchable = random_below(4) == 0;
		bridge->narrow = random_below(4) == 0;
		fake_settle_windows(bridge);
	}
	for (unsigned i = 0; i < NICS; i++)
		random_bars(fake_add((struct pci_place){0, (uint8_t)random_below(BRIDGES + 1),
							(uint8_t)(BRIDGES + 1 + i), 0},
				     CLASS_NIC, 0));
}

/* Checks all BARs and windows; returns how many BARs have a place. */
static unsigned
check_machine(void)
{
	unsigned placed = 0;
	uint64_t base, end;

	taken_count = 0;
	for (unsigned i = 0; i < pci_count(); i++) {
		const struct pci_device *device = pci_get(i);
		const struct fake *fake = fake_at(pci_place_of(device));

		for (unsigned n = 0; n < PCI_BARS; n++) {
			const struct pci_bar *bar = &device->bars[n];

			if (!bar->size || !bar->base)
				continue;
			CHECK_EQ(bar->base % bar->size, 0);
			take(fake, bar->base, bar->base + bar->size, bar->io);
			placed++;
		}
		for (unsigned space = 0; space < PCI_SPACES; space++)
			if (device->header_type == PCI_HEADER_BRIDGE &&
			    fake_window(fake, (enum pci_space)space, &base, &end))
				take(fake, base, end, space == PCI_SPACE_IO);
	}
	return placed;
}

/* With so much room everything but ports finds a place. */
static void
test_all_unassigned(void)
{
	unsigned placed = 0;

	for (unsigned seed = 0; seed < MACHINES; seed++) {
		srand(seed);
		random_machine();
		machine_scan();
		placed += check_machine();
		for (unsigned i = 0; i < pci_count(); i++)
			for (unsigned n = 0; n < PCI_BARS; n++)
				CHECK(pci_get(i)->bars[n].base || pci_get(i)->bars[n].io ||
				      !pci_get(i)->bars[n].size);
	}
	CHECK(placed > MACHINES * NICS);
}

/* Takes a BAR's place away, both halves of it; returns how many registers it has. */
static unsigned
unassign(struct fake *fake, unsigned bar)
{
	uint32_t value = fake_get(fake, PCI_BAR0 + 4 * bar, 4);

	fake_put(fake, PCI_BAR0 + 4 * bar, 4, value & ~fake->bar_mask[bar]);
	if ((value & 7) != 4)
		return 1;
	fake_put(fake, PCI_BAR0 + 4 * bar + 4, 4, 0);
	return 2;
}

/* Takes a few functions' places away and adds others. */
static void
random_change(void)
{
	for (unsigned i = BRIDGES; i < fake_count; i++)
		for (unsigned n = 0; n < PCI_BARS;) {
			bool is_64bit = (fake_get(&fakes[i], PCI_BAR0 + 4 * n, 4) & 7) == 4;

			n += random_below(6) == 0 ? unassign(&fakes[i], n) : 1u + is_64bit;
		}
	for (unsigned i = 0; i < 5; i++)
		random_bars(fake_add((struct pci_place){0, (uint8_t)random_below(BRIDGES + 1),
							(uint8_t)(1 + i), 1},
				     CLASS_NIC, 0));
}

static struct fake before[FAKES_MAX];

static void
test_partly(void)
{
	unsigned added = 0;

	for (unsigned seed = 0; seed < MACHINES; seed++) {
		srand(seed);
		random_machine();
		for (unsigned i = 0; i < fake_count; i++)
			fakes[i].config[PCI_HEADER_TYPE] |= PCI_HEADER_MULTIFUNCTION;
		machine_scan();
		random_change();
		memcpy(before, fakes, fake_count * sizeof(before[0]));
		machine_scan();
		added += check_machine();
		for (unsigned i = 0; i < fake_count; i++)
			for (unsigned n = 0; n < PCI_BARS; n++) {
				uint32_t was = fake_get(&before[i], PCI_BAR0 + 4 * n, 4);

				CHECK(!(was & before[i].bar_mask[n]) ||
				      was == fake_get(&fakes[i], PCI_BAR0 + 4 * n, 4));
			}
	}
	CHECK(added > MACHINES * NICS);
}

int
main(void)
{
	test_all_unassigned();
	test_partly();
	return check_end();
}
