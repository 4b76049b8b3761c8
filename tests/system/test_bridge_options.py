# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's options and the bridge's own, good and bad ones."""

import re
import time

import pytest

from harness import Flow, Nic, forward, frames
from harness.guest import PATIENCE


def awake(guest):
    """The CPUs that are not in HLT at this moment."""
    states = re.findall(r'(?s)CPU#(\d+)\s.*?HLT=(\d)', guest.monitor.human('info registers -a'))
    return {int(cpu) for cpu, halted in states if halted == '0'}


# (CPUs, words, lcores that forward, CPUs that they are on)
@pytest.mark.parametrize('cpus, args, lcores, busy', [
    (1, '-l 0', {0}, {0}), (2, '-l 1', {1}, {1}), (2, '-l 0,1', {1}, {1}),
    (4, '-l 0-3', {1, 2}, {1, 2}), (4, '-l 1-3', {2, 3}, {2, 3}),
    (4, "--lcores '0@0,1@3'", {1}, {3}), (4, '--lcores=(0,1)@0', {1}, {0}),
    (2, '-c 0x3 --main-lcore 1', {0}, {0})])
def test_lcores(bridge, cpus, args, lcores, busy):
    """One lcore to four, wherever they are placed: those forward that should, on those CPUs."""
    guest = bridge(cpus=cpus, args=args).guest
    one, other = guest.wires
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, seed=1)))
    planned = re.findall(r'^bridge: lcore (\d+): port', guest.console, re.MULTILINE)
    assert {int(lcore) for lcore in planned} == lcores
    # The others are woken now and then, by the statistics' time or the console's.
    until = time.monotonic() + 10 * PATIENCE
    while (found := awake(guest)) != busy:
        assert found >= busy and time.monotonic() < until, found


def test_many_cpus(bridge):
    """An lcore may be on a CPU beyond the 128th: a set of CPUs has room for 1,024."""
    guest = bridge(cpus=140, memory=512, args="--lcores '0@0,1@135'").guest
    one, other = guest.wires
    forward(Flow(one, other, frames.mixture(50)), Flow(other, one, frames.mixture(50, seed=1)))
    assert re.search(r'^bridge: lcore 1: port', guest.console, re.MULTILINE)
    assert 135 in awake(guest)


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


@pytest.mark.parametrize('args, words', [
    ('--help', ['--lcores', '--iova-mode', '--no-promiscuous']),
    ('-- --help', ['--no-promiscuous'])])
def test_help(bridge, args, words):
    """--help shows DPDK's options and the bridge's, behind -- the bridge's alone."""
    guest = bridge(2, args, ready=False).guest
    assert guest.wait_exit() == 0
    shown = guest.console[re.search('(?im)^usage: ', guest.console).start():]
    options = '--lcores', '--iova-mode', '--no-promiscuous'
    assert [option for option in options if option in shown] == words
    assert 'forwarding' not in guest.console


def test_cpu_too_old(bridge):
    """Built for x86-64-v2: an older CPU is told what it lacks, before any of it is used."""
    guest = bridge(2, cpu='qemu64', ready=False).guest
    guest.wait_for('(?i)sse4|popcnt|ssse3')


def test_statistics_line(bridge):
    """A line a second for each port, with what it has received, sent and dropped, and the rate."""
    guest = bridge(cpus=2).guest
    at = 0
    for _ in range(2):
        at = guest.wait_for(r'^port 0: rx 0 tx 0 drops 0, 0\.000 Mpps 0\.0 Mbit/s$', after=at).end()
    one, other = guest.wires
    forward(Flow(one, other, frames.sizes(1000)), Flow(other, one, frames.sizes()))
    counts = len(frames.sizes(1000)), len(frames.sizes())
    for port in (0, 1):
        guest.wait_for(rf'^port {port}: rx {counts[port]} tx {counts[1 - port]} drops 0,', after=at)
    rates = re.findall(r'^port 1: rx \d+ tx \d+ drops 0, ([\d.]+) Mpps', guest.console[at:],
                       re.MULTILINE)
    assert sum(map(float, rates)) > 0


@pytest.mark.parametrize('key', ['q', '\x03'])
def test_ends_by_key(bridge, key):
    """q and Ctrl-C stop the ports and print totals."""
    guest = bridge(cpus=2).guest
    guest.type(key)
    guest.wait_for('^bridge: totals$')
    assert guest.wait_exit() == 0


@pytest.mark.parametrize('mbufs, queues', [(1000, '128 and 128'), (4000, None)])
def test_mbufs(bridge, mbufs, queues):
    """With few mbufs the queues are shorter, and frames go on, many more than there are mbufs."""
    run = bridge(args=f'-- --mbufs {mbufs} --stats 0', cpus=2)
    said = re.search(r'--mbufs \d+: queues of (.*) descriptors', run.guest.console)
    assert (said[1] if said else None) == queues
    one, other = run.guest.wires
    forward(Flow(one, other, frames.mixture(3 * mbufs)),
            Flow(other, one, frames.mixture(3 * mbufs, seed=1)))
    assert [drops for _, _, drops in run.totals()] == [0, 0]


def test_too_few_mbufs(bridge):
    """So few that the shortest queues would keep them all are refused."""
    guest = bridge(args='-- --mbufs 100', cpus=2, ready=False).guest
    guest.wait_for(r'bridge: --mbufs 100: 2 ports on node 0 need \d+')
    assert guest.wait_exit() == 1


def test_small_mtu(bridge):
    """A port that takes less than 1500 bytes is taken as it is; so are all then."""
    nics = [Nic(options='host_mtu=1400'), Nic()]
    run = bridge(nics, cpus=2)
    assert 'port 0 takes an MTU of 1400 at most, not 1500: so do all now' in run.guest.console
    one, other = run.guest.wires
    sizes = frames.sizes(last=1414)
    forward(Flow(one, other, sizes), Flow(other, one, sizes))


@pytest.mark.parametrize('args, pairs, idle', [
    ('--pairs 1:3', [(1, 3)], [0, 2]), ('--pairs 0:3,2:1', [(0, 3), (1, 2)], []),
    ('--pairs=3:0', [(0, 3)], [1, 2])])
def test_pairs(bridge, args, pairs, idle):
    """Frames go between the ports that are paired, and from no other."""
    guest = bridge(4, args=f'-l 0 -- {args}').guest
    for one, other in pairs:
        forward(Flow(guest.wires[one], guest.wires[other], frames.mixture(100)),
                Flow(guest.wires[other], guest.wires[one], frames.mixture(100, seed=1)))
    for port in idle:
        guest.wires[port].send(frames.plain(100))
    assert all(wire.drain() == 0 for wire in guest.wires)
    guest.type('q')
    assert guest.wait_exit() == 0
    for port in idle:
        assert re.search(f'^port {port}: rx 0 tx 0 drops', guest.console, re.MULTILINE)


@pytest.mark.parametrize('words', ['1', '1:', '1:1', '0:1,', '0:1,1:2', 'a:b', '0:1:2'])
def test_bad_pairs(bridge, words):
    """They are refused, by what they are."""
    guest = bridge(2, args=f'-l 0 -- --pairs {words}', ready=False).guest
    assert guest.wait_exit() == 1
    assert f'bridge: --pairs {words}: not as 1:3' in guest.console


def test_pair_of_a_port_that_is_not_there(bridge):
    """It is named."""
    guest = bridge(2, args='-l 0 -- --pairs 0:2', ready=False).guest
    assert guest.wait_exit() == 1
    assert 'bridge: --pairs: there is no port 2' in guest.console


def test_link_without_an_interrupt(bridge):
    """A port without MSI-X has no interrupt for its link, which is read again and again."""
    guest = bridge([Nic(options='vectors=0'), Nic()], args='-l 0 -- --stats 0').guest
    guest.monitor.set_link(0, up=False)
    at = guest.wait_for('^port 0: link down').end()
    guest.monitor.set_link(0, up=True)
    guest.wait_for('^port 0: link up', after=at)
