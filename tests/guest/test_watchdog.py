# SPDX-License-Identifier: BSD-3-Clause
"""A machine whose control CPU stands still starts again, and says where it stood."""

import time

import pytest

from harness import Machine
from harness.guest import PATIENCE


def test_control_cpu_stands_still(boot, build):
    """The report comes first; with -no-reboot the machine is gone then."""
    guest = boot(Machine(kernel=build / 'guest' / 'watchdog.elf', memory=128, cpus=2,
                         args='bare.panic=halt bare.watchdog=4 still'))
    at = guest.wait_for(r'watchdog: 4 s, by the HPET through GSI \d+').end()
    at = guest.wait_for('^no interrupt any more', after=at).end()
    at = guest.wait_for(r'watchdog: the control CPU has stood still for 4 s: the machine starts '
                        'again', after=at).end()
    guest.wait_for('non-maskable interrupt .* in stand_still', after=at)
    until = time.monotonic() + 30 * PATIENCE
    while guest.running():
        assert time.monotonic() < until, guest.tail()
        time.sleep(0.05)


def test_no_hpet(boot, build):
    """Without an HPET there is no watchdog, and that is said."""
    guest = boot(Machine(kernel=build / 'guest' / 'watchdog.elf', memory=128, cpus=2,
                         board='q35,hpet=off', args='bare.exit=debug bare.watchdog=1'))
    guest.wait_for('watchdog: no HPET whose timer reaches an IO-APIC: there is none')
    assert guest.wait_exit() == 0


@pytest.mark.long
def test_longer_than_the_hpet_waits(boot, build):
    """A comparator of QEMU's waits 21 s at the most: three times, here."""
    guest = boot(Machine(kernel=build / 'guest' / 'watchdog.elf', memory=128, cpus=2,
                         args='bare.panic=halt bare.watchdog=50 still'))
    at = guest.wait_for('^no interrupt any more', within=60).end()
    guest.wait_for('watchdog: the control CPU has stood still for 50 s: the machine starts again',
                   after=at, within=90)
