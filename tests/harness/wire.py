# SPDX-License-Identifier: BSD-3-Clause
"""The other end of a port's cable.

A cable is a pair of connected UNIX datagram sockets: one raw Ethernet frame a datagram, without
checksum or padding (QEMU's "dgram" back end). Neither side loses a frame: a full socket makes the
sender wait. What a guest cannot take it may drop, though, so a sender keeps only a window of
frames under way; whatever is missing then is a fault.
"""

import select
import socket
import time

LARGEST = 65536
SOCKET_BYTES = 4 << 20


class WireError(AssertionError):
    """Frames are missing, changed, doubled or out of order."""


def describe(frame):
    """A frame in a few words, for messages."""
    head = frame[:48].hex(' ', 2)
    return f'{len(frame)} bytes: {head}{" …" if len(frame) > 48 else ""}'


class Wire:
    """One end of a cable."""

    def __init__(self, sock):
        self._sock = sock

    @classmethod
    def pair(cls):
        """A new cable: this end as a Wire, the far end as a socket to hand to QEMU."""
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in (near, far):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)
        near.setblocking(False)
        return cls(near), far

    def fileno(self):
        """For select()."""
        return self._sock.fileno()

    def send(self, frame, within=5):
        """Send a frame; WireError if the guest's side takes none for `within` seconds."""
        until = time.monotonic() + within
        while not self.try_send(frame):
            if not select.select([], [self], [], max(0, until - time.monotonic()))[1]:
                raise WireError(f'the cable takes no frame for {within} s')

    def try_send(self, frame):
        """Send a frame if there is room now; tells whether it was sent."""
        try:
            self._sock.send(frame)
        except BlockingIOError:
            return False
        except OSError as error:
            raise WireError(f'the guest is gone: {error}') from error
        return True

    def receive(self, within=5):
        """The next frame, or None if none comes within so many seconds."""
        until = time.monotonic() + within
        while True:
            try:
                return self._sock.recv(LARGEST)
            except BlockingIOError:
                if not select.select([self], [], [], max(0, until - time.monotonic()))[0]:
                    return None
            except OSError as error:
                raise WireError(f'the guest is gone: {error}') from error

    def drain(self, quiet=0.2):
        """Throw away what arrives until nothing does for `quiet` seconds; gives the number."""
        count = 0
        while self.receive(quiet) is not None:
            count += 1
        return count

    def collect(self, count, within=10, quiet=0.1):
        """The next `count` frames; WireError when `within` seconds bring none, or one too many.

        quiet: for how long nothing more must come.
        """
        frames = []
        while len(frames) < count:
            frame = self.receive(within)
            if frame is None:
                raise WireError(f'{len(frames)} of {count} frames came')
            frames.append(frame)
        extra = self.receive(quiet)
        if extra is not None:
            raise WireError(f'a frame more than {count}: {describe(extra)}')
        return frames

    def close(self):
        """Let go of the cable."""
        self._sock.close()


class Flow:
    """Frames sent on one wire that must arrive on another: once, in order, byte for byte."""

    def __init__(self, source, sink, frames, window=64):
        self.source, self.sink = source, sink
        self.frames = list(frames)
        self.window = window
        self.sent = self.received = 0

    def done(self):
        """Have all frames arrived?"""
        return self.received == len(self.frames)

    def wants_to_send(self):
        """Is there a frame left, and room in the window?"""
        return self.sent < len(self.frames) and self.sent - self.received < self.window

    def push(self):
        """Send as much as is allowed."""
        while self.wants_to_send() and self.source.try_send(self.frames[self.sent]):
            self.sent += 1

    def pull(self):
        """Take and check what has arrived; gives the number of frames."""
        before = self.received
        while (frame := self.sink.receive(0)) is not None:
            self._check(frame)
            self.received += 1
        return self.received - before

    def _check(self, frame):
        if self.received >= self.sent:
            raise WireError(f'a frame that was not sent: {describe(frame)}')
        due = self.frames[self.received]
        if frame != due:
            raise WireError(f'frame {self.received} of {len(self.frames)} is not the one sent\n'
                            f'due {describe(due)}\ngot {describe(frame)}')


def forward(*flows, stall=10):
    """Run flows side by side until all is received; WireError if `stall` seconds bring nothing.

    Also fails on a frame that arrives after the last.
    """
    moved = time.monotonic()
    while not all(flow.done() for flow in flows):
        for flow in flows:
            flow.push()
        left = moved + stall - time.monotonic()
        blocked = [flow.source for flow in flows if flow.wants_to_send()]
        select.select([flow.sink for flow in flows], blocked, [], max(0, left))
        if sum(flow.pull() for flow in flows):
            moved = time.monotonic()
        elif time.monotonic() > moved + stall:
            counts = ', '.join(f'{flow.received} of {len(flow.frames)} (sent {flow.sent})'
                               for flow in flows)
            raise WireError(f'nothing arrived for {stall} s; received {counts}')
    for flow in flows:
        extra = flow.sink.receive(0.05)
        if extra is not None:
            raise WireError(f'a frame too many: {describe(extra)}')
