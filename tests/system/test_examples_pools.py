# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's vmdq and vmdq_dcb: an 82599's pools, by address and VLAN, and in them queues by priority.

They forward between ports 0 and 1 and count by queue. Each allocates two million mbufs: 5 GB.
"""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q, Ether

pytestmark = pytest.mark.long
MEMORY = 6144


def pool_frame(pool, vlan, number, priority=0, size=60):
    """A frame into port 0, to the address of a pool."""
    return bytes(Ether(src='02:00:00:00:00:98', dst=f'52:54:00:12:00:{pool:02x}')
                 / Dot1Q(vlan=vlan, prio=priority) / IP(dst='10.0.0.1') / UDP(sport=number)
                 / bytes(size))


def forwarded(run, frame):
    """The frame as it leaves port 1."""
    return bytes.fromhex('020000000001' + run.macs[1].replace(':', '')) + frame[12:]


def check(run, frames):
    """(frame, does a pool take it?) into port 0; those and no others come out of port 1."""
    for frame, _ in frames:
        run.wires[0].send(frame)
    due = [forwarded(run, frame) for frame, taken in frames if taken]
    assert sorted(run.wires[1].collect(len(due), 30)) == sorted(due)


def test_vmdq(example):
    """A pool takes what has its address and its VLAN; what has one of them only, nobody takes."""
    run = example('vmdq', '-l 0,1 -- -p 3 --nb-pools 8', r'core 1\(lcore 1\) reading queues',
                  ix82599=2, cpus=2, memory=MEMORY, deadline=240)
    check(run, [(pool_frame(pool, vlan, number), pool == vlan)
                for number, (pool, vlan) in enumerate(
                    [(pool, vlan) for pool in range(1, 8) for vlan in range(1, 8)])])


@pytest.mark.parametrize('pools, classes', [(32, 4), (16, 8)])
def test_vmdq_dcb(example, pools, classes):
    """A pool's frames of all eight priorities go through, whichever its traffic classes."""
    run = example('vmdq_dcb', f'-l 0,1 -- -p 3 --nb-pools {pools} --nb-tcs {classes}',
                  r'Core 1\(lcore \d\) reading queues', ix82599=2, cpus=2, memory=MEMORY,
                  deadline=240)
    check(run, [(pool_frame(pool, vlan, number, priority), pool == vlan)
                for number, (pool, vlan, priority) in enumerate(
                    (pool, vlan, priority) for pool in (1, 5, 15) for vlan in (1, 5, 15)
                    for priority in range(8))])
