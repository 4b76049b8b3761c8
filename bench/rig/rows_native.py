# SPDX-License-Identifier: BSD-3-Clause
"""Row 8: cycles on this machine's own processor (bench/native), in turns, each on a CPU of its own.

Each is scheduled before all others (round robin, so that the threads of one process let each other
run), where that is allowed, for the second that it takes.

A run's figure of a row is the tenth percentile of its samples, which what else the machine does
leaves as it is; the mean of the lower 99 % is beside it, where the machine had nothing else to do.
"""

import os
import subprocess
import tempfile

from .results import Key
from .tasks import Task

SECONDS = 120
DEVICES = {'default': '-', 'mrg_rxbuf=off': ',mrg_rxbuf=0', 'packed': ',packed_vq=1',
           'packed, mrg_rxbuf=off': ',packed_vq=1,mrg_rxbuf=0',
           'vectorized': ',mrg_rxbuf=0,vectorized=1'}
SIDES = {'Linuxless': 'linuxless', 'Linux': 'debian'}
LIBRARY_SIDES = {**SIDES, 'Linuxless, mimalloc': 'mimalloc'}
EAL = ['--no-huge', '--no-shconf', '-m', '256', '--no-pci', '--no-telemetry', '--log-level=3']


def _first():
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        pass  # the figures have more spread


def rows(program, words, cpus):
    """{row: (cycles, mean of the lower 99 %)} of one run of a program."""
    lcores = ','.join(map(str, cpus))
    with tempfile.TemporaryDirectory() as scratch:
        words = [word.replace('SOCKET', f'{scratch}/vhost') for word in words]
        text = subprocess.run([program, '-l', lcores, *EAL, '--', *words], check=True, text=True,
                              timeout=SECONDS, stdout=subprocess.PIPE,
                              preexec_fn=_first).stdout
    fields = [line.split('\t') for line in text.splitlines() if line.count('\t') == 3]
    return {name: (float(low), float(mean)) for name, low, mean, _ in fields}


def _task(bench, side, program, kind, words, cpus):
    def run():
        found = {}
        for name, (low, mean) in rows(bench.build / 'bench' / 'native' / program, words,
                                      cpus).items():
            found[Key(8, 'cycles', kind, name, side)] = low
            if kind == 'virtio':
                found[Key(8, 'cycles, mean of the lower 99 %', kind, name, side)] = mean
        if not found:
            raise ValueError(f'{program} {words}: no row')
        return found

    return Task(f'cycles: {kind}, {" ".join(words)}, {len(cpus)} CPUs, {side}', run)


def native(bench):
    """Tasks of row 8."""
    cpus = sorted(os.sched_getaffinity(0))
    tasks = [_task(bench, side, program, 'virtio', ['packets', 'SOCKET', device, options], used)
             for used in ([cpus[-1]], cpus[-2:]) if len(used) <= len(cpus)
             for device, options in DEVICES.items() for side, program in SIDES.items()]
    tasks += [_task(bench, side, program, 'DPDK', ['ops'], cpus[-1:])
              for side, program in SIDES.items()]
    return tasks + [_task(bench, side, program, 'C library', ['library'], cpus[-1:])
                    for side, program in LIBRARY_SIDES.items()]
