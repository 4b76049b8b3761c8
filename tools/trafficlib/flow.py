# SPDX-License-Identifier: BSD-3-Clause
"""Numbered frames into one port, expected from another.

A frame is an Ethernet header (IEEE 802 local experimental Ethertype), sequence number, sending
time, random payload, and a CRC-32 of all that. Only a window of frames is under way, so that a slow
emulator is not overrun and a missing frame means a fault.
"""

import collections
import random
import statistics
import struct
import time
import zlib

HEADER = bytes.fromhex('020000000101 020000000202 88b5')
NUMBER = struct.Struct('>IQ')  # sequence number, nanoseconds of the monotonic clock
CHECK = struct.Struct('>I')
SHORTEST, LONGEST = 60, 1514
PROBE = 0xffffffff  # sequence number of frames that only find out whether something forwards

WINDOW = 64
LOST_SECONDS = 3
PROBE_SECONDS = 0.5
KEPT_TIMES = 10000


class Flow:
    """One direction, its frames under way and its counts."""

    def __init__(self, name, source, sink, rate):
        self.name, self.source, self.sink = name, source, sink
        self.sent = self.received = self.lost = self.altered = self.unexpected = 0
        self.probed = False  # a probe came through
        self.under_way = {}  # sequence number -> (when sent, frame)
        self._interval = 1 / rate
        self._next = 0.0
        self._random = random.Random()
        self._times = collections.deque(maxlen=KEPT_TIMES)  # ms on the way, the latest frames

    def _frame(self, number):
        size = self._random.randint(SHORTEST, LONGEST)
        head = HEADER + NUMBER.pack(number, time.monotonic_ns())
        body = head + self._random.randbytes(size - len(head) - CHECK.size)
        return body + CHECK.pack(zlib.crc32(body))

    def probe(self, now):
        """Now and then send a frame that is not counted."""
        if now >= self._next:
            self.source.try_send(self._frame(PROBE))
            self._next = now + PROBE_SECONDS
        self.take()

    def send_due(self, now):
        """Send what the rate and the window allow."""
        self._next = max(self._next, now - 1)  # what the window held back is not made up for later
        while self._next <= now and len(self.under_way) < WINDOW:
            frame = self._frame(self.sent)
            if not self.source.try_send(frame):
                break
            self.under_way[self.sent] = (now, frame)
            self.sent += 1
            self._next += self._interval

    def take(self):
        """Receive and judge all that is there."""
        while (frame := self.sink.receive(0)) is not None:
            self._judge(frame)

    def _judge(self, frame):
        at = len(HEADER)
        if len(frame) < SHORTEST or zlib.crc32(frame[:-4]) != CHECK.unpack(frame[-4:])[0]:
            self.altered += 1
            return
        number, stamp = NUMBER.unpack(frame[at:at + NUMBER.size])
        if number == PROBE:
            self.probed = True
            return
        if number not in self.under_way:
            self.unexpected += 1
            return
        if self.under_way.pop(number)[1] != frame:
            self.altered += 1
            return
        self.received += 1
        self._times.append((time.monotonic_ns() - stamp) / 1e6)

    def give_up(self, now):
        """Count as lost what has been under way for too long."""
        while self.under_way:
            number, (when, _) = next(iter(self.under_way.items()))
            if now - when < LOST_SECONDS:
                break
            del self.under_way[number]
            self.lost += 1

    def good(self):
        """Did frames pass, and nothing else happen?"""
        return self.received > 0 and not (self.lost or self.altered or self.unexpected)

    def line(self, paint):
        """The counts as a line of text."""
        def bad(count, what):
            return paint('red' if count else 'dim', f'{count} {what}')

        text = (f'{paint("bold", self.name)}  {self.sent} sent  {self.received} received  '
                f'{bad(self.lost, "lost")}  {bad(self.altered, "altered")}')
        if self.unexpected:
            text += '  ' + bad(self.unexpected, 'unexpected')
        if self._times:
            text += (f'  {statistics.median(self._times):.2f} ms median, '
                     f'{max(self._times):.1f} ms at most')
        return text
