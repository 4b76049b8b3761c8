# SPDX-License-Identifier: BSD-3-Clause
"""A program in Seastar's manner (tests/cxx/shards): its reactors, and a client of its TCP port."""

import re
import struct
import subprocess

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import ARP, Ether

from harness import Machine, Nic
from harness.tap import Tap

DEBUG = 'bare.exit=debug bare.panic=debug'
OURS, OUR_IP, ITS_IP = '02:00:00:00:02:02', '10.0.0.2', '10.0.0.1'
CONNECTIONS, AT_ONCE, FIRST_PORT = 48, 6, 40000
FIRST_SEQUENCE, SEGMENT = 1000, 1400
END = 0x88b5
REACTOR = re.compile(r'^shard (\d): (\d+) calls, (\d+) caught, preempted 1, stalled 1, slept (\d)$',
                     re.MULTILINE)
PORT = re.compile(r'^shard (\d): (\d+) connections, (\d+) sent in place, (\d+) passed on$',
                  re.MULTILINE)


@pytest.fixture(name='program', scope='session')
def fixture_program(root, build, tmp_path_factory):
    """The image: C++ with Debian's library and DPDK."""
    tools, folder = build / 'sdk' / 'bin', tmp_path_factory.mktemp('shards')

    def flags(which):
        return subprocess.run(
            [tools / 'linuxless-pkg-config', '--libc=glibc', which, 'libdpdk'], check=True,
            stdout=subprocess.PIPE, text=True).stdout.split()

    subprocess.run([tools / 'linuxless-c++', '--libc=glibc', '-std=c++20', '-O2', '-Wall',
                    '-Wextra', '-Werror', '-Wno-volatile', *flags('--cflags'),
                    *sorted((root / 'tests' / 'cxx' / 'shards').glob('*.cc')),
                    *flags('--libs'), '-o', folder / 'shards'], check=True, timeout=900)
    return folder / 'shards'


def size_of(port):
    """How much a connection asks for: from one byte to several segments."""
    return 1 + (port * 997) % 5000


def check_sums(frame):
    """IP's and TCP's check sums are right."""
    header, rest = frame[14:34], frame[34:14 + struct.unpack('!H', frame[16:18])[0]]
    pseudo = frame[26:34] + struct.pack('!HH', 6, len(rest))
    for data in (header, pseudo + rest):
        padded = data + b'\0' * (len(data) % 2)
        total = sum(struct.unpack(f'!{len(padded) // 2}H', padded))
        while total >> 16:
            total = (total & 0xffff) + (total >> 16)
        assert total == 0xffff, frame.hex()


class Connection:
    """One request, sent when it is agreed upon; what comes back is put together."""

    def __init__(self, wire, port, mac):
        self.wire, self.port, self.mac = wire, port, mac
        self.body, self.next, self.done = b'', FIRST_SEQUENCE + 1, False
        self._send('S', 1)

    def _send(self, flags, sequence, data=b''):
        self.wire.send(bytes(
            Ether(src=OURS, dst=self.mac) / IP(src=OUR_IP, dst=ITS_IP)
            / TCP(sport=self.port, dport=80, flags=flags, seq=sequence, ack=self.next) / data))

    def take(self, segment):
        """A segment of the other side's, in its turn."""
        if segment.flags == 'SA':
            assert segment.ack == 2
            self._send('PA', 2, b'%d\n' % size_of(self.port))
            return
        data = bytes(segment.payload)[:size_of(self.port) - len(self.body)]
        if not data:
            return
        assert segment.seq == self.next
        self.body += data
        self.next += len(data)
        if 'F' in segment.flags:
            self.next += 1
            self._send('FA', 2 + len(b'%d\n' % size_of(self.port)))
            self.done = True

    def shard(self):
        """Which shard has answered, if each byte is the one that is due."""
        shard, size = self.body[0], size_of(self.port)
        assert self.body[1:] == bytes((shard + self.port + at * 7) & 255 for at in range(1, size))
        return shard


def ask_mac(wire):
    """The machine's address, by ARP."""
    wire.send(bytes(Ether(src=OURS, dst='ff:ff:ff:ff:ff:ff')
                    / ARP(hwsrc=OURS, psrc=OUR_IP, pdst=ITS_IP)))
    while (frame := wire.receive(20)) is not None:
        if (answer := Ether(frame)).type == 0x0806 and answer[ARP].op == 2:
            assert answer[ARP].psrc == ITS_IP and answer.dst == OURS
            return answer[ARP].hwsrc
    raise AssertionError('no answer to ARP')


def converse(wire):
    """All connections, a few at a time. Gives how many each shard has answered."""
    mac, waiting = ask_mac(wire), list(range(FIRST_PORT, FIRST_PORT + CONNECTIONS))
    under_way, answered = {}, {}
    while waiting or under_way:
        while waiting and len(under_way) < AT_ONCE:
            port = waiting.pop(0)
            under_way[port] = Connection(wire, port, mac)
        frame = wire.receive(30)
        assert frame is not None, f'no answer for {sorted(under_way)}'
        packet = Ether(frame)
        if TCP not in packet:
            continue
        check_sums(frame)
        connection = under_way.get(packet[TCP].dport)
        if connection is None:
            continue  # its last acknowledgement
        connection.take(packet[TCP])
        if connection.done:
            del under_way[connection.port]
            answered[connection.shard()] = answered.get(connection.shard(), 0) + 1
    return answered


def talk(guest, wire, shards, queues, answered_by):
    """The whole of a run. answered_by: the shards that must have had connections."""
    guest.wait_for(f'answering, {queues} queues', within=120)
    reactors = REACTOR.findall(guest.console)
    assert sorted(reactors) == [(str(shard), '320', '160', str(int(shards > 1)))
                                for shard in range(shards)], guest.console
    answered = converse(wire)
    wire.send(bytes(Ether(src=OURS, dst='ff:ff:ff:ff:ff:ff', type=END) / bytes(46)))
    assert guest.wait_exit(60) == 0, guest.tail()
    assert 'wrong: 0' in guest.console
    said = {int(shard): int(count) for shard, count, *_ in PORT.findall(guest.console)}
    assert {shard: count for shard, count in said.items() if count} == answered
    segments = sum(-(-size_of(port) // SEGMENT)
                   for port in range(FIRST_PORT, FIRST_PORT + CONNECTIONS))
    assert sum(int(found[2]) for found in PORT.findall(guest.console)) == segments
    assert set(answered) == set(answered_by)


@pytest.mark.parametrize('shards', [1, 2, 4])
def test_one_queue(boot, program, shards):
    """An e1000, whose one queue is for all shards."""
    guest = boot(Machine(kernel=program, cpus=shards, nics=[Nic('e1000')],
                         args=f'{DEBUG} -l 0-{shards - 1}'), 240)
    talk(guest, guest.wires[0], shards, 1, range(shards))


@pytest.mark.parametrize('shards', [1, 2, 4])
def test_rss(boot, program, shards):
    """virtio with a queue for each shard: the device spreads connections over them."""
    tap = Tap(shards)
    try:
        guest = boot(Machine(kernel=program, cpus=shards, nics=[tap.nic('rss=on')], fds=tap.fds,
                             args=f'{DEBUG} -l 0-{shards - 1}'), 240)
        talk(guest, tap, shards, shards, range(shards))
    finally:
        tap.close()


@pytest.mark.parametrize('shards', [1, 2, 4])
def test_82599(boot, program, new_model, shards):
    """The model of the 82599, whose driver sends what lies in several pieces."""
    model = new_model(['sfp'])
    guest = model.boot(boot, Machine(kernel=program, cpus=shards,
                                     args=f'{DEBUG} -l 0-{shards - 1}'), 400)
    talk(guest, model.wires[0], shards, shards, range(shards))
