# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's qos_meter: a meter per flow colours frames, a policer drops or recolours them.

It is compiled as a single-rate three-colour marker that is blind to the colours of its input: 46
MB/s, bursts of 2048 bytes committed and 2048 in excess. The flow is the last byte of the IP
destination, the colour of a frame the last byte of its MAC destination, before and after.
"""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from harness import Nic

GREEN, YELLOW, RED = range(3)

# Output by (input, metered) colour, of examples/qos_meter/main.h; the rest is dropped.
POLICY = {(GREEN, GREEN): GREEN, (GREEN, YELLOW): RED, (GREEN, RED): RED,
          (YELLOW, YELLOW): YELLOW, (YELLOW, RED): RED, (RED, RED): RED}

LAST = 255  # a flow that marks the end of others


@pytest.fixture(name='run')
def fixture_run(example):
    """qos_meter from port 0 to port 1, on ports that check IPv4's checksum."""
    return example('qos_meter', '-l 1 -- -p 3', '^Core 1: port RX = 0, port TX = 1',
                   nics=[Nic('e1000e'), Nic('e1000e')], cpus=2)


def frame(colour, flow, number, size=60):
    """A frame of that input colour and flow."""
    head = (Ether(dst=f'02:00:00:00:00:{colour:02x}', src='02:00:00:00:00:98')
            / IP(src='10.0.0.1', dst=f'10.0.0.{flow}') / UDP(sport=number, dport=2))
    return bytes(head / bytes(size - len(head)))


def flood(run, colour, flow):
    """Frames faster than the meter's rate; gives the colours of those that came out, in order."""
    count = 200
    for number in range(count):
        run.wires[0].send(frame(colour, flow, number, 1514))
    # One of a flow of its own, which passes for sure, is the last.
    run.wires[0].send(frame(GREEN, LAST, flow))
    colours, before = [], -1
    while (one := run.wires[1].receive(10))[33] != LAST:
        number = int.from_bytes(one[34:36], 'big')
        assert number > before and one[6:] == frame(colour, flow, number, 1514)[6:]
        colours.append(one[5])
        before = number
    return colours


def test_slow_flows(run):
    """Within its rate a flow is green: green frames stay so, what came in worse is dropped."""
    for number in range(6):
        for colour in (YELLOW, RED, GREEN):
            run.wires[0].send(frame(colour, 10 + colour, number))
        assert run.wires[1].collect(1) == [frame(GREEN, 10 + GREEN, number)]


@pytest.mark.parametrize('colour', [GREEN, YELLOW, RED])
def test_fast_flows(run, colour):
    """Beyond its rate a flow is yellow, then red; what leaves has the policer's colour."""
    seen = set()
    due = {out for (before, _), out in POLICY.items() if before == colour}
    for flow in range(20, 60):
        colours = flood(run, colour, flow)
        assert set(colours) <= due and (colour != GREEN or len(colours) == 200)
        seen |= set(colours)
        if seen == due:
            break
    assert seen == due
