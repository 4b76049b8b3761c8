# SPDX-License-Identifier: BSD-3-Clause
"""Row 6: quietness. Interrupts and exceptions on the forwarding CPU, as QEMU's log has them; gaps
between polls, as apps/hiccups measures them: in instructions under -icount, in time otherwise."""

import contextlib
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness import Guest, Nic

from .insn import ICOUNT
from .load import Load, host_cpus, pinned
from .results import Key
from .tasks import Task

STEADY_SECONDS = 10
SETTLE_SECONDS = 3
BOOT_SECONDS = 60
GAP_SECONDS = 60  # of the guest's time
GAP_PATIENCE = 15  # seconds of the host for one of the guest: under -icount 2 to 4 on a quiet host
GAPS = re.compile(r'hiccups: median (\d+), longest (\d+) ticks')
OVER = re.compile(r'hiccups: (\d+) turns over 2 x')
TICKS = re.compile(r'turns, (\d+) ticks a second')
US_PER_S = 1e6


def _interrupts(scratch, guest, cpu):
    """How many interrupts and exceptions QEMU has logged for a CPU (-d int,tid)."""
    threads = {entry['cpu-index']: entry['thread-id']
               for entry in guest.monitor.execute('query-cpus-fast')}
    log = Path(scratch) / f'int.{threads[cpu]}'
    return len(re.findall(r'^ *\d+: v=', log.read_text(), re.MULTILINE)) if log.exists() else 0


def _steady(bench, side, lcore, configuration):
    def run():
        with tempfile.TemporaryDirectory() as scratch, Load(bench.build, scratch) as load:
            machine = side.machine('default', str(lcore), cpus=lcore + 1, memory=512,
                                   shared_memory=True, accel='tcg,thread=multi',
                                   nics=load.nics(side.port_options),
                                   extra=[*load.chardevs(), '-d', 'int,tid',
                                          '-D', f'{scratch}/int.%d'])
            with pinned(host_cpus()[1]):
                guest = Guest(machine, bench.logs, BOOT_SECONDS * 3)
            with guest:
                load.saturate()
                load.wait_received(guest, 10000, BOOT_SECONDS)
                time.sleep(SETTLE_SECONDS)
                before, begin = _interrupts(scratch, guest, lcore), time.monotonic()
                time.sleep(STEADY_SECONDS)
                grown = _interrupts(scratch, guest, lcore) - before
                return {Key(6, 'interrupts and exceptions a second', side.program, configuration,
                            side.name): grown / (time.monotonic() - begin)}

    return Task(f'interrupts: {configuration}, {side.name}', run, rounds=3)


def _hiccups(bench, side, lcore, configuration, icount):
    unit = 'instructions' if icount else 'us'

    def run():
        machine = side.machine(
            'default', str(lcore), cpus=lcore + 1, memory=512,
            accel='tcg,thread=single' if icount else 'tcg,thread=multi', own=str(GAP_SECONDS),
            nics=[Nic(options=f'addr={0x10 + number:#x},disable-legacy=on') for number in (0, 1)],
            extra=ICOUNT if icount else [])
        logs = bench.logs / f'hiccups-{side.name.lower()}-{lcore}' if icount else bench.logs
        with contextlib.nullcontext() if icount else pinned(host_cpus()[1]):
            guest = Guest(machine, logs, GAP_SECONDS * GAP_PATIENCE)
        with guest:
            over = guest.wait_for(OVER.pattern, GAP_SECONDS * GAP_PATIENCE)
            median, longest = map(int, GAPS.search(guest.console).groups())
            hertz = int(TICKS.search(guest.console)[1])
        scale = 1 if icount else US_PER_S / hertz

        def key(quantity):
            return Key(6, quantity, 'hiccups', configuration, side.name)

        return {key(f'turn of the polling loop, median, {unit}'): median * scale,
                key(f'longest gap between polls, {unit}'): longest * scale,
                key(f'gaps over twice the median in {GAP_SECONDS} s ({unit})'): int(over[1])}

    return Task(f'hiccups: {configuration}, {unit}, {side.name}', run, rounds=1)


def _at_once(tasks, what):
    """Tasks whose figures do not depend on what else the host does, in the time of the longest."""
    def run():
        with ThreadPoolExecutor(len(tasks)) as pool:
            return {key: value for figures in pool.map(lambda task: task.run(), tasks)
                    for key, value in figures.items()}

    return Task(what, run, rounds=1)


def quiet(bench):
    """Tasks of row 6."""
    bare, linux, isolated = bench.bare(), bench.linux(), bench.linux(isolated=True)
    tasks = [_steady(bench, bare, 0, '1 CPU'), _steady(bench, linux, 0, '1 CPU'),
             _steady(bench, bare, 1, '2 CPUs, lcore 1'),
             _steady(bench, isolated, 1, '2 CPUs, lcore 1')]
    bare, linux = bench.both('hiccups')
    isolated = bench.linux('hiccups', isolated=True)
    counted = [_hiccups(bench, bare, 0, '1 CPU', True), _hiccups(bench, linux, 0, '1 CPU', True),
               _hiccups(bench, bare, 1, '2 CPUs, lcore 1', True)]
    return tasks + [_at_once(counted, 'hiccups: instructions'),
                    _hiccups(bench, bare, 1, '2 CPUs, lcore 1', False),
                    _hiccups(bench, isolated, 1, '2 CPUs, lcore 1', False)]
