# SPDX-License-Identifier: BSD-3-Clause
"""Rows 2 and 3: packets a second, and the time of single packets, between vhost-user ports.

The load has one CPU of the host and QEMU another. Every boot gives a value of each: the same guest
boots into rates that differ by half, so that only medians of interleaved boots mean something.
"""

import os
import tempfile
import time

from harness import Guest

from . import sides
from .load import Load, host_cpus, pinned
from .results import Key
from .stats import median, quantile
from .tasks import Task

SIZES = (64, 128, 256, 512, 1024, 1518)
WARM_FRAMES = 10000
WINDOWS, WINDOW_SECONDS = 3, 0.3
SIZE_WINDOWS = 1
SINGLES, SINGLE_GAP_US = 2000, 50
MEMORY_MB = 512
BOOT_SECONDS = 60
MILLION = 1e6
NS_PER_US = 1000
CPUS_FOR_TWO_LCORES = 4  # of the host: load, control, two that forward


def _rate(load, guest, size, ports, windows):
    """Mpps: the median of some windows."""
    load.saturate(size, ports)
    load.wait_received(guest, WARM_FRAMES, 20)
    rates = []
    for _ in range(windows):
        begin, before = time.monotonic(), load.received()
        time.sleep(WINDOW_SECONDS)
        rates.append((load.received() - before) / (time.monotonic() - begin) / MILLION)
    return median(rates)


def _measure(load, guest, key, short):
    """All figures of one boot. short: no sizes."""
    figures = {key(2, 'one direction, 64 B, Mpps'): _rate(load, guest, 64, 'even', WINDOWS),
               key(2, 'both directions, 64 B, Mpps'): _rate(load, guest, 64, 'all', WINDOWS)}
    for size in () if short else SIZES[1:]:
        figures[key(2, f'one direction, {size} B, Mpps')] = _rate(load, guest, size, 'even',
                                                                  SIZE_WINDOWS)
    load.quiet()
    times = [nanoseconds / NS_PER_US for nanoseconds in load.echo(SINGLES, gap=SINGLE_GAP_US)]
    figures[key(3, 'single packet, median, us')] = median(times)
    figures[key(3, 'single packet, p99, us')] = quantile(times, 0.99)
    figures[key(3, 'single packet, longest, us')] = max(times)
    return figures


def _task(bench, side, device, lcores, cpus, more='', note='', short=False):
    configuration = f'{device}{note}'

    def key(row, quantity):
        return Key(row, quantity, side.program, configuration, side.name)

    def run():
        with tempfile.TemporaryDirectory() as scratch, Load(bench.build, scratch) as load:
            options = ','.join(filter(None, [sides.DEVICES[device][0], side.port_options]))
            machine = side.machine(device, lcores, more=more, cpus=cpus, memory=MEMORY_MB,
                                   shared_memory=True, accel='tcg,thread=multi',
                                   nics=load.nics(options), extra=load.chardevs())
            with pinned(host_cpus()[1]):
                guest = Guest(machine, bench.logs, BOOT_SECONDS * 3)
            with guest:
                load.saturate()
                load.wait_received(guest, 1, BOOT_SECONDS)
                return _measure(load, guest, key, short)

    return Task(f'rate and latency: {configuration}, {side.name}', run)


def rates(bench):
    """Tasks of rows 2 and 3."""
    bare, fast, linux = bench.bare(), bench.fast(), bench.linux()
    isolated = bench.linux(isolated=True)
    tasks = [_task(bench, bare, 'default', '0', 1), _task(bench, linux, 'default', '0', 1),
             _task(bench, bare, 'default', '1', 2, note=', lcore 1', short=True),
             _task(bench, isolated, 'default', '1', 2, note=', lcore 1', short=True),
             _task(bench, fast, 'default', '1', 2, note=', lcore 1', short=True),
             _task(bench, bare, 'vectorized', '0', 1, short=True),
             _task(bench, linux, 'vectorized', '0', 1, short=True),
             _task(bench, fast, 'default', '0', 1, short=True),
             _task(bench, fast, 'vectorized', '0', 1, short=True),
             _task(bench, bare, 'default', '0', 1, 'bare.softtlb=off', ', softtlb=off', True),
             _task(bench, bare, 'vectorized', '0', 1, 'bare.softtlb=off', ', softtlb=off', True),
             _task(bench, bench.kernel_bridge(), 'default', '0', 1, short=True)]
    if len(os.sched_getaffinity(0)) >= CPUS_FOR_TWO_LCORES:
        tasks += [_task(bench, side, 'default', '0-2', 3, note=', lcores 1 and 2', short=True)
                  for side in (bare, isolated)]
    return tasks
