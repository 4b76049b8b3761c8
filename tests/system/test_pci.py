# SPDX-License-Identifier: BSD-3-Clause
"""PCI where firmware has done nothing, or not all: BARs, bridges' windows and bus numbers.

qboot, the firmware of microvm, places no BAR; q35 runs with it as well, and then has bus numbers
but no window. SeaBIOS places everything but what is plugged in after it has run.
"""

from harness import Flow, Machine, Nic, forward, frames

SWITCH = ['pcie-root-port,id=top,chassis=1', 'x3130-upstream,id=up,bus=top',
          'xio3130-downstream,id=left,bus=up,chassis=2',
          'xio3130-downstream,id=right,bus=up,chassis=3', 'pcie-pci-bridge,id=old,bus=right']


def cross(run, left, right):
    """Frames both ways between two ports of the bridge."""
    one, other = run.guest.wires[left], run.guest.wires[right]
    forward(Flow(one, other, frames.mixture(300)), Flow(other, one, frames.mixture(300, seed=1)))


def test_microvm(bridge):
    """Without an MCFG table, without a bus number behind the root port, without any BAR."""
    run = bridge([Nic(), Nic('e1000e', 'bus=one')], board='microvm,pcie=on',
                 devices=['pcie-root-port,id=one,chassis=1'])
    assert 'leads to bus 01 now' in run.guest.console
    assert '0000:01:00.0: BAR 0 placed at 0x' in run.guest.console
    cross(run, 0, 1)


def test_nothing_placed(bridge):
    """Ports on the root bus, behind a switch, and behind a bridge to PCI below that."""
    run = bridge([Nic(), Nic('e1000e'), Nic(options='bus=old,addr=1'), Nic(options='bus=left')],
                 devices=SWITCH, extra=['-bios', 'qboot.rom'])
    assert 'no room for 0x' not in run.guest.console
    assert 'window of prefetchable memory at 0x1' in run.guest.console  # above 4 GB
    cross(run, 0, 1)
    cross(run, 2, 3)


def test_plugged_in_later(boot, build, make_iso):
    """A bridge and a port behind it appear while the boot loader's menu waits."""
    image = make_iso(build / 'bridge.elf', 'bare.exit=debug bare.panic=debug bare.lspci')
    guest = boot(Machine(image=image, board='pc', nics=[Nic()],
                         extra=['-netdev', 'hubport,id=later,hubid=1']))
    guest.wait_for('bridge .*bare.lspci')
    guest.type('e')  # the editor waits for ever
    guest.wait_for('multiboot2 /boot')
    guest.monitor.human('device_add pci-bridge,id=behind,chassis_nr=9')
    guest.monitor.human('device_add e1000,id=late,bus=behind,addr=3,netdev=later')
    guest.type('\x18')
    bus = guest.wait_for(r'pci: 0000:00:..\.0: leads to bus (\w\w) now')[1]
    guest.wait_for(rf'pci: 0000:{bus}:03.0: BAR 0 placed at 0x')
    guest.wait_for(rf'^port 1: 0000:{bus}:03\.0')
    guest.wait_for('forwarding')
    guest.type('q')
    assert guest.wait_exit() == 0
