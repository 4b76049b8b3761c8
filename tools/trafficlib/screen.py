# SPDX-License-Identifier: BSD-3-Clause
"""A terminal with the guest's console above and a few lines of status at the bottom.

The status has rows of its own below the terminal's scrolling region (DECSTBM), so the console can
write as it likes. Without a terminal everything is plain lines, the status once in a while.
"""

import os
import shutil
import sys
import threading
import time

COLOURS = {'red': '31;1', 'green': '32;1', 'bold': '1', 'dim': '2'}

# The boot loader's menu is drawn all over the screen; what matters begins with this.
FIRST_WORDS = 'Booting `'
PLAIN_SECONDS = 5


class Screen:
    """Use as a context manager; console() may be called from another thread."""

    def __init__(self, lines, from_loader=True):
        """from_loader: a boot loader's menu comes before what matters."""
        self._lines = lines
        self._terminal = sys.stdout.isatty()
        self._coloured = self._terminal and not os.environ.get('NO_COLOR')
        self._lock = threading.Lock()
        self._held = ''
        self._last_plain = 0.0
        self._open = False
        self.shown_console = not from_loader

    def __enter__(self):
        with self._lock:
            if self._terminal:
                rows = self._rows()
                # Make room at the bottom, then leave it out of the region that scrolls.
                self._write('\n' * self._lines + f'\x1b[1;{rows - self._lines}r'
                            f'\x1b[{rows - self._lines};1H')
            self._open = True
        return self

    def __exit__(self, *_):
        with self._lock:
            self._open = False
            if self._terminal:
                rows = self._rows()
                self._write(f'\x1b[r\x1b[{rows - self._lines + 1};1H\x1b[J')
            else:
                self._write('\n')

    def paint(self, colour, text):
        """The text in a colour, if the terminal has any and NO_COLOR does not forbid it."""
        return f'\x1b[{COLOURS[colour]}m{text}\x1b[0m' if self._coloured else text

    def console(self, text):
        """Show what the guest wrote."""
        with self._lock:
            if not self.shown_console:
                self._held += text
                start = self._held.find(FIRST_WORDS)
                if start < 0:
                    return
                self.shown_console = True
                text = self._held[start:]
            if self._open:
                self._write(text)

    def status(self, lines):
        """Show these lines at the bottom."""
        with self._lock:
            if not self._terminal:
                if time.monotonic() > self._last_plain + PLAIN_SECONDS:
                    self._last_plain = time.monotonic()
                    self._write('\n'.join(lines) + '\n')
                return
            top = self._rows() - self._lines + 1
            drawn = ''.join(f'\x1b[{top + number};1H\x1b[K{line}'
                            for number, line in enumerate(lines))
            self._write(f'\x1b7{drawn}\x1b8')

    @staticmethod
    def _rows():
        return shutil.get_terminal_size().lines

    @staticmethod
    def _write(text):
        sys.stdout.write(text)
        sys.stdout.flush()
