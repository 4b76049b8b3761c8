# SPDX-License-Identifier: BSD-3-Clause
"""The ISO in Bochs: another BIOS, chipset and CPUs than QEMU's, which have no x2APIC."""

import re

import pytest

from harness.bochs import run_bochs

E1000 = r'^PCI 0000:00:02\.0 8086:100e class 020000'


@pytest.mark.parametrize('cpus, args, mode', [(1, '', 'xAPIC'), (4, 'bare.x2apic', 'x2APIC')])
def test_bochs(build, make_iso, tmp_path, cpus, args, mode):
    """Every CPU runs a thread, the network card is found, and the power goes off."""
    image = make_iso(build / 'hello.elf', f'bare.exit=poweroff {args}'.strip())
    console = run_bochs(image, tmp_path, cpus)
    assert re.search(rf'lapic: {mode}, APIC ID 0\b', console)
    assert f'CPUs: {cpus} online' in console
    assert f'{cpus} of {cpus} threads ran on a CPU of their own' in console
    assert re.search(E1000, console, re.MULTILINE), console
    assert 'error:' not in console and 'warning:' not in console
