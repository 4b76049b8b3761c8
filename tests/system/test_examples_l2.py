# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's examples that forward by port: what comes out, with which addresses, in which order.

skeleton, rxtx_callbacks and l2fwd are in test_sdk.py.
"""

import select
import struct
import time

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from harness import Flow, Nic, WireError, frames
from harness.l2fwd import crossed

LINK_SECONDS = 20


def test_link_status_interrupt(example):
    """Each change of a link is reported by the interrupt's callback; frames flow while it is up."""
    run = example('link_status_interrupt', '-l 1 -- -p 3 -q 2', 'entering main loop', nics=2,
                  cpus=2)
    crossed(run, frames.mixture(40))
    at = 0
    for up in (False, True):
        run.guest.monitor.set_link(0, up)
        at = run.guest.wait_for(f'^Port 0 Link {"up" if up else "down"}', LINK_SECONDS,
                                after=at or run.guest.console.rfind('Checking link')).end()
    crossed(run, frames.mixture(40, seed=1))


@pytest.mark.parametrize('mode', ['poll', 'atomic', 'ordered'])
def test_l2fwd_event(example, mode):
    """Frames by polling, and through the software event device, its adapters on a service core."""
    words = ('-l 1,2 -- -p 3 -q 2 -T 1 --mode=poll' if mode == 'poll' else
             f'-l 1-3 -s 8 --vdev event_sw0 -- -p 3 -T 1 --mode=eventdev --eventq-sched={mode}')
    run = example('l2fwd-event', words, '^Port statistics ', nics=[Nic('e1000e'), Nic('e1000e')],
                  cpus=4)
    crossed(run, frames.mixture(60))


def test_packet_ordering(example):
    """Two workers take frames as they come, and yet these leave in the order of their arrival."""
    run = example('packet_ordering', '-l 1-4 -- -p 3', 'send_thread.. started', nics=2, cpus=5)
    # It sends bursts of 32 and keeps what is left: more are sent than are waited for.
    due = 32 * 20
    flow = Flow(run.wires[0], run.wires[1], frames.mixture(due + 96), window=128)
    deadline = time.monotonic() + 30
    while flow.received < due:
        flow.push()
        select.select([flow.sink], [], [], 0.1)
        flow.pull()
        assert time.monotonic() < deadline, f'{flow.received} of {due} frames came'


def flow_frame(flow, number):
    """Frame `number` of a UDP flow, its number twice in the payload."""
    return bytes(Ether(dst='02:00:00:00:00:99', src='02:00:00:00:00:98')
                 / IP(src='10.0.0.1', dst=f'10.0.1.{flow}') / UDP(sport=1000 + flow, dport=7)
                 / struct.pack('>II', number, ~number & 0xffffffff) / bytes(30))


def test_distributor(example):
    """Its one worker (of five lcores) passes on every frame of an 82599, each flow in its order."""
    run = example('distributor', '-l 0-4 -- -p 3', 'acting as worker', ix82599=2, cpus=5)
    one, other = run.wires
    count, flows = 140, 7
    due = {flow: [] for flow in range(flows)}
    got = {flow: [] for flow in range(flows)}

    def take(within):
        frame = other.receive(within)
        if frame is not None and frame[:12] != flow_frame(0, 0)[:12]:
            raise WireError('an address was changed')
        if frame is not None and frame[33] in due:
            got[frame[33]].append(frame)
        return frame is not None

    for number in range(count):
        frame = flow_frame(number % flows, number)
        due[number % flows].append(frame)
        one.send(frame)
        while number - sum(map(len, got.values())) > 64 and take(5):
            pass
    # What it has in hand it passes on when more comes.
    for _ in range(200):
        if sum(map(len, got.values())) == count:
            break
        one.send(flow_frame(200, 0))
        take(0.2)
    assert got == due
