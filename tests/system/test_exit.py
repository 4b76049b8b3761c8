# SPDX-License-Identifier: BSD-3-Clause
"""What bare.exit= makes of the end of main. (bare.panic= is with the traps in tests/guest.)"""

import time

import pytest

STATUS = r'exit: status 0'


def ends(guest, within=30):
    """Does the machine go off by itself?"""
    until = time.monotonic() + within
    while guest.running() and time.monotonic() < until:
        time.sleep(0.05)
    return not guest.running()


@pytest.mark.parametrize('board', ['q35', 'pc'])
@pytest.mark.parametrize('cpus', [1, 4])
def test_poweroff(hello, board, cpus):
    """ACPI S5, by the values that the DSDT gives."""
    guest = hello(args='bare.exit=poweroff', board=board, cpus=cpus)
    guest.wait_for(STATUS)
    assert ends(guest), guest.tail()


@pytest.mark.parametrize('board', ['q35', 'pc', 'microvm,pcie=on'])
def test_reboot(hello, board):
    """The machine starts again, and runs the program again."""
    guest = hello(args='bare.exit=reboot', board=board, extra=['-action', 'reboot=reset'])
    first = guest.wait_for(STATUS)
    guest.wait_for(STATUS, after=first.end())


def test_halt(hello):
    """The default: the status is shown, whatever the log level is, and the machine stays on."""
    guest = hello(args='bare.exit=halt bare.loglevel=error')
    guest.wait_for(STATUS)
    assert not ends(guest, 1)


def test_no_way_to_power_off(hello):
    """A board without S5: that is said, and the machine halts."""
    guest = hello(args='bare.exit=poweroff', board='microvm,acpi=off', cpus=1)
    guest.wait_for(r'power: .*switch')
    assert not ends(guest, 1)
