# SPDX-License-Identifier: BSD-3-Clause
"""The terminal's keys for the guest."""

import os
import sys
import termios
import tty


class Keyboard:
    """The terminal's keys, one by one; nothing if there is no terminal."""

    def __init__(self, guest):
        self.guest = guest
        self.open = sys.stdin.isatty()

    def __enter__(self):
        if self.open:
            self.before = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
        return self

    def __exit__(self, *_):
        if sys.stdin.isatty():
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self.before)

    def sources(self):
        """What to select on."""
        return [sys.stdin] if self.open else []

    def pass_on(self):
        """Hand the keys pressed to the guest."""
        keys = os.read(sys.stdin.fileno(), 64)
        self.open = bool(keys)
        self.guest.type(keys.decode('latin-1'))
