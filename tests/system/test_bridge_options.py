# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's options and the bridge's own, good and bad ones."""

import pytest

from harness import Flow, Nic, forward, frames


@pytest.mark.parametrize('cpus, args', [
    (1, '-l 0'), (2, '-l 1'), (2, '-l 0,1'), (4, '-l 0-3'), (4, '-l 1-3'),
    (4, "--lcores '0@0,1@3'"), (4, '--lcores=(0,1)@0'), (2, '-c 0x3 --main-lcore 1')])
def test_lcores(bridge, cpus, args):
    """One lcore to four, wherever they are placed."""
    one, other = bridge(cpus=cpus, args=args).guest.wires
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, seed=1)))


FOUR = [Nic(options=f'addr={slot:x}') for slot in (4, 5, 6, 7)]


@pytest.mark.parametrize('args, pair', [
    ('-a 0000:00:05.0 -a 0000:00:07.0', (1, 3)), ('-b 0000:00:04.0 -b 0000:00:05.0', (2, 3))])
def test_allow_and_block(bridge, args, pair):
    """Only the chosen ports are used."""
    guest = bridge(FOUR, args=args).guest
    one, other = (guest.wires[number] for number in pair)
    forward(Flow(one, other, frames.mixture(100)), Flow(other, one, frames.mixture(100, seed=1)))


@pytest.mark.parametrize('nics, args, message', [
    (0, '', 'no port'), (1, '', 'even number'), (3, '', 'even number'),
    (2, '-m 100000', '(?i)memory'), (2, '-m 2', 'no memory for a pool'),
    (2, '-l 0-7', '(?i)lcore|core'), (2, '-- --nonsense', 'nonsense'),
    ([Nic(options='ctrl_vq=off')] * 2, '', 'port 0 does not start')])
def test_refusals(bridge, nics, args, message):
    """What cannot be done is said, with a status that is not 0.

    A virtio port without a control queue is one that DPDK cannot start.
    """
    guest = bridge(nics, args, ready=False, cpus=2).guest
    guest.wait_for(message)
    assert guest.wait_exit() == 1
    assert 'exit: status 1' in guest.console


def test_help(bridge):
    """--help shows DPDK's options, and behind -- the bridge's."""
    guest = bridge(2, '-- --help', ready=False).guest
    guest.wait_for('(?i)usage')
    assert guest.wait_exit() == 0


def test_cpu_too_old(bridge):
    """Built for x86-64-v2: an older CPU is told what it lacks, before any of it is used."""
    guest = bridge(2, cpu='qemu64', ready=False).guest
    guest.wait_for('(?i)sse4|popcnt|ssse3')


def test_statistics_line(bridge):
    """A line a second for each port."""
    guest = bridge(cpus=2).guest
    at = 0
    for _ in range(3):
        at = guest.wait_for(r'^port 0: rx 0 tx 0 drops 0,.*$', after=at).end()


@pytest.mark.parametrize('key', ['q', '\x03'])
def test_ends_by_key(bridge, key):
    """q and Ctrl-C stop the ports and print totals."""
    guest = bridge(cpus=2).guest
    guest.type(key)
    guest.wait_for('^bridge: totals$')
    assert guest.wait_exit() == 0
