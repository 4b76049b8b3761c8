# SPDX-License-Identifier: BSD-3-Clause
"""Metrics for Prometheus, of a bridge that forwards."""

import re
import socket
import urllib.error
import urllib.request

import pytest

from harness import Flow, Machine, Nic, forward, frames
from harness.clients import PORT, free_port

LABEL = r'[a-z_]+="(?:[^"\\]|\\.)*"'
SAMPLE = re.compile(rf'linuxless_[a-z_]+(\{{{LABEL}(?:,{LABEL})*\}})? -?\d+(\.\d+)?$')


def parse(text):
    """{sample: value}, after a look at the form: before each name its help and type, once."""
    samples, typed = {}, []
    for line in text.splitlines():
        if line.startswith('# TYPE '):
            typed.append(line.split()[2])
        elif not line.startswith('# HELP '):
            assert SAMPLE.match(line), line
            name, _, value = line.rpartition(' ')
            assert name.partition('{')[0] == typed[-1], line
            samples[name] = float(value)
    assert len(typed) == len(set(typed))
    return samples


def page(port, path='/metrics'):
    """A page of the guest's, as text."""
    with urllib.request.urlopen(f'http://127.0.0.1:{port}{path}', timeout=60) as answer:
        assert answer.headers['Content-Type'].startswith('text/plain; version=0.0.4')
        return answer.read().decode()


@pytest.fixture
def bridge(boot, build):
    """(bridge, port of this host that leads to its metrics)."""
    port = free_port()
    user = f'user,hostfwd=tcp:127.0.0.1:{port}-:9100'
    guest = boot(Machine(
        kernel=build / 'net' / 'bridge.elf', cpus=2,
        nics=[Nic(options='addr=6'), Nic(options='addr=7'), Nic(netdev=user, options='addr=5')],
        args=f'bare.exit=debug bare.panic=debug bare.net={PORT},dhcp bare.metrics=9100 -l 1'), 100)
    guest.wait_for('net: address 10.0.2.15')
    guest.wait_for('net: metrics at port 9100')
    guest.wait_for('forwarding')
    return guest, port


def test_metrics(bridge):
    """The ports count, in Prometheus' form; what else there is; any other page is not."""
    guest, port = bridge
    one, other, _ = guest.wires
    forward(Flow(one, other, frames.mixture(300)), Flow(other, one, frames.mixture(200, seed=1)))
    samples = parse(page(port))
    for number, count in ((0, 300), (1, 200)):
        assert samples[f'linuxless_port_receive_packets_total{{port="{number}"}}'] == count
        assert samples[f'linuxless_port_up{{port="{number}"}}'] == 1
    assert samples['linuxless_port_info{port="2",device="0000:00:05.0"}'] == 1
    assert samples['linuxless_lcore_cpu{lcore="1"}'] == 1
    assert 0 < samples['linuxless_uptime_seconds'] < 600
    assert samples['linuxless_mempool_size{pool="linuxless-net"}'] == 2047
    assert any(name.startswith('linuxless_port_xstat{port="0"') for name in samples)
    with pytest.raises(urllib.error.HTTPError, match='404'):
        page(port, '/')


def test_bad_clients(bridge):
    """Who asks nothing, too much, or reads nothing is not waited for."""
    _, port = bridge
    idle = [socket.create_connection(('127.0.0.1', port), 20) for _ in range(3)]
    idle[1].sendall(b'GET /metrics HTTP/1.1\r\nX: ' + b'x' * 8000)
    idle[2].sendall(b'GET /metrics HTTP/1.1\r\n\r\n')
    assert 'linuxless_uptime_seconds' in page(port)
    for connection in idle:
        connection.close()
