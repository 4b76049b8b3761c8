# SPDX-License-Identifier: BSD-3-Clause
"""Frames through the bridge: what enters one port leaves the other once, in order, unchanged."""

import re

import pytest

from harness import Flow, Nic, forward, frames

MEDIA = [('kernel', 'bios'), ('cd', 'bios'), ('cd', 'uefi')]
MODELS = pytest.mark.parametrize('model', ['virtio-net-pci', 'e1000', 'e1000e', 'vmxnet3'])


def both_ways(guest, first, second, ports=(0, 1)):
    """Send `first` into the first of the ports and `second` into the other, side by side."""
    one, other = (guest.wires[port] for port in ports)
    forward(Flow(one, other, first), Flow(other, one, second))


@pytest.mark.parametrize('medium, firmware', MEDIA)
def test_sizes_and_protocols(bridge, medium, firmware):
    """Every size from 60 to 1514, every protocol, tagged and not."""
    run = bridge(medium=medium, firmware=firmware, cpus=2)
    both_ways(run.guest, frames.sizes(), frames.protocols())
    both_ways(run.guest, frames.protocols(1), frames.sizes(seed=1))


@MODELS
def test_ten_thousand(bridge, model):
    """10,000 frames each way at once, and the bridge counted each."""
    run = bridge([Nic(model)] * 2, cpus=2)
    both_ways(run.guest, frames.mixture(10000), frames.mixture(10000, seed=1))
    assert run.totals() == [(10000, 10000, 0)] * 2


JUMBO = [frames.plain(size, size) for size in (60, 1515, 2048, 4096, 8192, 9000, frames.JUMBO)]


@pytest.mark.parametrize('nic', [
    Nic(options='host_mtu=9000'), Nic(options='host_mtu=9000,mrg_rxbuf=off,packed=on'),
    Nic('e1000'), Nic('e1000e'), Nic('vmxnet3')])
def test_jumbo(bridge, nic):
    """Frames of 9,000 bytes pass where the MTU allows them."""
    run = bridge([nic] * 2, args='-- --mtu 9000')
    both_ways(run.guest, JUMBO * 20, frames.sizes(1400) + JUMBO)


@pytest.mark.parametrize('model, seen', [
    ('virtio-net-pci', len(JUMBO) - 1), ('e1000', 1), ('e1000e', 1), ('vmxnet3', 2)])
def test_too_long(bridge, model, seen):
    """Where the MTU does not allow them they are dropped and counted, and others pass.

    Intel's cards drop by themselves what is longer than a tagged frame may be, VMware's what does
    not fit the first buffer.
    """
    run = bridge([Nic(model)] * 2)
    one, _ = run.guest.wires
    for frame in JUMBO[1:]:
        one.send(frame)
    both_ways(run.guest, frames.mixture(500), frames.mixture(500, seed=1))
    assert run.totals() == [(500 + seen, 500, seen), (500, 500, 0)]


@pytest.mark.parametrize('options', [
    'disable-legacy=on', 'disable-legacy=off,disable-modern=off', 'disable-modern=on',
    'disable-legacy=on,packed=on', 'disable-legacy=on,packed=on,mrg_rxbuf=off',
    'mrg_rxbuf=off', 'disable-modern=on,mrg_rxbuf=off', 'vectors=0', 'disable-modern=on,vectors=0',
    'rx_queue_size=1024', 'csum=off,gso=off', 'event_idx=off,indirect_desc=off'])
def test_virtio_variants(bridge, options):
    """The device's generations, ring formats and features."""
    run = bridge([Nic(options=options)] * 2)
    both_ways(run.guest, frames.mixture(1000), frames.protocols())


@pytest.mark.parametrize('board', ['pc', 'q35'])
@pytest.mark.parametrize('model', ['e1000', 'e1000e', 'vmxnet3'])
def test_other_ports(bridge, model, board):
    """Intel's gigabit cards, beside a virtio port: every size and protocol each way."""
    run = bridge([Nic(model), Nic()], board=board)
    both_ways(run.guest, frames.sizes(), frames.protocols())
    both_ways(run.guest, frames.protocols(1), frames.sizes(seed=1))


@pytest.mark.parametrize('model', ['e1000', 'e1000e', 'vmxnet3'])
def test_other_ports_alone(bridge, model):
    """Between two of them."""
    run = bridge([Nic(model)] * 2)
    both_ways(run.guest, frames.sizes(), frames.protocols())
    both_ways(run.guest, frames.protocols(1), frames.sizes(seed=1))


@pytest.mark.parametrize('ports', [4, 8])
def test_many_ports(bridge, ports):
    """Ports are bridged in pairs."""
    run = bridge(ports, cpus=2)
    wires = run.guest.wires
    forward(*(Flow(wires[port], wires[port ^ 1], frames.mixture(500, seed=port))
              for port in range(ports)))


def test_behind_bridges(bridge):
    """Ports behind PCI Express root ports, and behind a conventional bridge."""
    devices = ['pcie-root-port,id=root0,chassis=1', 'pcie-root-port,id=root1,chassis=2',
               'pcie-pci-bridge,id=old,bus=root1']
    run = bridge([Nic(options='bus=root0'), Nic(options='bus=old,addr=2')], devices=devices)
    both_ways(run.guest, frames.mixture(500), frames.mixture(500, seed=1))


@MODELS
def test_storm(bridge, model):
    """Noise at both ports: nothing but counters changes, and good frames pass afterwards."""
    run = bridge([Nic(model)] * 2, cpus=2)
    one, other = run.guest.wires
    for noise, back in zip(frames.malformed(5000), frames.malformed(5000, seed=1), strict=True):
        one.send(noise)
        other.send(back)
        one.receive(0)
        other.receive(0)
    one.drain(1)
    other.drain(1)
    both_ways(run.guest, frames.mixture(500), frames.mixture(500, seed=1))
    run.totals()


ECAM = 0xb0000000  # where SeaBIOS puts q35's
FIRST_SLOT = 1
STATUS_COMMAND, CAPABILITIES = 0x04, 0x34
INTX_OFF = 1 << 10
MSI, MSIX = 0x05, 0x11  # capabilities, with the bit that switches them on
ENABLED = {MSI: 1 << 16, MSIX: 1 << 31}


def interrupts_by(guest, port):
    """How a port's function interrupts: the capability that is on, or INTX_OFF's absence."""
    base = ECAM | (FIRST_SLOT + port) << 15
    answer = guest.monitor.human(f'xp /64wx {base:#x}')
    config = [int(word, 16) for word in re.findall(r' 0x([0-9a-f]{8})', answer)]
    ways, at = set(), config[CAPABILITIES // 4] & 0xfc
    while at:
        head = config[at // 4]
        if head & ENABLED.get(head & 0xff, 0):
            ways.add({MSI: 'MSI', MSIX: 'MSI-X'}[head & 0xff])
        at = head >> 8 & 0xfc
    if not config[STATUS_COMMAND // 4] & INTX_OFF and not ways:
        ways.add('INTx')
    return ways


@pytest.mark.parametrize('nics, args, ways', [
    ([Nic()] * 2, '', ('MSI-X',) * 2), ([Nic(options='disable-modern=on')] * 2, '', ('MSI-X',) * 2),
    ([Nic()] * 2, '--vfio-intr=legacy', ('INTx',) * 2), ([Nic('e1000')] * 2, '', ('INTx',) * 2),
    ([Nic('e1000e')] * 2, '', ('MSI',) * 2),
    ([Nic('e1000e')] * 2, '--vfio-intr=legacy', ('INTx',) * 2),
    ([Nic('e1000'), Nic()], '', ('INTx', 'MSI-X')), ([Nic('e1000e'), Nic()], '', ('MSI', 'MSI-X'))])
def test_link(bridge, nics, args, ways):
    """The cable is pulled and plugged in again, twice: each is reported, and forwarding goes on.

    By MSI-X, by MSI of a driver that does not know MSI-X, by INTx, and by two of them side by side.
    """
    run = bridge(nics, args, cpus=2)
    guest = run.guest
    assert [interrupts_by(guest, port) for port in (0, 1)] == [{way} for way in ways]
    at = guest.wait_for('port 0: link up').end()
    both_ways(guest, frames.mixture(100), frames.mixture(100, seed=1))
    for _ in range(2):
        guest.monitor.set_link(0, up=False)
        at = guest.wait_for('port 0: link down', after=at).end()
        guest.monitor.set_link(0, up=True)
        at = guest.wait_for('port 0: link up', after=at).end()
    both_ways(guest, frames.mixture(100, seed=2), frames.mixture(100, seed=3))
    at = len(guest.console)
    guest.monitor.set_link(1, up=False)
    guest.wait_for('port 1: link down', after=at)
