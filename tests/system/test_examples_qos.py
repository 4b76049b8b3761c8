# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's qos_sched: rates, priorities and drops of its hierarchical scheduler.

It classifies by an outer and an inner VLAN (subport, pipe) and the last byte of the IP destination
(queue: 0 to 11 are traffic classes of their own, 12 to 15 share the last).
"""

import re
import time

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q, Ether

from harness import Nic

BEST_EFFORT = 12
RATE = 50000  # bytes a second of a pipe
BUCKET = 5000  # bytes that may go at once
FRAME = 1514
OVERHEAD = 24  # what the scheduler counts for gap, preamble and check sum
QUEUE_FRAMES = 64


def profile():
    """A port with one subport of 32 pipes, all with the same rate for each class."""
    def rates(rate):
        return '\n'.join(f'tc {number} rate = {rate}' for number in range(13))

    return f"""\
[port]
frame overhead = {OVERHEAD}
number of subports per port = 1

[subport 0]
number of pipes per subport = 32
queue sizes = {' '.join([str(QUEUE_FRAMES)] * 13)}
pipe 0-31 = 0

[subport profile 0]
tb rate = 10000000
tb size = 100000
{rates(10000000)}
tc period = 10

[pipe profile 0]
tb rate = {RATE}
tb size = {BUCKET}
{rates(RATE)}
tc period = 40
tc 12 oversubscription weight = 1
tc 12 wrr weights = 1 1 1 1
"""


@pytest.fixture(name='run')
def fixture_run(example, tmp_path):
    """qos_sched from port 0 to port 1, with a prompt."""
    path = tmp_path / 'profile.cfg'
    path.write_text(profile())
    run = example('qos_sched', '-l 0-2 -- -i --mnc 0 --pfc 0,1,1,2 --msz 16384 --bsz 64,64,32,1 '
                  '--cfg /profile.cfg', '^qos_sched>', nics=[Nic('e1000e'), Nic('e1000e')], cpus=3,
                  modules=[path])
    return run


def frame(pipe, queue, number):
    """The longest frame of that pipe and queue, with a number in it."""
    head = (Ether(dst='02:00:00:00:00:99', src='02:00:00:00:00:98')
            / Dot1Q(vlan=0) / Dot1Q(vlan=pipe)
            / IP(src='10.0.0.1', dst=f'8.0.0.{queue}') / UDP(sport=1, dport=2))
    payload = number.to_bytes(4, 'big')
    return bytes(head / payload.ljust(FRAME - len(head), b'.'))


def statistics(run, pipe):
    """Frames that a pipe let through and dropped, by queue."""
    at = len(run.guest.console)
    run.guest.type(f'stats port 1 subport 0 pipe {pipe}\n')
    run.guest.wait_for('^qos_sched>', after=run.guest.wait_for(r'^\| TC ', after=at).end())
    rows = re.findall(r'^\| +(\d+) \| +(\d+) +\| +(\d+) \| +(\d+) \|', run.guest.console[at:],
                      re.MULTILINE)
    return {int(tc) + int(queue): (int(passed), int(dropped))
            for tc, queue, passed, dropped in rows}


def test_rate_and_priority(run):
    """A pipe keeps to its rate, and its first class goes before its last."""
    count = 20
    due = [frame(3, queue, number) for number in range(count) for queue in (BEST_EFFORT, 0)]
    began = time.monotonic()
    for one in due:
        run.wires[0].send(one)
    got = run.wires[1].collect(len(due), 20)
    taken = time.monotonic() - began
    assert sorted(got) == sorted(due)
    assert taken > 0.9 * (len(due) * (FRAME + OVERHEAD) - BUCKET) / RATE
    first, last = ([at for at, one in enumerate(got) if one[41] == queue]
                   for queue in (0, BEST_EFFORT))
    assert [got[at] for at in first] == due[1::2] and [got[at] for at in last] == due[::2]
    assert first[-1] < len(due) - count // 4
    passed = statistics(run, 3)
    assert passed[0] == passed[BEST_EFFORT] == (count, 0)


def test_drops(run):
    """What does not fit into a queue is dropped and counted; other pipes do not notice."""
    for number in range(200):
        run.wires[0].send(frame(5, BEST_EFFORT, number))
    other = [frame(6, BEST_EFFORT, number) for number in range(10)]
    for one in other:
        run.wires[0].send(one)
    got = []
    while (one := run.wires[1].receive(3)) is not None:
        got.append(one)
    passed, dropped = statistics(run, 5)[BEST_EFFORT]
    assert passed + dropped == 200 and dropped > 0
    assert len([one for one in got if one[19] == 5]) == passed
    assert [one for one in got if one[19] == 6] == other
    assert statistics(run, 6)[BEST_EFFORT] == (len(other), 0)
