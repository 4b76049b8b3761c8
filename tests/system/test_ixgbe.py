# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's ixgbe driver on the 82599 model: both variants, vector and scalar paths.

The model reports what an 82599's data sheet forbids; a test here fails on any report.
"""

import re
import time

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Dot1Q, Ether

from harness import Flow, Machine, Nic, forward, frames

DEBUG = 'bare.exit=debug bare.panic=debug'
SCALAR = '--force-max-simd-bitwidth=64'
LINK_SECONDS = 20
QPRC, GPRC = 0x1030, 0x4074
RDT, QUEUE_STRIDE = 0x1018, 0x40
LAST = frames.plain(60)  # portcheck ends with it
END = 0x88b5  # its Ethertype


@pytest.fixture(name='card')
def fixture_card(boot, build, new_model):
    """card(variants, words, app='bridge', ...): a machine with such ports: model and guest."""
    def start(variants, words='', app='bridge', deadline=180, crossed=False, **hardware):
        model = new_model(variants, crossed=crossed)
        machine = Machine(kernel=build / f'{app}.elf', args=f'{DEBUG} {words}', **hardware)
        return model, model.boot(boot, machine, deadline)

    return start


def ready(guest):
    """Wait until the bridge forwards."""
    guest.wait_for('^bridge: forwarding', within=90)


def finish(guest):
    """Stop the bridge; every mbuf must be back."""
    guest.type('q')
    assert guest.wait_exit(60) == 0


def both_ways(one, other, some, window=32):
    """Send the same frames each way."""
    forward(Flow(one, other, some, window), Flow(other, one, some, window))


@pytest.mark.parametrize('eal', ['', SCALAR], ids=['vector', 'scalar'])
@pytest.mark.parametrize('variants', [('kx4', 'kx4'), ('sfp', 'kx4')], ids=','.join)
def test_every_size(card, variants, eal):
    """All sizes and protocols between two 82599 ports."""
    model, guest = card(variants, eal)
    ready(guest)
    both_ways(*model.wires, frames.sizes())
    both_ways(*model.wires, frames.protocols())
    finish(guest)


@pytest.mark.parametrize('eal', ['', SCALAR], ids=['vector', 'scalar'])
def test_with_virtio(card, eal):
    """Between an 82599 and a virtio port."""
    model, guest = card(['sfp'], eal, nics=[Nic(options='addr=4')])
    ready(guest)
    both_ways(model.wires[0], guest.wires[0], frames.sizes())
    finish(guest)


@pytest.mark.parametrize('eal', ['', SCALAR], ids=['vector', 'scalar'])
def test_jumbo_frames(card, eal):
    """Several buffers a frame."""
    model, guest = card(['kx4', 'sfp'], f'{eal} -- --mtu 9000')
    ready(guest)
    both_ways(*model.wires, frames.sizes(1400, 1600) + [frames.plain(size, size)
                                                        for size in range(2000, 9015, 501)])
    finish(guest)


def test_queues(card):
    """Two queues a port on two lcores take frames: each flow keeps its order, nothing is lost."""
    model, guest = card(['kx4', 'kx4'], '-l 0,1 -- --queues 2', cpus=2)
    ready(guest)

    def tails():
        """How far the driver has refilled the queues of port 0."""
        return [model.peek(0, RDT + QUEUE_STRIDE * queue) for queue in (0, 1)]

    before = tails()
    one, other = model.wires
    due = {}
    for number in range(600):
        port = 1000 + number % 12
        frame = bytes(Ether(src='02:00:00:00:00:99', dst='02:00:00:00:00:98')
                      / IP(src='10.0.0.1', dst='10.0.0.2') / UDP(sport=port, dport=7)
                      / number.to_bytes(4, 'big').rjust(26, b'.'))
        due.setdefault(port, []).append(frame)
        one.send(frame)
        if number % 16 == 15:
            time.sleep(0.01)
    got = {port: [] for port in due}
    for _ in range(600):
        frame = other.receive(10)
        assert frame is not None, 'frames are missing'
        got[int.from_bytes(frame[34:36], 'big')].append(frame)
    assert got == due
    assert [after != tail for after, tail in zip(tails(), before)] == [True, True]
    finish(guest)


def test_link_down_at_start(card):
    """A cable that is plugged in later: the port comes up by the driver's control thread."""
    model, guest = card(['sfp', 'kx4'])
    model.link(0, False)
    ready(guest)
    guest.wait_for('^port 0:.*link (is )?down', LINK_SECONDS)
    model.link(0, True)
    guest.wait_for('^port 0:.*link (is )?up', LINK_SECONDS)
    both_ways(*model.wires, frames.mixture(200))
    finish(guest)


@pytest.mark.parametrize('port', [0, 1], ids=['sfp', 'kx4'])
def test_link_flaps_under_load(card, port):
    """The cable pulled and plugged while frames flow: each change is reported, nothing hangs."""
    model, guest = card(['sfp', 'kx4'])
    ready(guest)
    at = 0
    for _ in range(3):
        pump(model, 50)
        model.link(port, False)
        pump(model, 50)
        at = guest.wait_for(f'^port {port}:.*link (is )?down', LINK_SECONDS, after=at).end()
        model.link(port, True)
        at = guest.wait_for(f'^port {port}:.*link (is )?up', LINK_SECONDS, after=at).end()
    for wire in model.wires:
        wire.drain(1)
    both_ways(*model.wires, frames.mixture(500))
    finish(guest)


def pump(model, count):
    """Send frames both ways without waiting for them."""
    for frame in frames.mixture(count):
        for wire in model.wires:
            wire.try_send(frame)
        for wire in model.wires:
            while wire.receive(0) is not None:
                pass


def test_frame_storm(card):
    """Noise at both ports changes nothing but counters."""
    model, guest = card(['kx4', 'sfp'])
    ready(guest)
    for number, frame in enumerate(frames.malformed(2000)):
        model.wires[number % 2].send(frame)
        for wire in model.wires:
            while wire.receive(0) is not None:
                pass
    for wire in model.wires:
        wire.drain(1)
    both_ways(*model.wires, frames.mixture(200))
    finish(guest)


def passed(guest, within=60):
    """Wait for portcheck's end."""
    guest.wait_for('^portcheck: passed', within)
    assert guest.wait_exit() == 0


def check_restarts(card, rounds, within, eal=''):
    """Start, frames both ways, stop, so many times; gives the guest."""
    _, guest = card(['kx4', 'sfp'], f'{eal} -- restart {rounds}', 'portcheck',
                    deadline=within + 60, crossed=True)
    passed(guest, within)
    return guest


@pytest.mark.parametrize('eal, chosen, not_chosen', [
    ('', 'Vector rx enabled', 'Bulk Alloc function will be used'),
    (SCALAR, 'Bulk Alloc function will be used', 'Vector [rt]x enabled')], ids=['vector', 'scalar'])
def test_restart(card, eal, chosen, not_chosen):
    """Ports stopped and started again; the driver takes the functions that are meant."""
    guest = check_restarts(card, 5, 120, f'{eal} --log-level=pmd.net.ixgbe.init:debug')
    assert re.search(chosen, guest.console)
    assert not re.search(not_chosen, guest.console)


@pytest.mark.long
def test_restart_often(card):
    """A hundred times."""
    check_restarts(card, 100, 1500)


def test_reset_at_any_time(card):
    """The device reset while frames come and go."""
    model, guest = card(['kx4'], '-- reset 20', 'portcheck')
    guest.wait_for('^portcheck: ready')
    some = frames.mixture(100)
    while guest.running() and 'portcheck: passed' not in guest.console:
        for frame in some:
            model.wires[0].try_send(frame)
        model.wires[0].drain(0.02)
    assert guest.wait_exit() == 0


def test_filters(card):
    """Own addresses, multicast groups and VLANs come through, others only when all may."""
    model, guest = card(['kx4'], '-- filter', 'portcheck')
    mine, other = model.macs[0], '02:00:00:00:00:55'
    to = [mine, other, '02:00:00:00:00:77', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:07',
          '01:00:5e:00:00:08', (mine, 5), (mine, 6), (other, 5)]
    due = [('filtered', '0 2 3 4 6'), ('all multicast', '0 2 3 4 5 6'),
           ('promiscuous', '0 1 2 3 4 5 6 8'), ('all VLANs', '0 1 2 3 4 5 6 7 8'),
           ('one address', '0 3 4 6 7')]
    at = 0
    for phase, numbers in due:
        at = guest.wait_for('^portcheck: ready', after=at).end()
        for number, where in enumerate(to):
            dst, vlan = where if isinstance(where, tuple) else (where, None)
            head = Ether(src='02:00:00:00:00:99', dst=dst, type=0x8100 if vlan else 0x0800)
            tag = Dot1Q(vlan=vlan, type=0x0800) if vlan else b''
            model.wires[0].send(bytes(head / tag / bytes([number]).ljust(46, b'.')))
        model.wires[0].send(bytes(Ether(src='02:00:00:00:00:99', dst=mine, type=END) / bytes(46)))
        said = guest.wait_for(f'^portcheck: {phase}: (.*)\n', after=at)
        assert said[1] == numbers, phase
        at = said.end()
    passed(guest)


def test_receive_interrupts(card):
    """Each port's queue wakes an lcore that sleeps, by a vector of its own."""
    model, guest = card(['kx4', 'sfp'], '-l 1 -- 90 41', 'doze', cpus=2)
    guest.wait_for('forwarding', within=90)
    one, other = model.wires
    time.sleep(2)  # until both links are up: no frame is lost then
    for number in range(10):
        for source, sink in ((one, other), (other, one)):
            time.sleep(0.15)  # doze sleeps again
            forward(Flow(source, sink, frames.mixture(2, seed=number)))
    one.send(frames.mixture(1)[0])
    assert guest.wait_exit() == 0
    slept, woken = map(int, re.search(r'slept (\d+), woken (\d+)', guest.console).groups())
    assert slept >= woken > 0


def test_rss_spread(card):
    """Sixteen queues: each frame's hash and queue are as computed, every queue gets its share."""
    model, guest = card(['kx4'], '-- spread 16', 'portcheck')
    guest.wait_for('^portcheck: ready')
    for number in range(512):
        model.wires[0].send(bytes(Ether(src='02:00:00:00:00:99', dst=model.macs[0])
                                  / IP(src=f'10.0.{number % 7}.1', dst='10.1.0.1')
                                  / UDP(sport=number, dport=7) / bytes(30)))
        time.sleep(0.001)
    model.wires[0].send(LAST)
    passed(guest)
    counts = [int(count) for count in
              re.findall(r'^portcheck: queue \d+: (\d+) frames', guest.console, re.MULTILINE)]
    assert len(counts) == 16 and sum(counts) == 512 and min(counts) >= 8


def test_flow_rules(card):
    """Five-tuple rules and flow director's perfect filters bring each flow to its queue."""
    model, guest = card(['kx4'], f'{SCALAR} -- flow 8', 'portcheck')
    guest.wait_for('^portcheck: ready')
    ports = [4000, *range(5000, 5008), *range(6000, 6008)]
    for port in ports:
        model.wires[0].send(bytes(Ether(src='02:00:00:00:00:99', dst=model.macs[0])
                                  / IP(src='10.0.0.1', dst='10.0.0.2')
                                  / UDP(sport=1000, dport=port) / bytes(30)))
    model.wires[0].send(LAST)
    passed(guest)
    assert re.search(r'^portcheck: queue 0: 3 frames', guest.console, re.MULTILINE)
    assert re.search(r'^portcheck: queue 7: 2 frames', guest.console, re.MULTILINE)


def rebuilt(packet):
    """The packet with its checksums computed anew."""
    again = packet.copy()
    layer = again[UDP] if UDP in again else again[TCP]
    del again[IP].chksum, layer.chksum
    return bytes(again)


def test_offloads(card):
    """Checksums, tag and segments made by the hardware on the way out, judged on the way in."""
    model, guest = card(['kx4'], '-- offload', 'portcheck')
    guest.wait_for('^portcheck: ready')
    wire = model.wires[0]
    raw = [wire.receive(10) for _ in range(6)]
    assert None not in raw and wire.receive(0.2) is None
    sent = [Ether(frame) for frame in raw]
    assert [rebuilt(packet) for packet in sent] == raw
    plain, tagged, *segments = sent
    assert len(plain) == 342 and Dot1Q not in plain
    assert tagged[Dot1Q].vlan == 5 and tagged[Dot1Q].prio == 1
    assert [segment[TCP].seq for segment in segments] == [1000000 + 1000 * n for n in range(4)]
    assert [str(segment[TCP].flags) for segment in segments] == ['A', 'A', 'A', 'PA']

    ether = Ether(src='02:00:00:00:00:99', dst=model.macs[0])
    body = IP(src='10.0.0.1', dst='10.0.0.2') / TCP(sport=1, dport=2) / bytes(50)
    good = bytes(ether / body)
    for frame in (good, bytes(ether / Dot1Q(vlan=77, prio=1) / body),
                  good[:60] + b'\x55' + good[61:], good[:22] + b'\x11' + good[23:], LAST):
        wire.send(frame)
    passed(guest)
    found = re.findall(r'^portcheck: frame of \d+ bytes: (.*)$', guest.console, re.MULTILINE)
    assert found == ['ip good, l4 good, tag 0x0000', 'ip good, l4 good, tag 0x204d',
                     'ip good, l4 bad, tag 0x0000', 'ip bad, l4 good, tag 0x0000']


def test_statistics_past_a_wrap(card):
    """The driver adds up 32-bit counters, read in time, to more than they hold."""
    model, guest = card(['kx4'], '-- watch 100', 'portcheck')
    guest.wait_for('^portcheck: second 0:')
    for counter in (QPRC, GPRC):
        model.poke(0, counter, 0xfffffff0)
    guest.wait_for(f'^portcheck: second .*packets {0xfffffff0} ')
    for _ in range(100):
        model.wires[0].send(frames.plain(100))
    guest.wait_for(f'^portcheck: second .*packets {0xfffffff0 + 100} bytes 10000 ')


def test_link_events(card):
    """Each change of the link interrupts, and the callback reports it."""
    model, guest = card(['sfp'], '-- watch 200', 'portcheck')
    at = guest.wait_for('^portcheck: second 2: .*link up').end()
    for _ in range(2):
        model.link(0, False)
        at = guest.wait_for('^portcheck: event: link down', LINK_SECONDS, after=at).end()
        model.link(0, True)
        at = guest.wait_for('^portcheck: event: link up', LINK_SECONDS, after=at).end()
