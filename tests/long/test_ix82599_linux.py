# SPDX-License-Identifier: BSD-3-Clause
"""The 82599 model against a second driver: ixgbe of Debian's Linux, both variants in one guest.

What Linux does with a real 82599 it must be able to do with the model, without a mistake reported.
"""

import pytest
from harness import Machine
from harness.ix82599 import Ix82599
from harness.linux import BOOT_ARGS, Shell, make_guest
from scapy.layers.inet import ICMP, IP
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
    kernel, initramfs = make_guest(build, ['ixgbe', '8021q'])
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
