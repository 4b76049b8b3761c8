# SPDX-License-Identifier: BSD-3-Clause
"""The 82599 model against a second driver: ixgbe of Debian's Linux, both variants in one guest.

What Linux does with a real 82599 it must be able to do with the model, without a mistake reported.
"""

import select
import threading

import pytest
from harness import Machine
from harness.ix82599 import Ix82599
from harness.linux import BOOT_ARGS, Shell, make_guest
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.l2 import ARP, Dot1Q, Ether

pytestmark = pytest.mark.long

OUR_MAC, OUR_IP = '02:00:00:00:00:99', '10.0.{}.1'
GUEST_IP = '10.0.{}.2'
EICR_LSC_SECONDS = 20


class Peer:
    """The far end of a port: answers ARP, pings."""

    def __init__(self, wire, port, mac, vlan=None):
        self.wire, self.mac, self.vlan = wire, mac, vlan
        self.own, self.guest = OUR_IP.format(port), GUEST_IP.format(port)

    def frame(self, body, dst=None):
        """Bytes of a frame to the guest."""
        ether = Ether(src=OUR_MAC, dst=dst or self.mac)
        return bytes(ether / Dot1Q(vlan=self.vlan) / body if self.vlan else ether / body)

    def answer(self, within):
        """The next frame that is for us; ARP requests are answered on the way."""
        while (raw := self.wire.receive(within)) is not None:
            packet = Ether(raw)
            if self.vlan and (Dot1Q not in packet or packet[Dot1Q].vlan != self.vlan):
                continue
            if ARP in packet and packet[ARP].op == 1 and packet[ARP].pdst == self.own:
                self.wire.send(self.frame(ARP(op=2, hwsrc=OUR_MAC, psrc=self.own, hwdst=self.mac,
                                              pdst=self.guest)))
            elif packet.dst == OUR_MAC:
                return packet
        return None

    def ping(self, size, number=0, within=5):
        """An echo of a payload of `size` bytes; True if it came back unchanged."""
        payload = bytes((number + at) % 251 for at in range(size))
        self.wire.send(self.frame(IP(src=self.own, dst=self.guest)
                                  / ICMP(id=7, seq=number & 0xffff) / payload))
        while (packet := self.answer(within)) is not None:
            if ICMP in packet and packet[ICMP].type == 0 and packet[ICMP].seq == number & 0xffff:
                return bytes(packet[ICMP].payload)[:size] == payload
        return False


@pytest.fixture(name='guest')
def fixture_guest(boot, build, tmp_path):
    """A Linux guest with a KX4 and an SFP+ port, both up; gives model, shell, peers."""
    kernel, initramfs = make_guest(build, ['ixgbe', '8021q'], 'ixgbe')
    with Ix82599(build, tmp_path, ['kx4', 'sfp']) as model:
        machine = Machine(kernel=kernel, args=BOOT_ARGS, extra=['-initrd', str(initramfs)])
        shell = Shell(model.boot(boot, machine, deadline=900))
        peers = []
        for port in (0, 1):
            shell.run(f'ip addr add {GUEST_IP.format(port)}/24 dev eth{port}')
            shell.run(f'ip link set eth{port} up')
            peers.append(Peer(model.wires[port], port, model.macs[port]))
        for port in (0, 1):
            wait_carrier(shell, port, 1)
        yield model, shell, peers


def wait_carrier(shell, port, state):
    """Wait until Linux sees the link as it is."""
    shell.run(f'for n in $(seq {EICR_LSC_SECONDS * 5}); do '
              f'[ "$(cat /sys/class/net/eth{port}/carrier)" = {state} ] && break; '
              f'sleep 0.2; done; [ "$(cat /sys/class/net/eth{port}/carrier)" = {state} ]',
              EICR_LSC_SECONDS + 20)


def test_every_size(guest):
    """Echoes from the shortest frame to the longest, on both variants."""
    _, _, peers = guest
    for peer in peers:
        lost = [size for number, size in enumerate(range(0, 1473, 16))
                if not peer.ping(size, number)]
        assert not lost


def test_link_changes(guest):
    """The cable pulled and plugged: each change interrupts, and traffic goes on afterwards."""
    model, shell, peers = guest
    for port, peer in enumerate(peers):
        for _ in range(3):
            model.link(port, False)
            wait_carrier(shell, port, 0)
            assert not peer.ping(64, within=0.5)
            model.link(port, True)
            wait_carrier(shell, port, 1)
            assert peer.ping(64)


def test_module_out_and_in(guest):
    """The SFP+ module taken out is a link lost; put back in, the port works again."""
    model, shell, peers = guest
    model.module(1, False)
    wait_carrier(shell, 1, 0)
    model.module(1, True)
    wait_carrier(shell, 1, 1)
    assert peers[1].ping(64)


def test_down_and_up(guest):
    """Taking the interface down resets the device, with traffic on the wire."""
    _, shell, peers = guest
    for peer in peers:
        for _ in range(5):
            for number in range(20):
                peer.wire.send(peer.frame(IP(src=peer.own, dst=peer.guest)
                                          / ICMP(id=7, seq=number)))
            port = peers.index(peer)
            shell.run(f'ip link set eth{port} down; ip link set eth{port} up')
            wait_carrier(shell, port, 1)
            peer.wire.drain()
            assert peer.ping(64)


def test_jumbo_frames(guest):
    """Frames of several buffers each way with a 9000-byte MTU; longer ones are refused."""
    _, shell, peers = guest
    for port, peer in enumerate(peers):
        shell.run(f'ip link set eth{port} mtu 9000')
        wait_carrier(shell, port, 1)
        lost = [size for number, size in enumerate(range(1400, 8972, 757))
                if not peer.ping(size, number)]
        assert not lost
        assert peer.ping(8972)
        assert not peer.ping(9200, within=0.5)


def test_vlan(guest):
    """Tags are stripped and inserted by the hardware; a VLAN that is not set up is filtered."""
    _, shell, peers = guest
    for port, peer in enumerate(peers):
        shell.run(f'ip link add link eth{port} name vlan{port} type vlan id 77')
        shell.run(f'ip addr add 10.77.{port}.2/24 dev vlan{port}')
        shell.run(f'ip link set vlan{port} up')
        tagged = Peer(peer.wire, port, peer.mac, vlan=77)
        tagged.own, tagged.guest = f'10.77.{port}.1', f'10.77.{port}.2'
        assert all(tagged.ping(size, size) for size in (0, 64, 1000, 1468))
        tagged.vlan = 78
        assert not tagged.ping(64, within=0.5)
        assert peer.ping(64)


def test_filters(guest):
    """Frames for others arrive only in promiscuous mode; multicast by its hash, or all of it."""
    model, shell, peers = guest
    peer = peers[0]

    def taken(destination):
        before = received(shell)
        for _ in range(10):
            peer.wire.send(peer.frame(ARP(op=2), dst=destination))
        peer.ping(8)
        return received(shell) - before >= 10

    def received(shell):
        return int(shell.run('cat /sys/class/net/eth0/statistics/rx_packets').split()[-1])

    assert taken(peer.mac)
    assert taken('ff:ff:ff:ff:ff:ff')
    assert not taken('02:00:00:00:00:77')
    assert taken('01:00:5e:00:00:01')
    assert not taken('01:00:5e:00:12:34')
    shell.run('ip link set eth0 promisc on')
    assert taken('02:00:00:00:00:77')
    assert taken('01:00:5e:00:12:34')
    shell.run('ip link set eth0 promisc off')
    assert not taken('02:00:00:00:00:77')
    model.check()


class Relay(threading.Thread):
    """A cable between the two ports, which looks at what goes over it."""

    def __init__(self, wires):
        super().__init__(daemon=True)
        self.wires = wires
        self.stopping = False
        self.longest = self.wrong = self.segments = 0

    def run(self):
        while not self.stopping:
            for wire in select.select(self.wires, [], [], 0.2)[0]:
                other = self.wires[1 - self.wires.index(wire)]
                while (raw := wire.receive(0)) is not None:
                    self.look(raw)
                    other.send(raw)

    def look(self, raw):
        """Each TCP segment's own checksums must be right: both ends leave them to the hardware."""
        self.longest = max(self.longest, len(raw))
        packet = Ether(raw)
        if TCP not in packet:
            return
        self.segments += 1
        if self.segments % 16:  # scapy is slow
            return
        again = packet.copy()
        del again[IP].chksum, again[TCP].chksum
        self.wrong += bytes(again) != raw


def test_tcp_segmentation(guest):
    """TCP from one port to the other, in network name spaces: segmented and summed by hardware."""
    _, shell, peers = guest
    relay = Relay([peer.wire for peer in peers])
    relay.start()
    shell.run('unshare -n sleep 1000 & echo $! > /space; sleep 1')
    shell.run('ip link set eth1 netns $(cat /space)')
    shell.run('nsenter -t $(cat /space) -n ip addr add 10.0.0.9/24 dev eth1')
    shell.run('nsenter -t $(cat /space) -n ip link set eth1 up')
    shell.run('for n in $(seq 50); do ping -c 1 -W 1 10.0.0.9 && break; done', 60)
    shell.run('dd if=/dev/urandom of=/data bs=1024 count=8192')
    # Busybox's nc gives up when its input ends: the listener gets one that does not.
    shell.run('mkfifo /open; sleep 1000 > /open & '
              '(nsenter -t $(cat /space) -n nc -l -p 99 < /open > /got; echo ended > /ended) & '
              'sleep 1')
    shell.run('nc 10.0.0.9 99 < /data', 120)
    shell.run('while [ ! -e /ended ]; do sleep 0.2; done', 60)
    relay.stopping = True
    sent, got = (shell.run(f'md5sum < /{name}').split()[0] for name in ('data', 'got'))
    assert sent == got
    assert relay.segments > 1000
    assert relay.wrong == 0
    assert relay.longest <= 1514


def test_reload(guest):
    """The driver unloaded and loaded again finds the device as new."""
    _, shell, peers = guest
    shell.run('rmmod ixgbe', 60)
    shell.run('insmod /modules/ixgbe.ko', 60)
    for port, peer in enumerate(peers):
        shell.run(f'ip addr add {peer.guest}/24 dev eth{port}')
        shell.run(f'ip link set eth{port} up')
        wait_carrier(shell, port, 1)
        assert peer.ping(500)
