# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's examples that look into IP: routes, fragments, multicast groups, flow rules.

The frames that must come out are computed by scapy from those that went in.
"""

import random
import re

import pytest
from scapy.layers.inet import IP, UDP, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment, fragment6
from scapy.layers.l2 import Ether

from harness import Nic

HOST = '02:00:00:00:00:98'


def udp(ip, size, seed=0):
    """The IP packet with UDP and `size` random bytes."""
    return ip / UDP(sport=9, dport=9) / random.Random(seed).randbytes(size)


def sent_to(run, port, packet):
    """A frame from this side to a port."""
    return bytes(Ether(src=HOST, dst=run.macs[port]) / packet)


def routed(run, port, packet):
    """The frame that DPDK's examples send out of a port: its address, 02:00:00:00:00:PP."""
    return bytes(Ether(src=run.macs[port], dst=f'02:00:00:00:00:{port:02x}') / packet)


# Nets 10.P.0.0/16 and fd00:P::/32, or single flows in them, to port P, and one that is not: no
# default routes of DPDK's.
ROUTES4 = 'R10.0.0.0/16 0\nR10.1.0.0/16 1\nR10.1.7.0/24 0\n'
ROUTES6 = ('Rfd00:0000:0000:0000:0000:0000:0000:0000/32 0\n'
           'Rfd00:0001:0000:0000:0000:0000:0000:0000/32 1\n')
FLOWS4 = ''.join(f'R10.{port}.{net}.1 192.168.0.1 9 9 0x11 {out}\n'
                 for port, net, out in ((0, 0, 0), (1, 0, 1), (1, 7, 0)))
FLOWS6 = ''.join(f'Rfd00:{port}::1 fd00::99 9 9 0x11 {port}\n' for port in (0, 1))


E1000E = {'nics': [Nic('e1000e'), Nic('e1000e')]}
IX82599 = {'ix82599': 2}


def start_l3fwd(example, directory, lookup, versions, **ports):
    """l3fwd with those routes, on two ports."""
    rules = [directory / 'rules4', directory / 'rules6']
    for rule, text in zip(rules, (ROUTES4, ROUTES6) if versions == '46' else (FLOWS4, FLOWS6)):
        rule.write_text(text)
    return example('l3fwd', f'-l 1 -- -p 3 -P --lookup={lookup} --config=(0,0,1),(1,0,1) '
                   '--parse-ptype --rule_ipv4=/rules4 --rule_ipv6=/rules6',
                   'entering main loop', cpus=2, memory=1536, modules=rules, **ports)


def routable(version, rng):
    """A packet whose destination has a route or, now and then, none, and the port that it has."""
    if version == '4':
        net, out = rng.choice([('0.0', 0), ('1.0', 1), ('1.7', 0), ('9.0', None)])
        ip = IP(src='192.168.0.1', dst=f'10.{net}.1', ttl=rng.randint(2, 64),
                id=rng.randrange(65536))
    else:
        net, out = rng.choice([(0, 0), (1, 1), (9, None)])
        ip = IPv6(src='fd00::99', dst=f'fd00:{net}::1')
    return udp(ip, 40, rng.random()), out


def send_packets(run, port, versions, count, rng, send):
    """Have send() send that many frames to a port; gives what must come out of each, in order."""
    sent, due = [], [[], []]
    for number in range(count):
        version = versions[number % len(versions)]
        packet, out = routable(version, rng)
        sent.append(sent_to(run, port, packet))
        if version == '4':
            packet.ttl -= 1
        out = port if out is None else out  # what has no route goes back
        due[out].append(routed(run, out, packet))
    send(port, sent)
    return due


@pytest.mark.parametrize('lookup, versions, ports', [
    ('lpm', '46', E1000E), ('lpm', '46', IX82599), ('fib', '46', IX82599), ('em', '4', IX82599),
    ('em --ipv6', '6', IX82599)], ids=['lpm-e1000e', 'lpm', 'fib', 'em4', 'em6'])
def test_l3fwd(example, tmp_path, lookup, versions, ports):
    """Routes from modules choose the port; TTL, checksum and addresses are those of a router.

    Frames one by one, and by 32 at once (on the model), which l3fwd looks up by eight, by four or
    all together; both versions of IP alone and mixed.
    """
    run = start_l3fwd(example, tmp_path, lookup, versions, **ports)
    rng = random.Random(4)

    def send_single(port, some):
        for frame in some:
            run.wires[port].send(frame)

    kinds = [*versions, versions] if len(versions) > 1 else [versions]
    rounds = [(port, kind, 12, send_single) for kind in versions for port in (0, 1)]
    if run.model:
        rounds += [(port, kind, 32, run.send_at_once) for kind in kinds for port in (0, 1)]
    for port, kind, count, send in rounds:
        due = send_packets(run, port, kind, count, rng, send)
        for wire, frames in zip(run.wires, due):
            assert wire.collect(len(frames), 20, quiet=0.02) == frames
    assert [wire.receive(0.1) for wire in run.wires] == [None, None]


def test_ip_fragmentation(example):
    """Packets longer than the MTU leave in fragments that make it up; others as they were."""
    run = example('ip_fragmentation', '-l 1 -- -p 3 -q 2', 'entering main loop', ix82599=2, cpus=2)
    for number, size in enumerate((100, 1472, 1600, 4000, 8100)):
        packet = udp(IP(src='10.0.0.1', dst='100.20.0.1', id=number), size, number)
        pieces = [Ether(frame)[IP] for frame in through(run, packet, -(-(size + 8) // 1480))]
        assert [piece.chksum for piece in pieces] == [checksum(piece) for piece in pieces]
        assert {piece.id for piece in pieces} == {number} and max(map(len, pieces)) <= 1500
        check_pieces([(piece.frag * 8, bool(piece.flags.MF), piece) for piece in pieces], packet)

        packet = udp(IPv6(src='fd00::1', dst='201:101:101::1'), size, number)
        count = 1 if len(packet) <= 1500 else -(-(size + 8) // 1448)
        pieces = [Ether(frame)[IPv6] for frame in through(run, packet, count)]
        if count == 1:
            assert bytes(pieces[0]) == bytes(packet)
        else:
            assert max(map(len, pieces)) <= 1500
            heads = [piece[IPv6ExtHdrFragment] for piece in pieces]
            assert len({head.id for head in heads}) == 1
            check_pieces([(head.offset * 8, bool(head.m), head) for head in heads], packet)


def checksum(piece):
    """What the checksum of a packet's IPv4 header must be."""
    again = piece.copy()
    del again.chksum
    return IP(bytes(again)).chksum


def through(run, packet, count):
    """Send a packet to port 0; `count` frames come out of port 1, from and to the right address."""
    run.wires[0].send(sent_to(run, 0, packet))
    frames = run.wires[1].collect(count, 20)
    assert {frame[:12] for frame in frames} == {routed(run, 1, packet)[:12]}
    return frames


def check_pieces(pieces, packet):
    """(offset, more to come, header) in this order must make up the UDP part of the packet."""
    at, whole = 0, bytes(packet[UDP])
    for number, (offset, more, header) in enumerate(pieces):
        data = bytes(header.payload)
        assert offset == at and more == (number < len(pieces) - 1)
        assert data == whole[at:at + len(data)]
        at += len(data)
    assert at == len(whole)


def test_ip_reassembly(example):
    """Fragments in any order, of several packets at once, leave as one packet each."""
    run = example('ip_reassembly', '-l 1 -- -p 3 -q 2 --maxflows=64 --flowttl=10s',
                  'entering main loop', ix82599=2, cpus=2)
    rng = random.Random(5)
    pieces, due = [], []
    for number in range(8):
        size = 1800 + 400 * number
        packet = udp(IP(src='10.0.0.1', dst='100.20.0.1', id=number), size, number)
        pieces += fragment(packet, 1200)
        due.append(routed(run, 1, packet))
        ends = {'src': 'fd00::1', 'dst': '201:101:101::1'}
        pieces += fragment6(udp(IPv6(**ends) / IPv6ExtHdrFragment(id=number), size, number), 1280)
        due.append(routed(run, 1, udp(IPv6(**ends), size, number)))
    rng.shuffle(pieces)
    # With IPv6's first fragment as the last the example looks for the address in a wrong place.
    pieces.sort(key=lambda piece: not (IPv6 in piece and piece[IPv6ExtHdrFragment].offset == 0))
    for piece in pieces:
        run.wires[0].send(sent_to(run, 0, piece))
    assert sorted(run.wires[1].collect(len(due), 20)) == sorted(due)


def test_ipv4_multicast(example):
    """Each group's packets leave by its mask's ports, to the group's address; others nowhere."""
    run = example('ipv4_multicast', '-l 1 -- -p f -q 4', 'entering main loop',
                  nics=[Nic(options='host_mtu=1500') for _ in range(4)], cpus=2)
    due = [[], [], [], []]
    for mask in range(1, 16):
        packet = udp(IP(src='10.0.0.1', dst=f'224.0.0.{100 + mask}'), 60 + mask, mask)
        group = f'01:00:5e:00:00:{100 + mask:02x}'
        run.wires[mask % 4].send(bytes(Ether(src=HOST, dst=group) / packet))
        run.wires[mask % 4].send(sent_to(run, 0, udp(IP(src='10.0.0.1', dst='10.0.0.2'), 80)))
        for port in range(4):
            if mask & 1 << port:
                due[port].append(bytes(Ether(src=run.macs[port], dst=group) / packet))
    for wire, frames in zip(run.wires, due):
        assert sorted(wire.collect(len(frames))) == sorted(frames)


def test_flow_filtering(example):
    """The rule for 192.168.1.1 brings its packets to queue 1 of an 82599, and no others.

    Since 24.11 it would make a template of the rule, which ixgbe does not know.
    """
    run = example('flow_filtering', '-l 1 -- --non-template', 'initializing port: 0 done',
                  ix82599=1, cpus=2)
    due = {}
    for number, last in enumerate((1, 2, 1, 3, 255, 1)):
        source = f'02:00:00:00:01:{number:02X}'
        due[source] = '1' if last == 1 else '0'
        run.wires[0].send(bytes(Ether(src=source, dst=run.macs[0])
                                / udp(IP(src='10.0.0.1', dst=f'192.168.1.{last}'), 40)))
        run.guest.wait_for(rf'^src={source} - dst=02:82:59:90:00:01 - queue=0x\d')
    assert dict(re.findall(r'^src=(\S+) - dst=\S+ - queue=0x(\d)', run.guest.console,
                           re.MULTILINE)) == due
