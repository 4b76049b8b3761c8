# SPDX-License-Identifier: BSD-3-Clause
"""A Linux machine at the far end of a port's cable: the host's own kernel, in a network of its own.

    with Peer() as peer:
        peer.connect(guest.wires[0], Impaired(loss=0.02))
        peer.run('ping', '-c', '3', '10.1.0.2')

A thread carries frames between the peer's interface eth1 and the cable, through an `Impaired` that
loses, doubles and reorders them, and counts.
"""

import contextlib
import os
import random
import select
import socket
import subprocess
import sys
import threading
from pathlib import Path

from .guest import PATIENCE
from .servers import FRAME_MAX, NAMESPACES

INSIDE = Path(__file__).with_name('peer_inside.py')


class Impaired:
    """What a bad cable does to frames: a share of them is lost, doubled, or held back by some."""

    def __init__(self, loss=0.0, doubled=0.0, late=0.0, seed=1):
        self.loss, self.doubled, self.late = loss, doubled, late
        self.lost = self.twice = self.delayed = self.passed = 0
        self._random = random.Random(seed)
        self._held = []

    def through(self, frame):
        """The frames that come out when one is put in."""
        self.passed += 1
        if self._random.random() < self.loss:
            self.lost += 1
            return []
        if self._random.random() < self.late:
            self.delayed += 1
            self._held.append(frame)
            return []
        out = [frame]
        if self._random.random() < self.doubled:
            self.twice += 1
            out.append(frame)
        if len(self._held) > 2 or (self._held and self._random.random() < 0.5):
            out += self._held
            self._held = []
        return out


class Peer:
    """The machine: eth1 has 10.1.0.1/24 and fd00:1::1/64."""

    def __init__(self):
        near, far = socket.socketpair()
        self._process = subprocess.Popen(
            [*NAMESPACES, sys.executable, str(INSIDE), str(far.fileno())],
            stdin=subprocess.DEVNULL, pass_fds=[far.fileno()], start_new_session=True)
        far.close()
        near.settimeout(30 * PATIENCE)
        message, fds, _, _ = socket.recv_fds(near, 16, 1)
        near.close()
        if not fds:
            self._process.wait()
            raise AssertionError('there is no network of its own to be had')
        self._tap, = fds
        self._inside = int(message)
        self._stop_asked, self._stop = os.pipe()
        self._carrier = None
        self._started = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def connect(self, wire, out=None, into=None):
        """Carry frames from now on: the guest's through `out`, those for it through `into`."""
        out, into = out or Impaired(), into or Impaired()
        self._carrier = threading.Thread(target=self._carry, args=(wire, out, into), daemon=True)
        self._carrier.start()

    def _carry(self, wire, out, into):
        while True:
            ready, _, _ = select.select([wire, self._tap, self._stop_asked], [], [])
            if self._stop_asked in ready:
                return
            try:
                while (frame := wire.receive(0)) is not None:
                    for each in out.through(frame):
                        with contextlib.suppress(BlockingIOError):
                            os.write(self._tap, each)
                while self._tap in ready:
                    for each in into.through(os.read(self._tap, FRAME_MAX)):
                        wire.try_send(each)
            except BlockingIOError:
                continue
            except (AssertionError, OSError):
                return  # the guest has ended

    def _argv(self, words):
        return ['nsenter', f'--target={self._inside}', '--user', '--net', '--mount',
                '--preserve-credentials', *map(str, words)]

    def run(self, *words, within=60, check=True):
        """Run a command on the peer; gives what it wrote."""
        done = subprocess.run(self._argv(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors='replace', timeout=within * PATIENCE, check=False)
        assert not check or done.returncode == 0, f'{words}: {done.returncode}\n{done.stdout}'
        return done.stdout

    def python(self, program, *words, within=60):
        """Run a program of Python's there."""
        return self.run(sys.executable, '-I', '-c', program, *words, within=within)

    def start(self, *words):
        """Start a command that ends with the peer; gives its process, whose output can be read."""
        process = subprocess.Popen(self._argv(words), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        self._started.append(process)
        return process

    def close(self):
        """End it; may be called once."""
        os.close(self._stop)
        if self._carrier:
            self._carrier.join()
        for process in self._started:
            process.kill()
            process.wait()
            process.stdout.close()
        self._process.kill()
        self._process.wait()
        os.close(self._tap)
        os.close(self._stop_asked)
