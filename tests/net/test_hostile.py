# SPDX-License-Identifier: BSD-3-Clause
"""What comes from those who mean ill, or have a broken stack: nothing changes for the others."""

import random
import threading

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6, IPv6ExtHdrFragment
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from harness import clients
from harness.clients import GUEST, GUEST6, LINUX, LINUX6

MAC = '52:54:00:00:00:01'
OURS = '02:00:00:00:00:09'
ETHER = Ether(src=OURS, dst=MAC)


def syn(number, port=7000):
    """A connection asked for by somebody else each time."""
    source = f'10.1.{1 + number // 250 % 250}.{1 + number % 250}'
    return ETHER / IP(src=source, dst=GUEST) / TCP(sport=1024 + number % 60000, dport=port,
                                                   seq=number * 4099, flags='S')


def fragment(number):
    """A fragment, whose others never come."""
    whole = IP(src=LINUX, dst=GUEST, id=number & 0xffff, flags='MF', frag=number % 8 * 16)
    return ETHER / whole / Raw(bytes(128))


def fragment6(number):
    """The same of IPv6."""
    return ETHER / IPv6(src=LINUX6, dst=GUEST6) / \
        IPv6ExtHdrFragment(nh=17, offset=number % 8 * 16, m=1, id=number) / Raw(bytes(128))


def scan(number):
    """One port after another."""
    return ETHER / IP(src='10.1.9.9', dst=GUEST) / TCP(sport=40000, dport=1 + number, flags='S')


SOUND = [
    ETHER / IP(src=LINUX, dst=GUEST) / TCP(sport=5000, dport=7000, flags='S',
                                           options=[('MSS', 1460), ('WScale', 7)]),
    ETHER / IP(src=LINUX, dst=GUEST) / TCP(sport=5000, dport=7000, flags='A', seq=1, ack=1) /
    Raw(bytes(64)),
    ETHER / IP(src=LINUX, dst=GUEST) / UDP(sport=5000, dport=7000) / Raw(bytes(64)),
    ETHER / IP(src=LINUX, dst=GUEST) / ICMP() / Raw(bytes(64)),
    ETHER / IP(src=LINUX, dst=GUEST) / ICMP(type=3, code=3) /
    IP(src=GUEST, dst=LINUX) / UDP(sport=7000, dport=5000),
    ETHER / IPv6(src=LINUX6, dst=GUEST6) / ICMPv6EchoRequest(data=bytes(64)),
    ETHER / IPv6(src=LINUX6, dst=GUEST6) / TCP(sport=5000, dport=7000, flags='S'),
]


def mutated(number, chance=random.Random(7)):
    """A frame of those, cut off or with some bytes of its headers changed."""
    frame = bytearray(bytes(chance.choice(SOUND)))
    for _ in range(chance.randrange(1, 5)):
        frame[chance.randrange(12, min(len(frame), 94))] = chance.choice((0, 1, 0x45, 0x7f, 0xff,
                                                                         chance.randrange(256)))
    return Raw(bytes(frame[:chance.randrange(14, len(frame) + 1)]) if number % 3 == 0
               else bytes(frame))


@pytest.mark.parametrize('attack, count', [
    (syn, 3000), (fragment, 2000), (fragment6, 2000), (scan, 3000), (mutated, 6000)])
def test_attack(talk, peer, attack, count):
    """While it goes on, and afterwards, everybody else is served as before."""
    guest = talk('serve 7000', seconds=100)
    wire, = guest.wires
    peer.connect(wire)
    guest.wait_for('serves port 7000')
    guest.wait_for(f'address {GUEST6}/64')
    packets = [bytes(attack(number)) for number in range(count)]
    attacker = threading.Thread(target=lambda: [wire.send(packet) for packet in packets])
    attacker.start()
    during = peer.python(clients.ECHO, GUEST, 7000, 50000, within=60)
    attacker.join()
    assert during.startswith('same')
    for host in (GUEST, GUEST6):
        assert peer.python(clients.PING, host, 8, 3000) == 'True\n' * 2
        assert peer.python(clients.ECHO, host, 7000, 50000).startswith('same')
        assert peer.python(clients.ASK, host, 7000, 5000) == 'True\n'


def test_left_open(talk, peer):
    """Connections that nobody uses leave room for others."""
    guest = talk('serve 7000', seconds=100)
    peer.connect(guest.wires[0])
    guest.wait_for('serves port 7000')
    idle = peer.start('python3', '-c', clients.LEFT_OPEN, GUEST, 7000, 100)
    assert idle.stdout.readline() == 'open 100\n'
    assert peer.python(clients.ECHO, GUEST, 7000, 50000).startswith('same')
