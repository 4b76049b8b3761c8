# SPDX-License-Identifier: BSD-3-Clause
"""An lcore that stands still is named, with its place, and so is one that goes on again."""

import re
import subprocess

from harness import Flow, forward, frames
from harness.gdb import Gdb
from harness.guest import PATIENCE

FOR_EVER = b'\xeb\xfe'  # jmp to itself


def address(image, name):
    """Where a function is."""
    listing = subprocess.run(['nm', image], stdout=subprocess.PIPE, text=True, check=True,
                             timeout=60)
    found, = re.findall(rf'^([0-9a-f]+) [tT] {name}$', listing.stdout, re.MULTILINE)
    return int(found, 16)


def test_lcore_that_hangs(bridge, build):
    """The driver never returns; then it does, and frames go through as before."""
    guest = bridge(cpus=2, args='-l 0,1 -- --keepalive 900').guest
    one, other = guest.wires
    forward(Flow(one, other, frames.mixture(50)), Flow(other, one, frames.mixture(50, seed=1)))
    assert 'stands still' not in guest.console
    where = address(build / 'bridge.elf', 'virtio_recv_mergeable_pkts')
    at = len(guest.console)
    with Gdb(guest) as gdb:
        code = gdb.read(where, len(FOR_EVER))
        gdb.write(where, FOR_EVER)
    died = guest.wait_for(r'EAL: Core died\. Last seen (\d+)ms ago', after=at)
    assert int(died[1]) <= 900 * PATIENCE
    at = guest.wait_for('EAL: lcore 1 stands still, on:', after=died.end()).end()
    at = guest.wait_for(r'CPU 1: \S+, in virtio_recv_mergeable_pkts\+0', after=at).end()
    guest.wait_for(r' #1 [0-9a-f]{16} forward_watched\+0x\S+', after=at)
    at = guest.wait_for('^bridge: lcore 1 stands still', after=died.end()).end()
    with Gdb(guest) as gdb:
        gdb.write(where, code)
    guest.wait_for('^bridge: lcore 1 goes on', after=at)
    forward(Flow(one, other, frames.mixture(50)), Flow(other, one, frames.mixture(50, seed=1)))
    assert guest.console.count('bridge: lcore 1 stands still') == 1


def test_nobody_hangs(bridge):
    """Lcores that forward, on several CPUs, and one that shares the control CPU, are left alone."""
    guest = bridge(cpus=3, args='-l 0-2 -- --keepalive 2000').guest
    one, other = guest.wires
    at = guest.wait_for(r'^port 0: rx 0 tx 0').end()
    for _ in range(4):
        at = guest.wait_for(r'^port 0: rx ', after=at).end()
    forward(Flow(one, other, frames.mixture(50)), Flow(other, one, frames.mixture(50, seed=1)))
    assert 'Core died' not in guest.console
