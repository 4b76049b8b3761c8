# SPDX-License-Identifier: BSD-3-Clause
"""Instructions: per packet in bursts, per single packet, per empty poll, until the first poll.

The guest runs with -icount, where a guest's clock is its number of instructions, and is counted
from outside by the plugin count.so. From one call of a receive function to the next is one turn of
the program's loop, with all that it does: receive, work, transmit, clean up, and interrupts if
there are any.

burst 32  both ports saturated: every poll brings 32 frames
empty     no traffic
single    one frame at a time, sent when the last is back, without the empty polls between. The
          typical turn is exact; the mean has the turns that clean up and refill caches as well,
          and so depends on where in their cycle these are
"""

import tempfile
import time
from dataclasses import dataclass

from harness import Guest

from .counter import Counter
from .load import Load, LoadError, host_cpus, pinned
from .sides import DEVICES
from .stats import weighted_median

ICOUNT = ['-icount', 'shift=0,sleep=off']
BURST = 32
WARM_FRAMES = 8192
EMPTY_POLLS = 20000
USUAL = 0.0005  # of the empty turns: what is rarer is a timer or an interrupt
SINGLES = 6000

# Full bursts are looked for in windows: on a busy host the load cannot always keep up.
WINDOW_FRAMES = 4096
WINDOWS = 20  # that are wanted
WINDOWS_TRIED = 400
FULL = 0.97  # of a burst, on average, or the window does not count


@dataclass
class Figures:
    """Instructions. `boot` is from the image's entry, or from power-on for Linux."""

    burst32: float
    single: int
    single_mean: float
    empty: float
    boot: int


def _empty(load, counter, cpu):
    """(mean, longest usual) instructions of an empty turn: ports may differ."""
    load.quiet()
    time.sleep(0.2)
    before, now = counter.read(), counter.read()
    while now.polls < before.polls + EMPTY_POLLS:
        time.sleep(0.01)
        now = counter.read()
    grown = now.since(before)
    usual = [turn for turn, times in grown.between.items() if times > USUAL * grown.polls]
    return grown.per_cpu[cpu] / grown.polls, max(usual)


def _window(load, guest, counter, cpu, limit):
    """(instructions, frames, polls that brought frames) of some thousand frames."""
    instructions, polls = counter.busy(cpu, limit)
    frames = load.received()
    load.wait_received(guest, WINDOW_FRAMES, 120)
    instructions_then, polls_then = counter.busy(cpu, limit)
    return (instructions_then - instructions, load.received() - frames, polls_then - polls)


def _burst(load, guest, counter, cpu, limit):
    """Instructions per packet in full bursts: the mean of the windows in which all were full."""
    load.saturate()
    load.wait_received(guest, WARM_FRAMES, 60)
    good, fill = [], 0
    for _ in range(WINDOWS_TRIED):
        instructions, frames, polls = _window(load, guest, counter, cpu, limit)
        fill = frames / polls
        if abs(fill / BURST - 1) < 1 - FULL:
            good.append((instructions, polls))
        if len(good) == WINDOWS:
            instructions, polls = map(sum, zip(*good))
            return instructions / polls / BURST
    raise LoadError(f'bursts of {fill:.1f} frames instead of {BURST}: the host is too busy')


def _single(load, counter, limit):
    """(typical, mean) instructions of a turn that brings one packet."""
    before = counter.read()
    load.echo(SINGLES)
    grown = counter.read().since(before)
    busy = {turn: times for turn, times in grown.between.items() if turn > limit}
    return (weighted_median(busy),
            sum(turn * times for turn, times in busy.items()) / SINGLES)


def measure(build, side, logs, device='default', lcores='0', cpus=1, boot_seconds=120):
    """Figures of a side's program with that device."""
    cpu = int(lcores.replace('-', ',').split(',')[-1])
    with tempfile.TemporaryDirectory() as scratch:
        with Load(build, scratch) as load:
            counter = Counter(build, f'{scratch}/count', side.polls(), side.entry())
            machine = side.machine(device, lcores, cpus=cpus, memory=512, shared_memory=True,
                                   accel='tcg,thread=single', nics=load.nics(DEVICES[device][0]),
                                   extra=[*load.chardevs(), *ICOUNT, *counter.words()])
            with pinned(host_cpus()[1]):
                guest = Guest(machine, logs, 600)
            with guest:
                load.saturate()
                load.wait_received(guest, 1, boot_seconds)
                empty, limit = _empty(load, counter, cpu)
                burst = _burst(load, guest, counter, cpu, limit)
                load.quiet()
                single, mean = _single(load, counter, limit)
                return Figures(burst, single, mean, empty, counter.read().first_poll)
