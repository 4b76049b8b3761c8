# SPDX-License-Identifier: BSD-3-Clause
"""The traffic's far end: the program build/bench/load behind vhost-user sockets."""

import contextlib
import mmap
import os
import select
import struct
import subprocess
import time
from pathlib import Path

from harness import Nic
from harness.guest import PATIENCE

PORTS = 64  # bench/load/load.h
PROCESS_PORTS = 32  # that the distribution's DPDK is built for
SLOTS, FUNCTIONS = 0x1f, 8  # on a bus of PCI; q35 has devices of its own in the last slot
_ENDED = 'linux: the program has ended'  # bench/linux/init-dpdk
_COUNTERS = struct.Struct(f'={2 * PORTS}Q')


def host_cpus():
    """(CPU of the load, CPUs of QEMU). Where there is but one they share it."""
    cpus = sorted(os.sched_getaffinity(0))
    return cpus[0], set(cpus[1:]) or set(cpus)


@contextlib.contextmanager
def pinned(cpus):
    """Processes that are started meanwhile run on these CPUs alone."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class LoadError(AssertionError):
    """The load does not do what it is told, or traffic does not flow."""


class Load:
    """A running load. Use as a context manager. Addresses of ports are 00:10.0, 00:11.0, …

    More ports than a process can have are another load's, behind this one.
    """

    START_SECONDS = 30

    def __init__(self, build, directory, ports=2, first=0):
        program = Path(build) / 'bench' / 'load'
        if not program.exists():
            raise LoadError(f'{program} is not built: make bench-tools')
        own = min(ports, PROCESS_PORTS)
        self.ports = ports
        self._first = first
        self._paths = [Path(directory) / f'v{port}' for port in range(first, first + own)]
        counters = Path(directory) / f'load{first}.counters'
        counters.write_bytes(bytes(_COUNTERS.size))
        with open(counters, 'r+b') as file:
            self._map = mmap.mmap(file.fileno(), _COUNTERS.size)
        vdevs = [word for port, path in enumerate(self._paths)
                 for word in ('--vdev', f'net_vhost{port},iface={path}')]
        with open(Path(directory) / f'load{first}.err', 'wb') as errors:
            self._process = subprocess.Popen(
                ['setpriv', '--pdeathsig', 'KILL', program, '--no-shconf',
                 '--no-huge', '-m', '256', '--no-pci', '--no-telemetry',
                 '--lcores', f'0@{host_cpus()[0]}', *vdevs, '--', counters],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0)
        self._input = b''
        self._next = None
        try:
            while self._line(self.START_SECONDS) != 'ready':
                pass  # DPDK's own words come first
            if ports > own:
                self._next = Load(build, directory, ports - own, first + own)
        except LoadError:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """End it whatever it does."""
        self._process.kill()
        self._process.wait()
        if self._next:
            self._next.stop()

    def nics(self, options='', first_slot=0x10):
        """The guest's ports."""
        more = f',{options}' if options else ''
        return [Nic(netdev=f'vhost-user,chardev=v{port}',
                    options=f'{place},disable-legacy=on{more}')
                for port, place in enumerate(self._places(first_slot))]

    def _places(self, first_slot):
        """Addresses on the bus: a slot for each port, or where these are too few a function."""
        if first_slot + self.ports <= SLOTS:
            return [f'addr={first_slot + port:#x}' for port in range(self.ports)]
        return [f'addr={first_slot + port // FUNCTIONS:#x}.{port % FUNCTIONS},multifunction=on'
                for port in range(self.ports)]

    def chardevs(self):
        """QEMU's words for the sockets."""
        own = [word for port, path in enumerate(self._paths, self._first)
               for word in ('-chardev', f'socket,id=v{port},path={path}')]
        return own + (self._next.chardevs() if self._next else [])

    # -- Traffic ----------------------------------------------------------------------------------

    def saturate(self, size=64, ports='all'):
        """Send as fast as the guest takes, from `all` ports or from the `even` ones."""
        self._command(f'saturate {size} {ports}', 10)
        if self._next:
            self._next.saturate(size, ports)

    def quiet(self):
        """Send nothing more."""
        self._command('quiet', 10)
        if self._next:
            self._next.quiet()

    def echo(self, count, burst=1, size=64, gap=0):
        """Send a burst and wait until it is back, so many times; gives the nanoseconds each took.

        gap: microseconds of rest after each. LoadError if a frame is lost.
        """
        answer = self._command(f'echo {count} {burst} {size} {gap}', 60 + count * 0.2)
        sent, returned, *times = map(int, answer.split())
        if sent != count * burst or returned != sent:
            raise LoadError(f'of {count * burst} frames {sent} were taken and {returned} came back')
        return times

    def received(self):
        """Frames that have come back so far."""
        own = sum(_COUNTERS.unpack_from(self._map)[PORTS:])
        return own + (self._next.received() if self._next else 0)

    def wait_received(self, guest, frames, within):
        """Wait until so many more have come back.

        LoadError after `within` seconds, or when the guest has ended.
        """
        until = time.monotonic() + within * PATIENCE
        goal = self.received() + frames
        while self.received() < goal:
            if not guest.running() or _ENDED in guest.console:
                raise LoadError(f'the program has ended; see {guest.logs}')
            if time.monotonic() > until:
                raise LoadError(f'within {within} s {frames - goal + self.received()} frames '
                                f'came back, not {frames}; see {guest.logs}')
            time.sleep(0.001)

    def _command(self, line, within):
        self._process.stdin.write(line.encode() + b'\n')
        return self._line(within)

    def _line(self, within):
        until = time.monotonic() + within * PATIENCE
        while b'\n' not in self._input:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise LoadError(f'the load says nothing for {within} s')
            piece = self._process.stdout.read(65536)
            if not piece:
                raise LoadError('the load has ended: see load.err')
            self._input += piece
        line, _, self._input = self._input.partition(b'\n')
        return line.decode()
