# SPDX-License-Identifier: BSD-3-Clause
"""Receive interrupts: an lcore that sleeps in rte_epoll_wait() is woken by a frame."""

import re
import time

import pytest

from harness import Flow, Machine, Nic, forward, frames
from harness.guest import PATIENCE
from harness.variables import Variable

FRAMES = 100  # after which doze ends
ATTEMPTS = 20


def wake(counters, one, other, number):
    """Frames into a port, one after another, each when doze sleeps, until one has woken it.

    Gives how many were sent. It may look for frames by itself just when one comes.
    """
    for attempt in range(1, ATTEMPTS + 1):
        _, slept, woken = counters.words(3)
        until = time.monotonic() + 10 * PATIENCE
        while counters.words(2)[1] == slept:
            assert time.monotonic() < until, 'it does not sleep'
        forward(Flow(one, other, frames.mixture(1, seed=number + attempt)))
        if counters.words(3)[2] > woken:
            return attempt
    raise AssertionError(f'none of {ATTEMPTS} frames woke it')


@pytest.mark.parametrize('nic, cpus, args', [
    (Nic(), 1, ''), (Nic(), 2, '-l 1'), (Nic(options='disable-modern=on'), 2, '-l 1'),
    (Nic('e1000'), 2, '-l 1'), (Nic('e1000e'), 2, '-l 1'), (Nic('vmxnet3'), 2, '-l 1')])
def test_woken(boot, build, nic, cpus, args):
    """By each port's MSI-X or INTx, twice, on the control CPU itself and on another one."""
    image = build / 'doze.elf'
    guest = boot(Machine(kernel=image, cpus=cpus, nics=[nic] * 2,
                         args=f'bare.exit=debug bare.panic=debug {args} -- 90 {FRAMES}'), 120)
    guest.wait_for('forwarding')
    one, other = guest.wires
    time.sleep(2)  # e1000 loses frames until its link is up
    counters = Variable(guest, image, 'counters')  # frames forwarded, sleeps, those a frame ended
    sent = 0
    for source, sink in ((one, other), (other, one)) * 2:
        sent += wake(counters, source, sink, 100 * sent)
    forward(Flow(one, other, frames.mixture(FRAMES - 1 - sent)))
    one.send(frames.mixture(1)[0])  # the last one that doze waits for; it may not get out any more
    assert guest.wait_exit() == 0
    forwarded, slept, woken = map(int, re.search(
        r'forwarded (\d+), slept (\d+), woken (\d+)', guest.console).groups())
    assert forwarded == FRAMES
    assert slept >= woken >= 4


def test_no_vectors(boot, build):
    """A virtio port without MSI-X has none: it is said, and nothing is forwarded."""
    guest = boot(Machine(kernel=build / 'doze.elf', nics=[Nic(options='vectors=0')] * 2,
                         args='bare.exit=debug bare.panic=debug'), 60)
    guest.wait_for('port 0 with receive interrupts does not start')
    assert guest.wait_exit() == 1
