# SPDX-License-Identifier: BSD-3-Clause
"""One run of a machine in QEMU.

Console and monitor are socket pairs whose other ends QEMU inherits, and so are the cables: there is
no path to clean up and no moment at which one side is there before the other. A thread reads the
console, wakes whoever waits for a line, and ends QEMU when the run's deadline is over, so that no
run outlives it whatever the test does. A QEMU that ignores SIGTERM gets SIGKILL.
"""

import math
import os
import re
import shlex
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from . import coverage
from .machine import Wiring
from .qmp import Qmp
from .wire import Wire

# Colours and cursor movements, which firmware and GRUB write; carriage returns.
_ESCAPES = re.compile(r'\x1b\[[0-9;?=]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>cDEHM]|\r|\0')
_ESCAPE_BEGUN = re.compile(r'\x1b([\[()][0-9;?=]*)?\Z')

# What QEMU, its device models ("[vmxnet3][WR]") and a library only remark, in qemu.err.
_WARNING = re.compile(r': warning: |^\[\w+\]\[WR\]|^libbpf: ')

# On a busy machine everything takes longer: the deadlines are multiplied by this.
PATIENCE = float(os.environ.get('TEST_PATIENCE', '1'))


class GuestError(AssertionError):
    """The guest did not do what was waited for; the message says what it did."""


class Guest:
    """A running machine. Use as a context manager, or call stop()."""

    TERMINATE_SECONDS = 5

    def __init__(self, machine, logs, deadline=60, on_output=None):
        """Start `machine`, with its console and command line kept under the directory `logs`.

        deadline: seconds (times PATIENCE) after which the run is ended; math.inf for none.
        on_output: called with each piece of console text, from the reading thread.
        """
        self.logs = Path(logs)
        self.logs.mkdir(parents=True, exist_ok=True)
        self._machine = machine
        self.console = ''
        self.expired = False
        self._deadline = time.monotonic() + deadline * PATIENCE
        self._news = threading.Condition()
        self._closed = False
        self._on_output = on_output or (lambda text: None)

        self._console, console_end = socket.socketpair()
        monitor, monitor_end = socket.socketpair()
        self.monitor = Qmp(monitor)
        ends = [console_end, monitor_end]
        self.wires = []
        cables = []
        for nic in machine.nics:
            wire, far_end = Wire.pair() if not nic.netdev else (None, None)
            self.wires.append(wire)
            cables.append(f'dgram,local.type=fd,local.str={far_end.fileno()}' if wire else '')
            ends += [far_end] if wire else []
        wiring = Wiring(['-chardev', f'socket,id=console,fd={console_end.fileno()}'],
                        ['-chardev', f'socket,id=monitor,fd={monitor_end.fileno()}',
                         '-mon', 'chardev=monitor,mode=control'], cables)
        (self.logs / 'command').write_text(shlex.join(machine.argv(self.logs)) + '\n')
        with open(self.logs / 'qemu.err', 'wb') as errors:
            self._process = subprocess.Popen(
                machine.argv(self.logs, wiring) + coverage.options(self.logs),
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                pass_fds=[*(end.fileno() for end in ends), *machine.fds], start_new_session=True)
        for end in ends:
            end.close()
        self.pid = self._process.pid
        self.started = time.monotonic()
        self._reader = threading.Thread(target=self._read_console, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_for(self, pattern, within=30, after=0):
        """Wait until the console has `pattern` (regular expression, ^ and $ match at lines).

        Gives the match; `after` is where to begin in the console's text, so that
        `after=match.end()` continues from an earlier one. GuestError if `within` seconds
        (times PATIENCE) pass or the guest ends first.
        """
        __tracebackhide__ = True
        regex = re.compile(pattern, re.MULTILINE)
        until = min(time.monotonic() + within * PATIENCE, self._deadline)
        with self._news:
            while True:
                found = regex.search(self.console, after)
                if found:
                    return found
                if self._closed:
                    raise self._error(f'the guest ended before it said {pattern!r}')
                if not self._news.wait(until - time.monotonic()):
                    raise self._error(f'not said within {within} s: {pattern!r}')

    def type(self, text):
        """Type on the guest's serial console."""
        self._console.sendall(text.encode())

    def wait_exit(self, within=30):
        """Wait for the guest to end through the debug exit port, and give the status written there.

        GuestError if it does not, or if QEMU ended for a reason of its own.
        """
        __tracebackhide__ = True
        until = min(time.monotonic() + within * PATIENCE, self._deadline)
        try:
            code = self._process.wait(max(0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise self._error(f'the guest did not end within {within} s') from None
        self._reader.join()
        # QEMU gives (status << 1) | 1; its own failure is 1 as well, but then it says why.
        if code & 1 == 0 or code < 0 or code == 1 and self.errors():
            raise self._error(f'QEMU ended by itself with {code}: '
                              f'{self.errors() or "no message"}')
        return code >> 1

    def running(self):
        """Is the machine still on?"""
        return self._process.poll() is None

    def stop(self):
        """End the machine if it still runs; may be called again."""
        for signum in (signal.SIGTERM, signal.SIGKILL):
            if not self.running():
                break
            self._process.send_signal(signum)
            try:
                self._process.wait(self.TERMINATE_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()
        if threading.current_thread() is not self._reader:
            self._reader.join()
        for wire in self.wires:
            if wire:
                wire.close()
        coverage.keep(self._machine, self.logs)

    def tail(self, lines=40):
        """The last lines of the console."""
        return '\n'.join(self.console.splitlines()[-lines:])

    def _error(self, what):
        if self.expired:
            what += ' (the deadline of the whole run is over)'
        return GuestError(f'{what}; the console is in {self.logs}')

    def errors(self):
        """What QEMU itself has complained of."""
        lines = (self.logs / 'qemu.err').read_text(errors='replace').splitlines()
        return '\n'.join(line for line in lines if not _WARNING.search(line))

    def _read_console(self):
        held = ''
        with open(self.logs / 'console', 'wb', buffering=0) as log:
            while True:
                try:
                    left = self._deadline - time.monotonic()
                    self._console.settimeout(None if left == math.inf else max(0.001, left))
                    piece = self._console.recv(65536)
                except TimeoutError:
                    self.expired = True
                    break
                except OSError:
                    break
                if not piece:
                    break
                log.write(piece)
                text = held + piece.decode('latin-1')
                begun = _ESCAPE_BEGUN.search(text)
                held = text[begun.start():] if begun else ''
                text = _ESCAPES.sub('', text[:begun.start()] if begun else text)
                self._publish(text)
        if self.expired:
            self.stop()
        with self._news:
            self._closed = True
            self._news.notify_all()

    def _publish(self, text):
        with self._news:
            self.console += text
            self._news.notify_all()
        self._on_output(text)
