# SPDX-License-Identifier: BSD-3-Clause
"""Rows 4 and 5: the time from QEMU's start to the first frame that comes back, over datagram
ports; sizes; the least memory that is enough."""

import gzip
import threading
import time
from dataclasses import dataclass

from harness import Guest, GuestError, Nic, WireError

from . import linux
from .exact import stripped_size
from .results import Key
from .tasks import Task

FRAME = bytes.fromhex('020000000101 020000000202 88b5'.replace(' ', '')).ljust(60, b'\0')
SEND_SECONDS = 0.001  # between frames, until one is back
PORT = 'addr={:#x},disable-legacy=on,romfile='  # no boot ROM: neither side boots from the network

CPUS = (2, 8, 64, 255)
LINUX_CPUS = (2, 8, 64)
MEMORY_MB = (64, 4096, 65536, 262144)
LINUX_MEMORY_MB = (256, 4096, 65536, 262144)
START_SECONDS = 120
UP = 'bridge: forwarding between'  # what it says when all its ports are started
UP_SECONDS = 5  # for that to come through the console when a frame is already back
LEAST_MB = (14, 16, 20, 24, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256)
LINUX_LEAST_MB = LEAST_MB[LEAST_MB.index(96):]  # below, its kernel panics
LEAST_SECONDS = 5
LINUX_LEAST_SECONDS = 40
QBOOT = ['-bios', 'qboot.rom']  # QEMU's small firmware, in place of SeaBIOS
SMALL_MB = 256  # Linux: below, fewer huge pages than the usual 64 of 2 MB
KB, MS = 1024, 1000


def _ports():
    return [Nic(options=PORT.format(0x10 + number)) for number in range(2)]


def _huge_pages(memory):
    """Words for Linux: as many huge pages as leave it room, and at least what the bridge needs."""
    return f'hugepages={max(10, memory // 12)}' if memory <= SMALL_MB else ''


class Console:
    """When a guest's console said its first byte, and when that the ports are up."""

    def __init__(self):
        self.first = self.up = None
        self.is_up = threading.Event()
        self._text = ''

    def hear(self, text):
        """What the console said now; called from the thread that reads it."""
        now = time.monotonic()
        self.first = self.first or now
        self._text += text
        if UP in self._text and not self.is_up.is_set():
            self.up = now
            self.is_up.set()


@dataclass
class Start:
    """Seconds from QEMU's start to the console's first byte (our kernel says something directly
    after its entry, and the firmware nothing), to the started ports, to the first frame back."""

    entry: float
    up: float
    packet: float


def first_forwarded(bench, side, within, **hardware):
    """Start a guest and send until a frame is back: its Start, or GuestError after `within` s."""
    console = Console()
    begin = time.monotonic()
    machine = side.machine('default', '0', nics=_ports(), **hardware)
    with Guest(machine, bench.logs, within, console.hear) as guest:
        near, far = guest.wires
        while time.monotonic() < begin + within and guest.running():
            near.try_send(FRAME)
            if far.receive(SEND_SECONDS) != FRAME:
                continue
            packet = time.monotonic() - begin
            if not console.is_up.wait(UP_SECONDS):
                raise GuestError(f'it forwards and does not say {UP!r}; see {guest.logs}')
            return Start(console.first - begin, console.up - begin, packet)
        raise GuestError(f'nothing was forwarded within {within} s; see {guest.logs}')


def _start(bench, side, configuration, cpus=1, memory=512, rounds=1, firmware=()):
    def run():
        more = _huge_pages(memory) if side.name == 'Linux' else ''
        start = first_forwarded(bench, side, START_SECONDS, cpus=cpus, memory=memory, more=more,
                                extra=list(firmware))
        figures = {'start to first packet, ms': start.packet}
        if side.name != 'Linux':
            figures |= {'kernel entry to first packet, ms': start.packet - start.entry,
                        'kernel entry to ports up, ms': start.up - start.entry}
        return {Key(4, quantity, 'bridge', configuration, side.name): seconds * MS
                for quantity, seconds in figures.items()}

    return Task(f'start: {configuration}, {side.name}', run, rounds)


def starts(bench):
    """Tasks of row 4."""
    bare, other = bench.both()
    tasks = [_start(bench, side, '1 CPU, 512 MB', rounds=10) for side in (bare, other)]
    tasks += [_start(bench, side, '1 CPU, 512 MB, qboot', rounds=10, firmware=QBOOT)
              for side in (bare, other)]
    tasks += [_start(bench, bare, f'{cpus} CPUs, 512 MB', cpus=cpus, rounds=5) for cpus in CPUS]
    tasks += [_start(bench, bare, f'1 CPU, {memory} MB', memory=memory, rounds=5)
              for memory in MEMORY_MB]
    tasks += [_start(bench, other, f'{cpus} CPUs, 512 MB', cpus=cpus) for cpus in LINUX_CPUS]
    return tasks + [_start(bench, other, f'1 CPU, {memory} MB', memory=memory)
                    for memory in LINUX_MEMORY_MB]


def _sizes(bench):
    def key(what, side):
        return Key(5, 'size, KB', 'bridge', what, side)

    def run():
        kernel, initramfs = linux.dpdk_guest(bench.build, bench.linux().file)
        packed = linux.compressed_kernel(bench.build)
        ours = {'virtio alone, SMALL=1': 'small/bridge.elf',
                'virtio alone': 'bench/bridge-virtio.elf', 'all drivers': 'bridge.elf'}
        return {**{key(what, 'Linuxless'): stripped_size(bench.build / image) / KB
                   for what, image in ours.items()},
                key('kernel unpacked, and initramfs', 'Linux'):
                    (kernel.stat().st_size + initramfs.stat().st_size) / KB,
                key('kernel and initramfs compressed', 'Linux'):
                    (packed.stat().st_size + len(gzip.compress(initramfs.read_bytes()))) / KB}

    return Task('sizes', run, rounds=1)


def _least(bench, side, sizes_mb, within, configuration='default'):
    def run():
        for memory in sizes_mb:
            more = _huge_pages(memory) if side.name == 'Linux' else ''
            try:
                first_forwarded(bench, side, within, memory=memory, more=more)
            except (GuestError, WireError):
                continue
            return {Key(5, 'least memory, MB', 'bridge', configuration, side.name): memory}
        raise GuestError(f'nothing forwards in {sizes_mb[-1]} MB')

    return Task(f'least memory: {configuration}, {side.name}', run, rounds=1)


def sizes(bench):
    """Tasks of row 5."""
    bare, other = bench.both()
    return [_sizes(bench), _least(bench, bare, LEAST_MB, LEAST_SECONDS),
            _least(bench, bench.low(), LEAST_MB, LEAST_SECONDS, 'linked at 2 MB'),
            _least(bench, other, LINUX_LEAST_MB, LINUX_LEAST_SECONDS)]
