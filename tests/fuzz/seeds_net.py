#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""seeds_net.py DIRECTORY: inputs for fuzz_net to start from, of what other machines really send."""

import struct
import sys
from pathlib import Path

from scapy.layers.inet import ICMP, IP, TCP, UDP, fragment
from scapy.layers.inet6 import (ICMPv6DestUnreach, ICMPv6EchoRequest, ICMPv6ND_NS, ICMPv6ND_RA,
                                ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS,
                                ICMPv6NDOptSrcLLAddr, IPv6, IPv6ExtHdrFragment,
                                IPv6ExtHdrHopByHop, fragment6)
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Raw

MAC, OWN = '02:00:00:00:00:09', '52:54:00:00:00:01'
ETHER = Ether(src=MAC, dst=OWN)
TO = ETHER / IP(src='10.1.0.1', dst='10.1.0.2')
TO6 = ETHER / IPv6(src='fd00:1::1', dst='fd00:1::2')
NEAR6 = ETHER / IPv6(src='fe80::9', dst='ff02::1')
KNOWN = ETHER / ARP(op=2, hwsrc=MAC, psrc='10.1.0.1', hwdst=OWN, pdst='10.1.0.2')


def tcp(flags, seq=0, ack=1, body=b'', to=TO, **more):
    """A segment."""
    return to / TCP(sport=5, dport=7, flags=flags, seq=seq, ack=ack, **more) / Raw(body)


OPENING = [('MSS', 1460), ('SAckOK', b''), ('Timestamp', (1, 0)), ('NOP', None), ('WScale', 2)]
UDP_LONG = UDP(sport=5, dport=7) / Raw(bytes(1600))
SEEDS = {
    'opened': [KNOWN, tcp('S', options=OPENING), tcp('A', 1), tcp('PA', 1, body=b'hello'),
               tcp('FA', 6)],
    'holes': [KNOWN, tcp('S', options=OPENING), tcp('A', 1), tcp('PA', 100, body=bytes(50)),
              tcp('PA', 20, body=bytes(200)), tcp('PA', 1, body=bytes(30)), tcp('R', 1)],
    'datagrams': [TO / UDP(sport=5, dport=7) / b'abc', TO / UDP(sport=5, dport=9) / b'abc',
                  TO / ICMP() / Raw(bytes(40)), TO6 / UDP(sport=5, dport=7) / b'abc'],
    'fragments': [ETHER / part for part in fragment(TO[IP] / UDP_LONG, 400)],
    'fragments6': [ETHER / part
                   for part in fragment6(TO6[IPv6] / IPv6ExtHdrFragment(id=3) / UDP_LONG, 700)],
    'six': [TO6 / ICMPv6EchoRequest(data=b'abc'), tcp('S', to=TO6),
            TO6 / IPv6ExtHdrHopByHop() / UDP(sport=1, dport=7) / b'x'],
    'neighbours': [NEAR6 / ICMPv6ND_RA() / ICMPv6NDOptPrefixInfo(prefix='2001:db8::') /
                   ICMPv6NDOptRDNSS(dns=['2001:db8::1']) / ICMPv6NDOptMTU(mtu=1400),
                   TO6 / ICMPv6ND_NS(tgt='fd00:1::2') / ICMPv6NDOptSrcLLAddr(lladdr=MAC),
                   ETHER / Dot1Q(vlan=7) / KNOWN[ARP]],
    'errors': [TO / ICMP(type=3, code=3) / IP(src='10.1.0.2', dst='10.1.0.1') /
               UDP(sport=7, dport=5),
               TO6 / ICMPv6DestUnreach(code=4) / IPv6(src='fd00:1::2', dst='fd00:1::1') /
               UDP(sport=7, dport=5)],
}

for name, frames in SEEDS.items():
    for mood in (1, 3):
        written = [struct.pack('!BH', mood, len(raw)) + raw for raw in map(bytes, frames)]
        (Path(sys.argv[1]) / f'{name}-{mood}').write_bytes(b''.join(written))
