# SPDX-License-Identifier: BSD-3-Clause
"""Receive interrupts: an lcore that sleeps in rte_epoll_wait() is woken by a frame."""

import re
import time

import pytest

from harness import Flow, Machine, Nic, forward, frames

ROUNDS = 10
SILENCE = 0.15  # long enough for doze to sleep


@pytest.mark.parametrize('nic, cpus, args', [
    (Nic(), 1, ''), (Nic(), 2, '-l 1'), (Nic(options='disable-modern=on'), 2, '-l 1'),
    (Nic('e1000'), 2, '-l 1'), (Nic('e1000e'), 2, '-l 1'), (Nic('vmxnet3'), 2, '-l 1')])
def test_woken(boot, build, nic, cpus, args):
    """By MSI-X and by INTx, on the control CPU itself and on another one."""
    guest = boot(Machine(kernel=build / 'doze.elf', cpus=cpus, nics=[nic] * 2,
                         args=f'bare.exit=debug bare.panic=debug {args} -- 90 {4 * ROUNDS + 1}'), 120)
    guest.wait_for('forwarding')
    one, other = guest.wires
    time.sleep(2)  # e1000 loses frames until its link is up
    for number in range(ROUNDS):
        time.sleep(SILENCE)
        forward(Flow(one, other, frames.mixture(2, seed=number)))
        time.sleep(SILENCE)
        forward(Flow(other, one, frames.mixture(2, seed=100 + number)))
    one.send(frames.mixture(1)[0])  # the last one that doze waits for; it may not get out any more
    assert guest.wait_exit() == 0
    forwarded, slept, woken = map(int, re.search(
        r'forwarded (\d+), slept (\d+), woken (\d+)', guest.console).groups())
    assert forwarded == 4 * ROUNDS + 1
    assert slept >= woken > 0  # how often depends on the speed of the host


def test_no_vectors(boot, build):
    """A virtio port without MSI-X has none: it is said, and nothing is forwarded."""
    guest = boot(Machine(kernel=build / 'doze.elf', nics=[Nic(options='vectors=0')] * 2,
                         args='bare.exit=debug bare.panic=debug'), 60)
    guest.wait_for('port 0 with receive interrupts does not start')
    assert guest.wait_exit() == 1
