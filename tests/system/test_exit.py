# SPDX-License-Identifier: BSD-3-Clause
"""What bare.exit= makes of the end of main. (bare.panic= is with the traps in tests/guest.)"""

import time

import pytest

from harness import Machine, Nic

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


def test_poweroff_without_fixed_hardware(hello):
    """A hardware-reduced machine has a register for it."""
    guest = hello(args='bare.exit=poweroff', board='microvm,acpi=on', cpus=2)
    guest.wait_for(STATUS)
    assert ends(guest), guest.tail()
    assert 'does not switch off' not in guest.console


@pytest.mark.parametrize('board', ['q35', 'pc'])
def test_power_button(boot, build, board):
    """It asks the program to end as SIGTERM does, and then the machine goes off by itself."""
    guest = boot(Machine(kernel=build / 'bridge.elf', args='bare.panic=debug -l 1', board=board,
                         cpus=2, nics=[Nic(), Nic()]))
    guest.wait_for('forwarding')
    guest.monitor.execute('system_powerdown')
    guest.wait_for('the power button was pressed')
    guest.wait_for(STATUS)
    assert ends(guest), guest.tail()


def test_power_button_and_setting(boot, build):
    """What bare.exit= says holds for this end as well."""
    guest = boot(Machine(kernel=build / 'bridge.elf', args='bare.exit=halt -l 1', cpus=2,
                         nics=[Nic(), Nic()]))
    guest.wait_for('forwarding')
    guest.monitor.execute('system_powerdown')
    guest.wait_for(STATUS)
    assert not ends(guest, 1)


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
