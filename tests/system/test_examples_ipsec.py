# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's ipsec-secgw: an IPsec tunnel by its configuration file, which is a module.

Port 0 is unprotected, port 1 protected. The software that Debian offers for musl ciphers nothing
(crypto_null): what is inside a tunnel can be read here.
"""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.ipsec import ESP
from scapy.layers.l2 import Ether

from harness import Nic

HOST = '02:00:00:00:00:98'
NEIGHBOURS = ('02:00:00:00:0a:00', '02:00:00:00:0a:01')
ENDS = ('172.16.1.5', '172.16.2.5')  # this gateway, the other one
SPI_OUT, SPI_IN = 5, 105

CONFIGURATION = f"""\
sp ipv4 out esp protect {SPI_OUT} pri 1 dst 192.168.105.0/24 sport 0:65535 dport 0:65535
sp ipv4 out esp bypass pri 1 dst 192.168.240.0/24 sport 0:65535 dport 0:65535
sp ipv4 in esp protect {SPI_IN} pri 1 dst 192.168.115.0/24 sport 0:65535 dport 0:65535

sa out {SPI_OUT} cipher_algo null auth_algo null mode ipv4-tunnel src {ENDS[0]} dst {ENDS[1]}
sa in {SPI_IN} cipher_algo null auth_algo null mode ipv4-tunnel src {ENDS[1]} dst {ENDS[0]}

rt ipv4 dst {ENDS[1]}/32 port 0
rt ipv4 dst 192.168.240.0/24 port 0
rt ipv4 dst 192.168.115.0/24 port 1

neigh port 0 {NEIGHBOURS[0]}
neigh port 1 {NEIGHBOURS[1]}
"""


def packet(last, number):
    """An IPv4 packet to 192.168.LAST, of a length of its own."""
    return (IP(src='10.0.0.1', dst=f'192.168.{last}', id=number) / UDP()
            / bytes([number] * (30 + number)))


def send(run, port, ip):
    """Send an IP packet to a port."""
    run.wires[port].send(bytes(Ether(src=HOST, dst=run.macs[port]) / ip))


def arrived(run, port):
    """The IP packet of the next frame from a port, which must be from there to its neighbour."""
    frame = Ether(run.wires[port].receive(10))
    assert (frame.src, frame.dst) == (run.macs[port], NEIGHBOURS[port])
    return frame[IP]


def tunnelled(inner, spi, sequence):
    """The packet as the other gateway sends it."""
    content = bytes(inner)
    padding = -(len(content) + 2) % 4
    trailer = bytes(range(1, padding + 1)) + bytes([padding, 4])
    return (IP(src=ENDS[1], dst=ENDS[0], proto=50)
            / ESP(spi=spi, seq=sequence, data=content + trailer))


@pytest.mark.parametrize('library', ['', '-l -w 64'])
def test_ipsec_secgw(example, tmp_path, library):
    """ESP out, in, what goes beside the tunnel, and what must not pass; with librte_ipsec too."""
    path = tmp_path / 'gateway.cfg'
    path.write_text(CONFIGURATION)
    run = example('ipsec-secgw', f'-l 1 --vdev crypto_null0 -- -p 3 -P -u 1 {library} '
                  '--config=(0,0,1),(1,0,1) -f /gateway.cfg', 'entering main loop on lcore 1',
                  nics=[Nic('e1000e'), Nic('e1000e')], cpus=2, modules=[path])
    hop = 0 if library else 1  # the example itself is a router, the library is none

    for number in range(1, 9):
        inner = packet('105.9', number)
        send(run, 1, packet('99.1', number))  # no policy: dropped
        send(run, 1, inner)
        outer = arrived(run, 0)
        inner.ttl -= hop
        assert (outer.src, outer.dst, outer.proto) == (*ENDS, 50)
        assert (outer[ESP].spi, outer[ESP].seq) == (SPI_OUT, number)
        again = outer.copy()
        del again.chksum
        assert IP(bytes(again)).chksum == outer.chksum
        assert outer[ESP].data.startswith(bytes(inner)) and outer[ESP].data[-1] == 4

    beside = packet('240.3', 1)
    send(run, 1, beside)
    assert bytes(arrived(run, 0)) == bytes(beside)

    for number in range(1, 9):
        inner = packet('115.9', number)
        send(run, 0, tunnelled(inner, SPI_IN + 1, number))  # no such association
        against_the_policy = packet('116.9', number)
        send(run, 0, tunnelled(against_the_policy, SPI_IN, 2 * number - 1))
        send(run, 0, inner)  # not protected
        send(run, 0, tunnelled(inner, SPI_IN, 2 * number))
        if library:
            send(run, 0, tunnelled(inner, SPI_IN, 2 * number))  # said before
        inner.ttl -= hop
        assert bytes(arrived(run, 1)) == bytes(inner)
    for wire in run.wires:
        assert wire.receive(0.1) is None
