# SPDX-License-Identifier: BSD-3-Clause
"""A hypervisor with pvpanic is told of a panic."""

import time

import pytest

from harness import Machine

WAIT_SECONDS = 30


@pytest.mark.parametrize('device', ['pvpanic', 'pvpanic-pci'])
def test_panic_is_told(boot, build, device):
    """By a port, and by a PCI function."""
    guest = boot(Machine(kernel=build / 'guest' / 'faults.elf', args='bare.panic=halt', memory=128,
                         devices=[device], extra=['-action', 'panic=pause']))
    guest.wait_for('PANIC on CPU 0')
    until = time.monotonic() + WAIT_SECONDS
    while guest.monitor.execute('query-status')['status'] != 'guest-panicked':
        assert time.monotonic() < until
        time.sleep(0.05)
