# SPDX-License-Identifier: BSD-3-Clause
"""ACPI tables that lie, in a machine that boots with them: each lie is named, and costs only what
it must. The tables are QEMU's own (tests/data/acpi), with one thing wrong.
"""

import re
import struct

import pytest

from harness import Nic
from harness.acpi_tables import captured, machine_words, new_table, put

RAM = 0x2000000  # where there is some, behind the image
NOTHING = 0x40000000  # no memory, no device
HPET_ADDRESS = 44  # of the address in the HPET's table, which has a space and widths before it
MCFG_ADDRESS = 44
MADT_FIRST_IOAPIC = 44 + 4 * 8 + 4
X_PM_TIMER = 208


def hpet_in_ram(tables):
    put(tables['HPET'], HPET_ADDRESS, 'Q', RAM)


def timer_in_ram(tables):
    put(tables['FACP'], X_PM_TIMER, 'BBBBQ', 0, 32, 0, 0, RAM)
    del tables['HPET']


def space_elsewhere(tables):
    put(tables['MCFG'], MCFG_ADDRESS, 'Q', NOTHING)


def ioapic_in_ram(tables):
    put(tables['APIC'], MADT_FIRST_IOAPIC, 'I', RAM)


def iommu_in_ram(tables):
    unit = struct.pack('<HHBBHQ', 0, 16, 1, 0, 0, RAM)
    tables['DMAR'] = new_table('DMAR', bytes([38, 0]) + bytes(10) + unit)


def no_madt(tables):
    del tables['APIC']


def second_madt(tables):
    tables['APIC again'] = bytearray(tables['APIC'])
    put(tables['APIC again'], MADT_FIRST_IOAPIC, 'I', RAM)


def serial_nowhere(tables):
    tables['SPCR'] = new_table('SPCR', bytes(4) + struct.pack('<BBBBQ', 1, 8, 0, 1, 1 << 32) +
                               bytes(28))


def bad_dsdt(tables):
    tables['DSDT'][100] ^= 0xff


LIES = {
    hpet_in_ram: f'hpet: its registers cannot be at {RAM:#x}: not used',
    timer_in_ram: f'clock: the PM timer cannot be at {RAM:#x}: not used',
    space_elsewhere: f"pci: the configuration space at {NOTHING:#x} is not the machine's: not used",
    ioapic_in_ram: f'ioapic: none answers at {RAM:#x}',
    iommu_in_ram: f'iommu: no Intel VT-d unit answers at {RAM:#x}',
    no_madt: 'acpi: no MADT: one CPU and no IO-APIC',
    second_madt: 'acpi: a second APIC that differs: ignored',
    serial_nowhere: 'acpi: SPCR: no serial port can be at 1:0x100000000: ignored',
    bad_dsdt: 'acpi: DSDT has a wrong checksum: ignored',
}


# What cannot be had for it.
NO_SCI = 'sci: ACPI mode, but interrupt 9 cannot be served (-19)'
FOLLOWS = {ioapic_in_ram: [NO_SCI], no_madt: [NO_SCI]}


@pytest.fixture
def start(hello, root, tmp_path):
    """start(lie, ...): boot hello with tables of which the lie has changed something."""
    def boot(lie, **hardware):
        tables = captured(root / 'tests' / 'data' / 'acpi' / 'q35.hex')
        lie(tables)
        facp, dsdt = tables.pop('FACP'), tables.pop('DSDT')
        words = machine_words(facp, dsdt, tables.values(), tmp_path)
        return hello(board='q35,acpi=off', cpus=4, extra=words, **hardware)
    return boot


def complaints(guest):
    """The lines that are warnings or errors, without their time."""
    return re.findall(r'^\[ *[\d.]+\] (?:warning|error): (.*)$', guest.console, re.MULTILINE)


def functions(guest):
    """The PCI functions that hello lists."""
    return set(re.findall(r'^PCI (\S+ \S+)', guest.console, re.MULTILINE))


def test_truth(start):
    """The same tables without a lie: nothing is complained of, all that there is is found."""
    guest = start(lambda tables: None)
    assert guest.wait_exit() == 0
    assert complaints(guest) == []
    assert 'pci: ' in guest.console
    assert len(re.findall('^thread on CPU', guest.console, re.MULTILINE)) == 4


@pytest.mark.parametrize('lie', LIES, ids=lambda lie: lie.__name__)
def test_lie(start, lie):
    """It is named, once, and the machine has what it has without it."""
    guest = start(lie)
    assert guest.wait_exit() == 0
    assert complaints(guest) == [LIES[lie], *FOLLOWS.get(lie, ())]
    threads = len(re.findall('^thread on CPU', guest.console, re.MULTILINE))
    assert threads == (1 if lie is no_madt else 4)
    assert {'0000:00:00.0 8086:29c0', '0000:00:1f.3 8086:2930'} <= functions(guest)


@pytest.mark.parametrize('lie, found', [(lambda tables: None, False), (bad_dsdt, True)])
def test_roots(start, lie, found):
    """A root bus that the AML does not name is looked for only if not all of the AML was read."""
    other_root = ['pxb-pcie,bus_nr=128,id=other', 'pcie-root-port,bus=other,id=behind']
    guest = start(lie, devices=other_root, nics=[Nic(options='bus=behind')])
    assert guest.wait_exit() == 0
    assert bool({name for name in functions(guest) if name.startswith('0000:80:')}) == found
