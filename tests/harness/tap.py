# SPDX-License-Identifier: BSD-3-Clause
"""A port of several queues: a tap device in a network namespace of its own.

QEMU's other back ends have one queue. A child makes namespace and device, which needs no root
rights, hands its descriptors over and ends; the device lives as long as they do.

    tap = Tap(queues=2)
    Machine(nics=[tap.nic('rss=on')], fds=tap.fds)
    tap.send(frame), tap.receive(5)
"""

import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

from .machine import Nic
from .wire import LARGEST, WireError

INSIDE = Path(__file__).with_name('own_tap.py')
FDS_MOST = 17


class Tap:
    """The device: its queues' descriptors for QEMU, and the other side of it as a wire has it."""

    def __init__(self, queues):
        near, far = socket.socketpair()
        with near, far:
            subprocess.run(
                ['unshare', '--user', '--map-root-user', '--net', sys.executable, INSIDE,
                 str(far.fileno()), str(queues)], check=True, timeout=30, pass_fds=[far.fileno()])
            _, received, _, _ = socket.recv_fds(near, 16, FDS_MOST)
        self.fds = tuple(received[:-1])
        self._socket = socket.socket(fileno=received[-1])
        self._socket.setblocking(False)

    def nic(self, options=''):
        """The port, of virtio."""
        more = f',{options}' if options else ''
        return Nic(options=f'mq=on,vectors={2 * len(self.fds) + 2}{more}',
                   netdev=f'tap,fds={":".join(map(str, self.fds))},vhost=off')

    def send(self, frame):
        """Send a frame to the machine."""
        self._socket.send(frame)

    def receive(self, within=5):
        """The next frame of the machine's, or None if none comes within so many seconds."""
        until = time.monotonic() + within
        while True:
            try:
                frame, address = self._socket.recvfrom(LARGEST)
            except BlockingIOError:
                if not select.select([self._socket], [], [], max(0, until - time.monotonic()))[0]:
                    return None
            except OSError as error:
                raise WireError(f'the device is gone: {error}') from error
            else:
                if address[2] != socket.PACKET_OUTGOING:
                    return frame

    def close(self):
        """Let go of it."""
        self._socket.close()
        for descriptor in self.fds:
            os.close(descriptor)
