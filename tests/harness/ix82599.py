# SPDX-License-Identifier: BSD-3-Clause
"""The 82599 model beside a machine: tests/models/ix82599 as a process that QEMU's proxy attaches.

    with Ix82599(build, logs, ['kx4', 'sfp']) as model:
        guest = model.boot(boot, Machine(...))
        model.wires[0].send(frame)
        ...
        model.check()

One process serves all ports of a machine. A driver's mistake makes check() fail, and so does the
model's own end. The proxy needs guest memory in a memfd, and vCPUs that take turns.
"""

import os
import socket
import subprocess
import threading
import time
from pathlib import Path

from .wire import Wire

ACCEL = 'tcg,thread=single'


class ModelError(AssertionError):
    """The driver made mistakes, or the model is not there any more."""


class Ix82599:
    """The model's process, its ports' wires, and its control socket."""

    def __init__(self, build, logs, variants, first_slot=8, lan_ids=(), crossed=False):
        """variants: 'kx4' (8086:10f7) or 'sfp' (8086:10fb) for each port.

        first_slot: the PCI device number of the first port on QEMU's root bus.
        lan_ids: for each port which half of a dual card it is (0 or 1); by default each is a card
        of its own. Linux takes the wrong PHY semaphore for 1, which the model reports.
        crossed: a cable from each even port to the next odd one, in place of wires to this side.
        """
        self._logs = Path(logs)
        self._logs.mkdir(parents=True, exist_ok=True)
        # Paths of UNIX sockets are short: relative to a directory of this process's own.
        self._directory = Path(f'/tmp/ix82599-{os.getpid()}-{id(self):x}')
        self._directory.mkdir(mode=0o700)
        self.macs = [f'02:82:59:90:00:{number + 1:02x}' for number in range(len(variants))]
        self.wires, self._proxies = [], []
        command, mine = [str(Path(build) / 'models' / 'ix82599')], []
        command += ['--qtest', str(self._qtest), '--control', str(self._control_path)]
        lans = lan_ids or [0] * len(variants)
        for number, variant in enumerate(variants):
            wire, far_end = Wire.pair()
            if crossed:
                wire.close()
                if number % 2 == 0:
                    pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
                far_end = pair[number % 2]
            proxy, model_end = socket.socketpair()
            self.wires.append(wire)
            self._proxies.append(proxy)
            mine += [far_end, model_end]
            command += ['--port', f'{variant},fd={model_end.fileno()},mac={self.macs[number]},'
                                  f'local=fd:{far_end.fileno()},lan={lans[number]}']
        self._slots = range(first_slot, first_slot + len(variants))
        self._errors = self._logs / 'ix82599.err'
        with open(self._errors, 'wb') as errors:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors,
                                             stderr=errors,
                                             pass_fds=[end.fileno() for end in mine])
        for end in mine:
            end.close()
        self._lock = threading.Lock()
        self._control = self._connect()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.check()
        finally:
            self.close()

    def boot(self, boot, machine, deadline=60):
        """Start `machine` with the ports in it; gives its Guest."""
        machine.accel = ACCEL
        machine.shared_memory = True
        machine.fds = tuple(proxy.fileno() for proxy in self._proxies)
        machine.extra = machine.extra + ['-qtest', f'unix:{self._qtest}', '-qtest-log', 'none']
        for slot, proxy in zip(self._slots, self._proxies):
            machine.extra += ['-device', f'x-pci-proxy-dev,id=ix{slot},fd={proxy.fileno()},'
                                         f'addr={slot:#x}']
        guest = boot(machine, deadline)
        for proxy in self._proxies:
            proxy.close()
        return guest

    def addresses(self):
        """PCI addresses of the ports, as DPDK's -a takes them."""
        return [f'0000:00:{slot:02x}.0' for slot in self._slots]

    def link(self, port, up):
        """Plug or pull the port's cable."""
        self._ask(f'link {port} {"up" if up else "down"}')

    def module(self, port, inserted):
        """Put the SFP+ module in, or take it out."""
        self._ask(f'module {port} {"in" if inserted else "out"}')

    def peek(self, port, offset):
        """A register's value, without side effects."""
        return int(self._ask(f'peek {port} {offset:#x}')[-1], 0)

    def poke(self, port, offset, value):
        """Set a register as the hardware would: a counter near its end."""
        self._ask(f'poke {port} {offset:#x} {value:#x}')

    def counters(self, port):
        """What went over the port's wire, and the state behind it, by name."""
        words = self._ask(f'counters {port}')[-1].split()
        return {name: int(value) for name, value in zip(words[::2], words[1::2])}

    def mistakes(self):
        """What drivers did that the data sheet forbids, a text each."""
        return [line.removeprefix('mistake ') for line in self._ask('mistakes')[:-1]]

    def forgive(self):
        """Forget the mistakes so far."""
        self._ask('forgive')

    def check(self):
        """Fail if the model has died, or a driver made a mistake."""
        if mistakes := self.mistakes():
            raise ModelError('the driver made mistakes:\n' + '\n'.join(mistakes))

    def close(self):
        """End the model; may be called again."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._control.close()
        for end in [*self._proxies, *self.wires]:
            end.close()
        for path in (self._qtest, self._control_path):
            path.unlink(missing_ok=True)
        if self._directory.exists():
            self._directory.rmdir()

    @property
    def _qtest(self):
        return self._directory / 'qtest'

    @property
    def _control_path(self):
        return self._directory / 'control'

    def _died(self):
        said = self._errors.read_text(errors='replace')[-2000:]
        return ModelError(f'the model has ended with {self._process.poll()}:\n{said}')

    def _connect(self, within=10):
        until = time.monotonic() + within
        while True:
            control = socket.socket(socket.AF_UNIX)
            control.settimeout(10)
            try:
                control.connect(str(self._control_path))
                return control
            except OSError:
                control.close()
                if self._process.poll() is not None or time.monotonic() > until:
                    raise self._died() from None
                time.sleep(0.02)

    def _ask(self, request):
        """The answer's lines; the last without its "ok"."""
        text = ''
        with self._lock:
            try:
                self._control.sendall(request.encode() + b'\n')
                while not text.endswith('\n') or not _last(text).startswith(('ok', 'error')):
                    piece = self._control.recv(65536).decode()
                    if not piece:
                        raise self._died()
                    text += piece
            except OSError as error:
                raise self._died() from error
        lines = text.splitlines()
        if lines[-1].startswith('error'):
            raise ModelError(f'{request}: {lines[-1]}')
        lines[-1] = lines[-1].removeprefix('ok').strip()
        return lines


def _last(text):
    return text.rstrip('\n').rpartition('\n')[2]
