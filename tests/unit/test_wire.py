# SPDX-License-Identifier: BSD-3-Clause
"""The judges are judged: the tests' Flow and make run's find every kind of fault in a cable."""

import socket
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / 'tools'))

from harness import Flow, Wire, WireError, forward, frames  # noqa: E402
from trafficlib import flow as traffic  # noqa: E402


class Middle:
    """A source whose frames go through `fault`, which gives the list of what arrives instead."""

    def __init__(self, fault):
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        near.setblocking(False)
        self.far, self.sink, self.fault = far, Wire(near), fault

    def try_send(self, frame):
        for arriving in self.fault(frame):
            self.far.send(arriving)
        return True

    def fileno(self):
        return self.far.fileno()


class Nth:
    """A fault that strikes the fifth frame."""

    def __init__(self, fault):
        self.fault, self.count = fault, 0

    def __call__(self, frame):
        self.count += 1
        return self.fault(frame) if self.count == 5 else [frame]


def flip(frame):
    """One bit changed in the middle."""
    at = len(frame) // 2
    return [frame[:at] + bytes([frame[at] ^ 1]) + frame[at + 1:]]


FAULTS = {
    'lost': lambda frame: [],
    'altered': flip,
    'cut': lambda frame: [frame[:-1]],
    'padded': lambda frame: [frame + b'\0'],
    'doubled': lambda frame: [frame, frame],
    'foreign': lambda frame: [frame, b'\xff' * 60],
}


@pytest.mark.parametrize('fault', FAULTS)
def test_forward_finds(fault):
    """The tests' flow fails on each fault."""
    middle = Middle(Nth(FAULTS[fault]))
    with pytest.raises(WireError):
        forward(Flow(middle, middle.sink, frames.mixture(10)), stall=0.2)


def test_forward_finds_wrong_order():
    """Two frames that change places."""
    held = []

    def swap(frame):
        if len(held) == 0:
            held.append(frame)
            return []
        return [frame, held.pop()] if held[0] is not None else [frame]

    middle = Middle(swap)
    with pytest.raises(WireError):
        forward(Flow(middle, middle.sink, frames.mixture(2)), stall=0.2)


def test_forward_passes():
    """And a cable without a fault is found good, with more frames than the window holds."""
    middle = Middle(lambda frame: [frame])
    forward(Flow(middle, middle.sink, frames.mixture(200)), stall=2)


def run_traffic(fault):
    """make run's flow through a cable; gives it after all has been given up that is missing."""
    middle = Middle(fault)
    judged = traffic.Flow('0 -> 1', middle, middle.sink, rate=1000)
    for tick in range(1, 21):
        judged.send_due(100 + tick / 1000)
        judged.take()
    judged.give_up(float('inf'))
    return judged


@pytest.mark.parametrize('fault, count', [
    ('lost', 'lost'), ('altered', 'altered'), ('cut', 'altered'), ('padded', 'altered'),
    ('doubled', 'unexpected'), ('foreign', 'altered')])
def test_traffic_finds(fault, count):
    """make run's flow counts each fault, and is not good with any."""
    judged = run_traffic(Nth(FAULTS[fault]))
    assert getattr(judged, count) == 1
    assert judged.received > 0 and not judged.good()


def test_traffic_passes():
    """All sent is received, and nothing passed is not good either."""
    judged = run_traffic(lambda frame: [frame])
    assert judged.good() and judged.sent == judged.received > 0
    assert not traffic.Flow('0 -> 1', None, None, rate=1).good()


def test_protocols_are_frames():
    """What the tests send has the sizes that it says."""
    assert [len(frame) for frame in frames.sizes()] == list(range(60, 1515))
    assert all(60 <= len(frame) <= 1514 for frame in frames.protocols())
    assert len(set(frames.mixture(1000))) == 1000
