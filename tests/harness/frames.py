# SPDX-License-Identifier: BSD-3-Clause
"""Frames for the tests: every size, tag and protocol that a port may meet, with random payload.

Each frame is bytes as on the wire, without the check sum that hardware adds. A seed makes the
payload repeatable.
"""

import random

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether

SHORTEST = 60
LONGEST = 1514
JUMBO = 9014

_EXPERIMENTAL = 0x88b5  # IEEE 802 local experimental Ethertype 1


def _ether(kind=None):
    words = {'dst': '02:00:00:00:01:01', 'src': '02:00:00:00:02:02'}
    return Ether(**words) if kind is None else Ether(type=kind, **words)


def _filled(headers, size, rng):
    head = bytes(headers)
    room = max(0, size - len(head))
    # Lengths and check sums in the headers are to match the payload: build again with it.
    return bytes(headers / rng.randbytes(room)) if room else head


def plain(size, seed=0):
    """A frame of `size` bytes with an Ethertype that no stack knows."""
    return _filled(_ether(_EXPERIMENTAL), size, random.Random(seed))


def sizes(first=SHORTEST, last=LONGEST, seed=0):
    """One plain frame of every size from `first` to `last`."""
    return [plain(size, seed + size) for size in range(first, last + 1)]


def protocols(seed=0):
    """Frames of the common protocols, tagged and untagged, short and long."""
    rng = random.Random(seed)
    ip4 = IP(src='10.0.0.1', dst='10.0.1.1')
    ip6 = IPv6(src='fd00::1', dst='fd00:1::1')
    bodies = [ip4 / UDP(sport=1, dport=2), ip4 / TCP(sport=1, dport=2), ip4 / ICMP(),
              ip6 / UDP(sport=1, dport=2), ip6 / TCP(sport=1, dport=2)]
    tags = [None, Dot1Q(vlan=1), Dot1Q(vlan=4094, prio=7), Dot1AD(vlan=5) / Dot1Q(vlan=6)]
    frames = []
    for tag in tags:
        for body in [*bodies, ARP(pdst='10.0.1.1')]:
            headers = _ether() / body if tag is None else _ether() / tag / body
            for size in (SHORTEST, 594, LONGEST):
                frames.append(_filled(headers, size, rng))
    return frames


def mixture(count, seed=0, shortest=SHORTEST, longest=LONGEST):
    """`count` plain frames of random sizes, each different from all others by its number."""
    rng = random.Random(seed)
    head = bytes(_ether(_EXPERIMENTAL))
    return [head + number.to_bytes(4, 'big')
            + rng.randbytes(rng.randint(shortest, longest) - len(head) - 4)
            for number in range(count)]


def malformed(count, seed=0, longest=LONGEST):
    """Noise: any bytes of any length from 1 up, and protocol frames cut and bent at random."""
    rng = random.Random(seed)
    good = protocols(seed)
    frames = []
    for _ in range(count):
        if rng.random() < 0.5:
            frames.append(rng.randbytes(rng.randint(1, longest)))
            continue
        frame = bytearray(rng.choice(good))
        for _ in range(rng.randint(1, 16)):
            frame[rng.randrange(len(frame))] = rng.randrange(256)
        frames.append(bytes(frame[:rng.randint(1, len(frame))]))
    return frames
