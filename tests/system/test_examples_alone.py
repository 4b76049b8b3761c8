# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's examples of several processes, whose first process does its work alone as well."""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from harness import Flow, forward, frames

CTRL_C = '\x03'


def test_simple_mp(example):
    """A prompt takes messages until the ring that no second process empties is full."""
    guest = example('simple_mp', '-l 0,1 --proc-type=primary', '^simple_mp > ', cpus=2).guest
    guest.wait_for('^Starting core 1$')
    at = 0
    for _ in range(63):  # a ring of 64 holds 63
        guest.type('send hello\n')
        echo = guest.wait_for('send hello', after=at)
        at = guest.wait_for('^simple_mp > ', after=echo.end()).end()
    assert 'discarded' not in guest.console
    guest.type('send hello\n')
    guest.wait_for('^Failed to send message - message discarded$', after=at)
    guest.type('quit\n')
    assert guest.wait_exit() == 0


def test_symmetric_mp(example):
    """The only one of its processes forwards frames unchanged, and Ctrl-C shows what it counted."""
    run = example('symmetric_mp', '-l 1 --proc-type=primary -- -p 3 --num-procs=1 --proc-id=0',
                  '^lcore 1 using queue 0 of each port', nics=2, cpus=2)
    one, other = run.wires
    forward(Flow(one, other, frames.mixture(90)), Flow(other, one, frames.mixture(70, seed=1)))
    run.guest.type(CTRL_C)
    run.guest.wait_for('^Exiting on signal 2$')
    run.guest.wait_for('^Port 0: RX - 90, TX - 70, Drop - 0$')
    run.guest.wait_for('^Port 1: RX - 70, TX - 90, Drop - 0$')
    assert run.guest.wait_exit() == 0


@pytest.mark.long
def test_server_of_efd(example):
    """Frames go into the ring of the node that the EFD table has for their destination.

    Built for CPUs without AVX2, DPDK's library finds node 0 for all on a CPU that has it.
    """
    run = example('server', '-l 1,2 -- -p 3 -n 2 -f 100', '^Core 2 displaying statistics',
                  ix82599=2, cpus=3, cpu='max,avx2=off')
    # 0x100 flows, to the destinations 0.0.0.0 to 0.0.0.255, in turn for node 0 and node 1.
    for number in range(60):
        last = number if number < 40 else 2 * number  # the rest are of node 0
        run.wires[number % 2].send(bytes(Ether(dst='02:00:00:00:00:99') / IP(src='10.0.0.1',
                                         dst=f'0.0.0.{last}') / UDP()))
    run.guest.wait_for('(?s)^Port 0 - rx: +30\ttx: +0$.^Port 1 - rx: +30\ttx: +0$.*'
                       '^distributed: +60, drop: +0$.*'
                       '^Node  0 - rx: +40, rx_drop: +0$.*^Node  1 - rx: +20, rx_drop: +0$')
