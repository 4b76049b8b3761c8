# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's l3fwd-graph: routes by a graph of nodes."""

import random

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether


def test_l3fwd_graph(example):
    """198.18.P.0/24 goes to port P by the nodes of the graph; what has no route, nowhere."""
    run = example('l3fwd-graph', '-l 1,2 -- -p 3 -P --config=(0,0,2),(1,0,2)', 'Entering main loop',
                  ix82599=2, cpus=3)
    rng = random.Random(1)
    due = [[], []]
    for number in range(64):
        # Ports 2 to 7 are not there: no route either.
        net = rng.choice((0, 1, 0, 1, 3, 9))
        packet = (IP(src='10.0.0.1', dst=f'198.18.{net}.{number + 1}', ttl=64 - number % 60,
                     id=number) / UDP(sport=number, dport=9) / rng.randbytes(18 + number))
        run.wires[number % 2].send(bytes(Ether(src='02:00:00:00:00:98', dst=run.macs[number % 2])
                                         / packet))
        if net < 2:
            packet.ttl -= 1
            due[net].append(bytes(Ether(src=run.macs[net], dst=f'02:00:00:00:00:{net:02x}')
                                  / packet))
    for wire, routed in zip(run.wires, due):
        assert sorted(wire.collect(len(routed), 20)) == sorted(routed)
