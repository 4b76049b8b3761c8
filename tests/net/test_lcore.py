# SPDX-License-Identifier: BSD-3-Clause
"""An lcore has nothing to do with the stack's port, however much comes there."""

import sys
import time

import pytest

from harness import Machine, Nic, clients
from harness.clients import GUEST, STATIC

SECONDS = 4


@pytest.fixture
def counter(build, root, tmp_path):
    """Counts a guest's instructions from outside, from one poll of the bridge's to the next."""
    sys.path.insert(0, str(root / 'bench'))
    try:
        from rig.counter import Counter, poll_addresses  # pylint: disable=import-outside-toplevel
    finally:
        sys.path.pop(0)
    elf = build / 'net' / 'bridge.elf'
    return Counter(build, tmp_path / 'counts', poll_addresses(elf))


def test_longest_turn(boot, build, peer, counter):
    """From one poll to the next an lcore does not more while the stack is busy than while not.

    The stack's port is of another kind, so that its own polls are not counted; the CPUs of the
    machine take turns, so that each one's instructions are exact.
    """
    guest = boot(Machine(
        kernel=build / 'net' / 'bridge.elf', cpus=2, accel='tcg,thread=single',
        nics=[Nic(options='addr=6'), Nic(options='addr=7'), Nic('vmxnet3', options='addr=5')],
        args=f'bare.exit=debug bare.panic=debug bare.net={STATIC} bare.metrics=9100 -l 1',
        extra=counter.words()), 150)
    peer.connect(guest.wires[2])
    guest.wait_for('net: metrics at port 9100', within=60)
    guest.wait_for('forwarding', within=60)
    peer.python(clients.PING, GUEST, 8)
    before = counter.read()
    time.sleep(SECONDS)
    quiet = counter.read().since(before)
    before = counter.read()
    for _ in range(3):
        assert peer.python(clients.PING, GUEST, *[1000] * 20) == 'True\n' * 20
        assert 'linuxless_uptime' in peer.python(clients.FETCH, f'http://{GUEST}:9100/metrics')
    busy = counter.read().since(before)
    assert quiet.polls > 10000 and busy.polls > 10000
    assert busy.per_cpu[0] > 2 * quiet.per_cpu[0]
    assert max(busy.between) <= max(quiet.between)
