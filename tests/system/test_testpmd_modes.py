# SPDX-License-Identifier: BSD-3-Clause
"""testpmd's forwarding modes, judged by the frames that come out of the ports."""

import time

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Dot1Q, Ether

from harness import Flow, forward, frames

MACS = ['52:54:00:00:00:01', '52:54:00:00:00:02']
HERE, THERE = '02:00:00:00:00:99', '02:00:00:00:00:98'
NOISY = ('--noisy-tx-sw-buffer-size=128 --noisy-tx-sw-buffer-flushtime=10 --noisy-lkup-memory=1'
         ' --noisy-lkup-num-reads=4 --noisy-lkup-num-writes=4 --noisy-lkup-num-reads-writes=4')
COUNT = 200


@pytest.fixture(name='run')
def fixture_run(testpmd):
    """testpmd with two virtio ports, at its prompt; it must end well."""
    run = testpmd(app=f'-i --rxq-share {NOISY}')
    yield run
    run.quit()


def size(some):
    """Frames and bytes, as statistics count them."""
    return len(some), sum(map(len, some))


def check_forwarding(run, mode, sent, due, commands=()):
    """What goes into port 0 comes out of port 1 as due, the same the other way, and is counted.

    due: what becomes of a frame that leaves by the port of the given number.
    """
    run.start(mode, *commands)
    wires = run.guest.wires
    ways = [(wires[port ^ 1], wires[port], [due(frame, port) for frame in sent])
            for port in (1, 0)]
    for source, sink, expected in ways:
        for frame, result in zip(sent, expected, strict=True):
            source.send(frame)
            assert sink.receive(10) == result
    assert [wire.receive(0.1) for wire in wires] == [None, None]
    total = (*size(sent), *size(ways[0][2]))
    assert run.stats() == [total] * 2
    assert run.stop() == (2 * len(sent),) * 2


def test_every_size(run):
    """io: every frame passes as it is, with many under way, on both ports at once."""
    run.start('io')
    one, other = run.guest.wires
    there, back = frames.sizes(), frames.mixture(COUNT, seed=1)
    forward(Flow(one, other, there), Flow(other, one, back))
    assert run.stats() == [(*size(there), *size(back)), (*size(back), *size(there))]
    assert run.stop() == (len(there) + COUNT,) * 2
    # Stopped means that nothing passes; what waits is thrown away by the next start.
    one.send(there[0])
    assert other.receive(0.5) is None
    run.start('io')
    assert other.receive(0.5) is None
    forward(Flow(one, other, back))
    run.stop()


def test_rewriting(run):
    """mac, macswap, 5tswap and csum: the headers that each is to change, and nothing else."""
    some = frames.protocols()

    def routed(frame, port):
        """From the port's own address, to the peer that testpmd assumes there."""
        return bytes.fromhex(f'02000000000{port}') + bytes.fromhex(
            MACS[port].replace(':', '')) + frame[12:]

    check_forwarding(run, 'mac', some, routed)
    peer = bytes.fromhex('02aabbccddee')
    check_forwarding(run, 'mac', some[:4], lambda frame, port: (
        peer if port else routed(frame, 0)[:6]) + routed(frame, port)[6:],
        ['set eth-peer 1 02:aa:bb:cc:dd:ee'])
    check_forwarding(run, 'macswap', some,
                     lambda frame, _: frame[6:12] + frame[:6] + frame[12:])
    check_forwarding(run, '5tswap', some, swapped)
    check_forwarding(run, 'csum', [spoilt(frame) for frame in FLOWS],
                     lambda frame, port: (peer if port else routed(frame, 0)[:6])
                     + routed(repaired(frame), port)[6:])


def swapped(frame, _):
    """With addresses and ports the other way round; the sums stay right."""
    packet = Ether(frame)
    packet.src, packet.dst = packet.dst, packet.src
    for kind in (IP, IPv6):
        if kind in packet:
            packet[kind].src, packet[kind].dst = packet[kind].dst, packet[kind].src
    for kind in (UDP, TCP):
        if kind in packet:
            packet[kind].sport, packet[kind].dport = packet[kind].dport, packet[kind].sport
    return bytes(packet)


FLOWS = [bytes(head / body / bytes(range(length)))
         for head in (Ether(src=HERE, dst=THERE), Ether(src=HERE, dst=THERE) / Dot1Q(vlan=9))
         for body in (IP(dst='10.0.1.1') / UDP(), IP(dst='10.0.1.1') / TCP(),
                      IPv6(dst='fd00::1') / UDP(), IPv6(dst='fd00::1') / TCP())
         for length in (33, 200)]


def sums(packet):
    """The layers of a packet that have a check sum."""
    return [packet[kind] for kind in (IP, UDP, TCP) if kind in packet]


def spoilt(frame):
    """With wrong check sums."""
    packet = Ether(frame)
    for layer in sums(packet):
        layer.chksum ^= 0x0f0f
    return bytes(packet)


def repaired(frame):
    """With the right ones."""
    packet = Ether(frame)
    for layer in sums(packet):
        del layer.chksum
    return bytes(packet)


def test_sums_by_the_card(testpmd, new_model):
    """csum lets the 82599 compute what `csum set … hw` tells, and computes the rest itself."""
    model = new_model(['kx4'])
    run = testpmd(nics=0, model=model)
    wire, mac = model.wires[0], bytes.fromhex(model.macs[0].replace(':', ''))
    for layers in ((), ('ip', 'udp'), ('ip', 'udp', 'tcp')):
        run.run('port stop 0')
        for layer in layers:
            text = run.run(f'csum set {layer} hw 0')
            assert f'{layer.upper()} checksum offload is hw' in text
        run.run('port start 0')
        run.start('csum')
        for frame in FLOWS:
            wire.send(spoilt(frame))
            assert wire.receive(10) == b'\x02\0\0\0\0\0' + mac + repaired(frame)[12:]
        assert run.stop() == (len(FLOWS),) * 2
    run.quit()


def test_generators(run):
    """txonly and flowgen send by themselves, what comes in is not passed on."""
    run.start('txonly', 'set txpkts 60,100,40')
    check_generated(run, lambda frame, number: (
        Ether(frame).dst == f'02:00:00:00:00:0{number}' and Ether(frame).src == MACS[number]
        and len(frame) == 200 and header(frame) == ('198.18.0.1', '198.18.0.2', 9, 9, 158)))
    run.start('flowgen', 'set txpkts 132')
    flows = set()
    check_generated(run, lambda frame, _: (
        flows.add(Ether(frame)[IP].dst) is None and len(frame) == 128
        and header(frame)[0] == '10.254.0.0' and header(frame)[2:] == (1000, 1001, 86)))
    assert len(flows) == 1024 and {f'10.253.{n >> 8}.{n & 255}' for n in range(1024)} == flows


def header(frame):
    """Of an IPv4 frame with a right sum: both addresses, both ports, length of the datagram."""
    packet = Ether(frame)
    assert repaired_ip(frame) == frame
    return (packet[IP].src, packet[IP].dst, packet[UDP].sport, packet[UDP].dport,
            len(packet[UDP].payload))


def repaired_ip(frame):
    """With the right sum of the IPv4 header."""
    packet = Ether(frame)
    del packet[IP].chksum
    return bytes(packet)


def check_generated(run, good, count=1500):
    """Each port sends at least `count` frames, all of them good, until it is stopped."""
    wires = run.guest.wires
    for number, wire in enumerate(wires):
        for _ in range(count):
            frame = wire.receive(10)
            assert frame is not None and good(frame, number), frame
    run.stop()
    for wire in wires:
        wire.drain(1)
    run.run('set txpkts 64')
    assert all(sent >= count for _, _, sent, _ in run.stats())
    assert [wire.receive(0.2) for wire in wires] == [None, None]


@pytest.mark.parametrize('mode', ['rxonly', 'shared_rxq'])
def test_receiving(run, mode):
    """Frames are taken in, counted, shown with `set verbose 1`, and go nowhere."""
    some = frames.mixture(COUNT)
    run.start(mode)
    for frame in some:
        run.guest.wires[0].send(frame)
    while run.stats()[0][0] < COUNT:  # until the machine's deadline
        time.sleep(0.1)
    assert run.stats() == [(*size(some), 0, 0), (0, 0, 0, 0)]
    assert run.guest.wires[1].receive(0.2) is None
    assert run.stop() == (COUNT, 0)
    run.start(mode, 'set verbose 1')
    run.guest.wires[1].send(frames.plain(77))
    run.guest.wait_for(r'^port 1/queue 0: received 1 packets\n.*'
                       r'src=02:00:00:00:02:02 - dst=02:00:00:00:01:01 - .*length=77 ')
    run.run('set verbose 0')
    run.stop()


def test_answering(run):
    """icmpecho answers pings and ARP requests at the port where they come in, and nothing else."""
    run.start('icmpecho')
    wire = run.guest.wires[1]
    ping = Ether(src=HERE, dst=MACS[1]) / IP(src='10.0.0.1', dst='10.0.0.2') / ICMP(id=7, seq=9)
    request = ARP(op='who-has', hwsrc=HERE, psrc='10.0.0.1', pdst='10.0.0.2')
    wire.send(bytes(ping / b'some payload for the ping'))
    wire.send(FLOWS[0])
    wire.send(bytes(Ether(src=HERE, dst='ff:ff:ff:ff:ff:ff') / request).ljust(60, b'\0'))
    echo, reply = Ether(wire.receive(10)), Ether(wire.receive(10))
    assert (echo.src, echo.dst) == (MACS[1], HERE)
    assert (echo[IP].src, echo[IP].dst) == ('10.0.0.2', '10.0.0.1')
    assert (echo[ICMP].type, echo[ICMP].id, echo[ICMP].seq) == (0, 7, 9)
    assert bytes(echo[ICMP].payload) == b'some payload for the ping'
    assert Ether(repaired_icmp(bytes(echo))) == echo
    assert (reply.src, reply.dst) == (MACS[1], HERE)
    assert (reply[ARP].op, reply[ARP].hwsrc, reply[ARP].psrc) == (2, MACS[1], '10.0.0.2')
    assert (reply[ARP].hwdst, reply[ARP].pdst) == (HERE, '10.0.0.1')
    assert [wire.receive(0.2) for wire in run.guest.wires] == [None, None]
    assert run.stop() == (3, 2)


def repaired_icmp(frame):
    """With the right sum of the ICMP message."""
    packet = Ether(frame)
    del packet[ICMP].chksum
    return bytes(packet)


def test_noisy(run):
    """noisy: frames wait in a queue, are forwarded after 10 ms, unchanged and in order."""
    run.start('noisy')
    one, other = run.guest.wires
    forward(Flow(one, other, frames.mixture(COUNT)), Flow(other, one, frames.mixture(COUNT, 1)))
    assert run.stop()[0] == 2 * COUNT
