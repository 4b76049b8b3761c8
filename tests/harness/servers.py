# SPDX-License-Identifier: BSD-3-Clause
"""Real DHCP and TFTP servers at the far end of a port's cable.

    with Servers(logs, tree, ['dnsmasq ...']) as servers:
        servers.connect(guest.wires[0])

The servers run in a network of their own (own_network.py); a thread carries frames between that and
the cable, and may change those of the guest on the way.
"""

import os
import select
import socket
import subprocess
import sys
import threading
from pathlib import Path

from .linux import fetch

FRAME_MAX = 65536
START_SECONDS = 30
INSIDE = Path(__file__).with_name('own_network.py')
NAMESPACES = ['unshare', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child']


def server(build, package, name):
    """(path, directory of libraries) of a server's program, from Debian's package."""
    root = fetch(build, package, rf'/sbin/{name}$|\.so[.0-9]*$', needs=True)
    path, = root.rglob(name)
    return path, root / 'usr' / 'lib' / 'x86_64-linux-gnu'


class Servers:
    """Servers on 10.1.0.1, interface eth1; what they say is in `log`."""

    def __init__(self, logs, tree, commands, libraries=()):
        """tree: what is at /srv/linuxless. commands: shell words of each server."""
        self.log = Path(logs) / 'servers'
        near, far = socket.socketpair()
        environment = dict(os.environ, LD_LIBRARY_PATH=':'.join(map(str, libraries)))
        with open(self.log, 'wb') as log:
            self._process = subprocess.Popen(
                [*NAMESPACES, sys.executable, str(INSIDE), str(far.fileno()), str(tree), *commands],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                pass_fds=[far.fileno()])
        far.close()
        near.settimeout(START_SECONDS)
        _, fds, _, _ = socket.recv_fds(near, 16, 1)
        near.close()
        if not fds:
            self._process.wait()
            raise AssertionError(f'the servers do not start:\n{self.said()}')
        self._tap, = fds
        self._stop_asked, self._stop = os.pipe()
        self._carrier = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def said(self):
        """What the servers wrote."""
        return self.log.read_text(errors='replace')

    def connect(self, wire, change=lambda frame: frame):
        """Carry frames from now on; `change` gives what goes on of a frame of the guest's."""
        self._carrier = threading.Thread(target=self._carry, args=(wire, change), daemon=True)
        self._carrier.start()

    def _carry(self, wire, change):
        while True:
            ready, _, _ = select.select([wire, self._tap, self._stop_asked], [], [])
            if self._stop_asked in ready:
                return
            try:
                while (frame := wire.receive(0)) is not None:
                    os.write(self._tap, change(frame))
                while self._tap in ready:
                    wire.try_send(os.read(self._tap, FRAME_MAX))
            except BlockingIOError:
                continue
            except (AssertionError, OSError):
                return  # the guest has ended

    def close(self):
        """End the servers and their network; may be called once."""
        os.close(self._stop)
        if self._carrier:
            self._carrier.join()
        self._process.kill()
        self._process.wait()
        os.close(self._tap)
        os.close(self._stop_asked)
