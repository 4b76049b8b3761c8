# SPDX-License-Identifier: BSD-3-Clause
"""The console's lines at a collector, as RFC 5424 has them."""

import re
import socket
import time

import pytest

from harness import Nic
from harness.clients import PORT
from harness.guest import PATIENCE

MESSAGE = re.compile(r'<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) linuxless-525400000001 '
                     r'(\S+) - - - (.*)', re.DOTALL)
KERNEL, USER, ERROR, INFORMATIONAL = 0, 1, 3, 6


@pytest.fixture
def collector():
    """A socket of this host's, which QEMU's user network leads to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.bind(('127.0.0.1', 0))
        near.settimeout(1)
        yield near


def collect(near, until, within=60):
    """{text: (facility, severity, program)} of what comes, up to a text that matches."""
    lines, end = {}, time.monotonic() + within * PATIENCE
    while not any(re.search(until, text) for text in lines):
        assert time.monotonic() < end, sorted(lines)
        try:
            message = near.recv(4096).decode()
        except TimeoutError:
            continue
        priority, _, program, text = MESSAGE.fullmatch(message).groups()
        lines[text] = (int(priority) // 8, int(priority) % 8, program)
    return lines


def test_lines(talk, collector):
    """From the boot's first on, with facility, severity and program; and those that come later."""
    where = collector.getsockname()[1]
    guest = talk(f'bare.syslog=10.0.2.2:{where} bare.nonsense refused 10.0.2.2 9 serve 7000',
                 f'{PORT},dhcp', Nic(netdev='user', options='addr=5'))
    lines = collect(collector, 'netcheck: serves port 7000')
    first = next(text for text in lines if 'Linuxless ' in text)
    assert lines[first] == (KERNEL, INFORMATIONAL, 'kernel')
    wrong = next(text for text in lines if 'bare.nonsense is unknown' in text)
    assert lines[wrong] == (KERNEL, ERROR, 'kernel')
    assert lines['netcheck: serves port 7000'][:2] == (USER, INFORMATIONAL)
    said = [line.strip() for line in guest.console.splitlines() if line.strip()]
    assert [line for line in lines if line in said] == list(lines)


@pytest.mark.parametrize('text', ['', ':514', 'host:', '[fd00::1', 'x' * 300])
def test_wrong_setting(talk, text):
    """What is no collector is said."""
    guest = talk(f'bare.syslog={text} refused 127.0.0.1 9', f'{PORT},dhcp',
                 Nic(netdev='user', options='addr=5'))
    guest.wait_exit()
    assert 'it is HOST, HOST:PORT or [ADDRESS]:PORT' in guest.console
