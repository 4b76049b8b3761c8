# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's examples that lead frames through a device for crypto, copying or events."""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from harness import Nic, frames
from harness.l2fwd import readdressed


def test_l2fwd_crypto(example):
    """IPv4 goes through a crypto device of each port, as its counters tell; the rest is dropped."""
    run = example('l2fwd-crypto', '-l 1 --vdev crypto_null0 --vdev crypto_null1 -- -p 3 -q 2 -T 1 '
                  '--chain CIPHER_ONLY --cipher_algo null --cipher_op ENCRYPT', '^Port statistics',
                  nics=2, cpus=2)
    some = [bytes(Ether(src='02:00:00:00:00:98', dst='02:00:00:00:00:99')
                  / IP(src='10.0.0.1', dst='10.0.1.1') / UDP() / bytes([size] * size))
            for size in range(30, 130)]
    for source, sink in ((0, 1), (1, 0)):
        run.wires[source].send(frames.plain(100))
        for frame in some:
            run.wires[source].send(frame)
        assert run.wires[sink].collect(len(some)) == [
            readdressed(frame, sink, run.macs) for frame in some]
    for device in (0, 1):
        run.guest.wait_for(f'^Statistics for cryptodev {device} -+\nPackets enqueued: +100\n'
                           'Packets dequeued: +100\nPackets errors: +0$')


@pytest.mark.parametrize('way', ['hw', 'sw'])
def test_dma(example, way):
    """Frames are copied on their way, by a DMA device of each port or by the CPU."""
    run = example('dma', '-l 0-2 --vdev dma_skeleton0 --vdev dma_skeleton1 '
                  f'-- -p 3 -c {way}', 'Entering main tx loop', nics=[Nic('e1000e'), Nic('e1000e')],
                  cpus=4)
    some = frames.mixture(100)
    for port in (0, 1):
        for frame in some:
            run.wires[port].send(frame)
        assert run.wires[port].collect(len(some)) == [
            readdressed(frame, port, run.macs) for frame in some]
    if way == 'hw':
        run.guest.wait_for(r'^DMA channel 1\n\t Total submitted ops: 100\n'
                           r'\t Total completed ops: 100\n\t Total failed ops: 0$')


@pytest.mark.parametrize('kind', ['atomic', 'ordered', 'parallel'])
def test_eventdev_pipeline(example, kind):
    """Two workers lead frames through two stages of the software event device, unchanged."""
    option = {'atomic': '', 'ordered': '-o', 'parallel': '-p'}[kind]
    run = example('eventdev_pipeline', '-l 0-3 --vdev event_sw0 '
                  f'-- -r1 -t1 -e2 -w c -s2 -n0 -c32 -W0 -D {option}', 'NIC Rx',
                  nics=[Nic('e1000e'), Nic('e1000e')], cpus=4)
    some = frames.mixture(100)
    for port in (0, 1):
        for frame in some:
            run.wires[port].send(frame)
        order = sorted if kind == 'parallel' else list
        assert order(run.wires[port].collect(len(some))) == order(some)
