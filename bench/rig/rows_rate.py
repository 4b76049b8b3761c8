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
from .insn import lcore_list
from .load import Load, host_cpus, pinned
from .results import Key
from .stats import median, quantile
from .tasks import EVERY_ROUND, Task

SIZES = (64, 128, 256, 512, 1024, 1518)
WARM_FRAMES = 10000
WINDOWS, WINDOW_SECONDS = 3, 0.3
SIZE_WINDOWS = 1
SINGLES, SINGLE_GAP_US = 2000, 50
MEMORY_MB = 512
BOOT_SECONDS = 60
MILLION = 1e6
NS_PER_US = 1000
LCORES = {'0': '', '1': ', lcore 1', '0-2': ', lcores 1 and 2'}  # by -l, as the tables name them
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


def _sizes(load, guest, key):
    """Rates of one boot by the frames' size."""
    return {key(2, f'one direction, {size} B, Mpps'):
            _rate(load, guest, size, 'even', SIZE_WINDOWS) for size in SIZES[1:]}


def _smallest(load, guest, key):
    """Rates and latency of one boot with the smallest frames."""
    figures = {key(2, 'one direction, 64 B, Mpps'): _rate(load, guest, 64, 'even', WINDOWS),
               key(2, 'both directions, 64 B, Mpps'): _rate(load, guest, 64, 'all', WINDOWS)}
    load.quiet()
    times = [nanoseconds / NS_PER_US for nanoseconds in load.echo(SINGLES, gap=SINGLE_GAP_US)]
    figures[key(3, 'single packet, median, us')] = median(times)
    figures[key(3, 'single packet, p99, us')] = quantile(times, 0.99)
    figures[key(3, 'single packet, longest, us')] = max(times)
    return figures


def _task(bench, side, device='default', lcores='0', more='', measure=_smallest,
          rounds=EVERY_ROUND):
    """lcores: a key of LCORES. more: one of the kernel's settings, told in the tables."""
    configuration = f'{device}{LCORES[lcores]}{more.replace("bare.", ", ")}'
    kind = 'rate by size' if measure == _sizes else 'rate and latency'

    def key(row, quantity):
        return Key(row, quantity, side.program, configuration, side.name)

    def run():
        with tempfile.TemporaryDirectory() as scratch, Load(bench.build, scratch) as load:
            options = ','.join(filter(None, [sides.DEVICES[device][0], side.port_options]))
            machine = side.machine(device, lcores, more=more, cpus=max(lcore_list(lcores)) + 1,
                                   memory=MEMORY_MB, shared_memory=True, accel='tcg,thread=multi',
                                   nics=load.nics(options), extra=load.chardevs())
            with pinned(host_cpus()[1]):
                guest = Guest(machine, bench.logs, BOOT_SECONDS * 3)
            with guest:
                load.saturate()
                load.wait_received(guest, 1, BOOT_SECONDS)
                return measure(load, guest, key)

    return Task(f'{kind}: {configuration}, {side.name}', run, rounds)


def rates(bench):
    """Tasks of rows 2 and 3. The sides that targets name are in every round."""
    bare, fast, linux = bench.bare(), bench.fast(), bench.linux()
    isolated = bench.linux(isolated=True)
    tasks = [_task(bench, side, device) for device in ('default', 'vectorized')
             for side in (bare, linux, fast)]
    tasks += [_task(bench, side, lcores='1') for side in (bare, isolated, fast)]
    tasks += [_task(bench, side, measure=_sizes, rounds=5) for side in (bare, linux)]
    tasks += [_task(bench, bare, device, more='bare.softtlb=off', rounds=5)
              for device in ('default', 'vectorized')]
    tasks.append(_task(bench, bench.kernel_bridge(), rounds=3))
    if len(os.sched_getaffinity(0)) >= CPUS_FOR_TWO_LCORES:
        tasks += [_task(bench, side, lcores='0-2') for side in (bare, isolated)]
    return tasks
