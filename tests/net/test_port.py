# SPDX-License-Identifier: BSD-3-Clause
"""The port that the stack has: named by address or MAC, tagged, none of the application's; and an
image without a stack."""

import subprocess

import pytest
from scapy.layers.inet import ICMP, IP
from scapy.layers.inet6 import ICMPv6ND_RA, ICMPv6NDOptPrefixInfo, ICMPv6NDOptRDNSS, IPv6
from scapy.layers.l2 import ARP, Dot1Q, Ether

from harness import Flow, Machine, Nic, forward, frames
from harness.clients import GUEST, LINUX, PORT, STATIC

MAC = '52:54:00:00:00:01'
OURS = '02:00:00:00:00:09'


def answer(wire, packet, wanted, within=20):
    """The next frame, of those that come after one is sent, for which `wanted` holds."""
    wire.send(bytes(packet))
    while (frame := wire.receive(within)) is not None:
        if wanted(got := Ether(frame)):
            return got
    return None


def asks_for(vlan=None):
    """A question for the guest's MAC, with a tag or without."""
    tag = Dot1Q(vlan=vlan) if vlan else None
    question = ARP(op='who-has', hwsrc=OURS, psrc=LINUX, pdst=GUEST)
    ether = Ether(src=OURS, dst='ff:ff:ff:ff:ff:ff')
    return ether / tag / question if tag else ether / question


@pytest.mark.parametrize('name', [PORT, '00:05.0', MAC])
def test_bridge_beside_it(boot, build, name):
    """The bridge's ports have their usual numbers; none of its frames are the stack's."""
    args = f'bare.exit=debug bare.panic=debug bare.net={name},{GUEST}/24 -l 1'
    nics = [Nic(options='addr=5'), Nic(options='addr=6'), Nic(options='addr=7')]
    guest = boot(Machine(kernel=build / 'net' / 'bridge.elf', args=args, cpus=2, nics=nics))
    guest.wait_for(r'^port 0: 0000:00:06\.0')
    guest.wait_for(r'^port 1: 0000:00:07\.0')
    guest.wait_for('forwarding between 2 ports')
    own, one, other = guest.wires
    got = answer(own, asks_for(), lambda frame: ARP in frame and frame[ARP].op == 2)
    assert got[ARP].hwsrc == MAC
    own.drain()
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, seed=1)))
    ping = Ether(src=OURS, dst=MAC) / IP(src=LINUX, dst=GUEST) / ICMP(id=7) / b'x'
    assert answer(own, ping, lambda frame: ICMP in frame and frame[ICMP].type == 0)
    assert one.receive(0.2) is None and other.receive(0) is None


def test_tag(talk):
    """With vlan= only frames with that tag are for us, and ours have it."""
    guest = talk('serve 7000', f'{PORT},{GUEST}/24,vlan=7')
    guest.wait_for('serves port 7000')
    wire, = guest.wires
    reply = lambda frame: ARP in frame and frame[ARP].op == 2  # noqa: E731
    assert answer(wire, asks_for(7), reply)[Dot1Q].vlan == 7
    assert answer(wire, asks_for(8), reply, 1) is None
    assert answer(wire, asks_for(), reply, 1) is None


def test_router_advertisement(talk):
    """An address of IPv6, a router and a server of names by a router's advertisement."""
    guest = talk('serve 7000', f'{PORT},{GUEST}/24')
    guest.wait_for('serves port 7000')
    guest.wait_for('address fe80::5054:ff:fe00:1/64')
    wire, = guest.wires
    router = 'fe80::9'
    wire.send(bytes(Ether(src=OURS, dst='33:33:00:00:00:01') / IPv6(src=router, dst='ff02::1') /
                    ICMPv6ND_RA(routerlifetime=1800) /
                    ICMPv6NDOptPrefixInfo(prefixlen=64, prefix='2001:db8:1::', L=1, A=1) /
                    ICMPv6NDOptRDNSS(dns=['2001:db8:1::53'], lifetime=1800)))
    guest.wait_for('address 2001:db8:1:0:5054:ff:fe00:1/64')


@pytest.mark.parametrize('text, said', [
    ('nowhere,dhcp', 'it begins with a PCI address'),
    (f'{PORT},dhcp,vlan=4095', '"vlan=4095" is none of'),
    (f'{PORT},dhcp,10.0.0.1/24', 'an address of IPv4 is given, or found by dhcp: not both'),
    (f'{PORT},10.0.0.1/33', '"10.0.0.1/33" is none of'),
    ('0000:00:1e.0,dhcp', 'net: 0000:00:1e.0: '),
    ('02:00:00:00:00:01,dhcp', 'no port has the address 02:00:00:00:00:01')])
def test_wrong_setting(talk, text, said):
    """What is wrong is said, and the program runs without the stack."""
    guest = talk('refused 10.1.0.1 9', text)
    guest.wait_exit()
    assert said in guest.console, guest.console
    assert 'netcheck: connect: Network unreachable' in guest.console


def test_without(boot, build):
    """An image without a stack has nothing of it, and does not know its setting."""
    names = subprocess.run(['nm', build / 'bridge.elf'], stdout=subprocess.PIPE, text=True,
                           check=True, timeout=60).stdout
    assert 'tcp_input' not in names and 'far_begin' not in names and 'eal_net_hide' not in names
    guest = boot(Machine(kernel=build / 'hello.elf', nics=[Nic()],
                         args=f'bare.exit=debug bare.panic=debug bare.net={STATIC}'))
    guest.wait_for('settings: bare.net=.* is unknown or malformed')
    assert guest.wait_exit() == 0
