# SPDX-License-Identifier: BSD-3-Clause
"""The processor's speed, how idle CPUs wait, and the power button.

QEMU's emulation is a CPU that offers no way to set its frequency. Without the hypervisor's bit it
is a real machine to the kernel, and what is measured is the host's frequency.
"""

import re

import pytest

from harness import Flow, forward, frames

REAL = 'max,hypervisor=off'


@pytest.mark.parametrize('args, who', [('', 'no way to set it'),
                                       ('bare.power=2000', 'no way to set it'),
                                       ('bare.power=firmware', 'as the firmware left it')])
@pytest.mark.parametrize('cpu', [REAL, 'Nehalem,hypervisor=off', 'EPYC,hypervisor=off'])
def test_report(hello, cpu, args, who):
    """A line of the kernel's; with bare.power=firmware the machine is not in ACPI mode, either."""
    guest = hello(args=args, cpu=cpu, cpus=2)
    assert guest.wait_exit() == 0
    line = re.search(r'speed: measured (\d+) MHz; (.*)', guest.console)
    assert line and 100 < int(line[1]) < 10000 and line[2].strip() == who
    assert ('sci: ACPI mode' in guest.console) == ('firmware' not in args)


def test_hypervisor(hello):
    """Under one that says so the kernel has nothing to say; hello measures all the same."""
    guest = hello()
    assert guest.wait_exit() == 0
    assert '] speed:' not in guest.console and '] microcode:' not in guest.console
    assert re.search(r'^speed: measured MHz : \d+', guest.console, re.MULTILINE)


@pytest.mark.parametrize('cpus, args', [(2, 'bare.idle=mwait -l 1'), (1, 'bare.idle=mwait -l 0'),
                                        (4, 'bare.idle=mwait -l 2')])
def test_idle_by_mwait(bridge, cpus, args):
    """CPUs that wait by MWAIT wake for threads, timers and interrupts."""
    guest = bridge(cpus=cpus, args=f'{args} -- --verbose').guest
    assert re.search('idle: MWAIT, hint 0', guest.console)
    one, other = guest.wires
    forward(Flow(one, other, frames.mixture(300)), Flow(other, one, frames.mixture(300, seed=1)))
    guest.monitor.set_link(0, False)
    guest.wait_for('^port 0: link down')
    at = guest.wait_for('^speed: measured MHz : [0-9]+').end()
    guest.wait_for('^speed: measured MHz : [0-9]+', after=at)
    guest.type('q')
    assert guest.wait_exit() == 0


@pytest.mark.parametrize('board', ['q35', 'pc'])
def test_power_button(bridge, board):
    """It is noticed."""
    guest = bridge(args='-l 1', cpus=2, board=board).guest
    guest.monitor.execute('system_powerdown')
    guest.wait_for('sci: the power button was pressed')
