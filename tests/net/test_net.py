# SPDX-License-Identifier: BSD-3-Clause
"""TCP/IP on a port of its own: addresses, connections both ways, datagrams, what goes wrong."""

import re
import socket
import socketserver
import threading

import pytest

from harness import Nic, clients
from harness.clients import GUEST, GUEST6, LINUX, LINUX6, PORT, STATIC, free_port
from harness.peer import Impaired


class Echo(socketserver.BaseRequestHandler):
    """What comes goes back."""

    def handle(self):
        while piece := self.request.recv(65536):
            self.request.sendall(piece)


def test_by_dhcp(talk):
    """Address, router and DNS by DHCP; connections from outside, and to it; names."""
    port = free_port()
    server = socketserver.ThreadingTCPServer(('127.0.0.1', 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    outside = server.server_address[1]
    user = f'user,hostfwd=tcp:127.0.0.1:{port}-:7000'
    guest = talk(f'echo 10.0.2.2 {outside} 200000 resolve localhost resolve no.such.name.invalid '
                 'serve 7000', f'{PORT},dhcp,wait=20', Nic(netdev=user, options='addr=5'))
    guest.wait_for(r'^net: address 10\.0\.2\.15/24$', within=30)
    guest.wait_for(rf'^netcheck: connection 10\.0\.2\.15 \d+ from 10\.0\.2\.2 {outside}$')
    guest.wait_for('^netcheck: echoed 200000 bytes$', within=40)
    guest.wait_for('^netcheck: localhost is 127.0.0.1$')
    guest.wait_for('^netcheck: no.such.name.invalid: Name does not resolve$')
    guest.wait_for('^netcheck: serves port 7000$')
    with socket.create_connection(('127.0.0.1', port), 20) as near:
        near.sendall(b'from outside')
        near.shutdown(socket.SHUT_WR)
        assert near.makefile('rb').read() == b'from outside'
    server.shutdown()


BAD = {'loss': 0.02, 'doubled': 0.05, 'late': 0.1}


def served(guest):
    """Wait until the program listens and both addresses are there (IPv6's is tried out first)."""
    guest.wait_for('serves port 7000')
    guest.wait_for(f'address {GUEST6}/64')


@pytest.mark.parametrize('model', ['virtio-net-pci', 'e1000', 'vmxnet3'])
def test_served(talk, peer, model):
    """Pings, connections, datagrams of both families, from Linux: with interrupts and without."""
    guest = talk('serve 7000', nic=Nic(model, options='addr=5'))
    peer.connect(guest.wires[0])
    served(guest)
    polled = 'net: the port is looked at every 1 ms' in guest.console
    assert polled == (model == 'e1000')
    for host in (GUEST, GUEST6):
        assert peer.python(clients.PING, host, 8, 1000, 4000) == 'True\n' * 3
        said = peer.python(clients.ECHO, host, 7000, 300000)
        mapped = f'::ffff:{LINUX}' if host == GUEST else LINUX6
        own = said.split()[-1]
        assert said.startswith('same')
        guest.wait_for(rf'^netcheck: connection \S+ 7000 from {mapped} {own}$')
        assert peer.python(clients.ASK, host, 7000, 1, 1400, 9000, 60000) == 'True\n' * 4


@pytest.mark.parametrize('host', [GUEST, GUEST6])
def test_bad_cable(talk, peer, host):
    """With frames lost, doubled, out of order both ways every byte arrives, once and in order."""
    guest = talk('serve 7000', seconds=150)
    out, into = Impaired(**BAD), Impaired(**BAD, seed=2)
    peer.connect(guest.wires[0], out, into)
    served(guest)
    for _ in range(2):
        assert peer.python(clients.ECHO, host, 7000, 250000, within=100).startswith('same')
    assert min(out.lost, out.twice, out.delayed, into.lost, into.twice, into.delayed) > 0


def test_outwards(talk, peer):
    """The program's own connections, over a bad cable, and its datagrams."""
    answers = peer.start('python3', '-c', clients.ANSWER, '7001')
    assert answers.stdout.readline() == 'ready\n'
    guest = talk(f'echo {LINUX} 7001 200000', f'{STATIC},wait=20', seconds=100)
    peer.connect(guest.wires[0], Impaired(**BAD), Impaired(**BAD, seed=2))
    guest.wait_for('^netcheck: echoed 200000 bytes$', within=80)
    assert answers.stdout.readline() == f'{GUEST}\n'
    assert guest.wait_exit() == 0


def test_refusals(talk, peer):
    """Ports where nobody is, both ways; a host that is not there; a net without a way."""
    guest = talk(f'refused {LINUX} 9 refused {LINUX6} 9 refused 10.1.0.77 9 refused 2001:db8::1 9',
                 f'{STATIC},wait=20')
    peer.connect(guest.wires[0])
    guest.wait_exit(40)
    said = re.findall('^netcheck: (connect|datagram): (.*)$', guest.console, re.MULTILINE)
    assert said[:4] == [('connect', 'Connection refused'), ('datagram', 'Connection refused')] * 2
    assert said[4] == ('connect', 'Host is unreachable')
    assert said[6] == ('connect', 'Network unreachable')


def test_refused(talk, peer):
    """Linux hears of a closed port at once."""
    guest = talk('serve 7000')
    peer.connect(guest.wires[0])
    served(guest)
    for host in (GUEST, GUEST6):
        assert peer.python(clients.REFUSED, host, 7009) == 'ConnectionRefusedError\n'


def test_reset(talk, peer):
    """A connection that is broken off is an error for who reads it."""
    guest = talk('serve 7000')
    peer.connect(guest.wires[0])
    guest.wait_for('serves port 7000')
    peer.python(clients.RESET, GUEST, 7000)
    guest.wait_for('^netcheck: a connection ends: Connection reset by peer$')


def test_slow_reader(talk, peer):
    """Who reads slowly slows who sends down, and no byte is kept beyond what a window allows."""
    guest = talk('sink 7000', seconds=100)
    peer.connect(guest.wires[0])
    guest.wait_for('serves port 7000')
    assert peer.python(clients.FLOOD, GUEST, 7000, 3000000, within=80) == 'sent True\n'
