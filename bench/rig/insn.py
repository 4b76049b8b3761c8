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

import contextlib
import tempfile
import time
from dataclasses import dataclass

from harness import Guest

from .counter import Counter
from .load import PROCESS_PORTS, Load, LoadError, host_cpus, pinned
from .sides import DEVICES
from .stats import weighted_median

ICOUNT = ['-icount', 'shift=0,sleep=off']
BURST = 32
WARM_FRAMES = 8192
EMPTY_POLLS = 20000
USUAL = 0.0005  # of the empty turns: what is rarer is a timer or an interrupt
SINGLES = 6000
RUN_SECONDS = 600

# Full bursts are looked for in windows: on a busy host the load cannot always keep up.
WINDOW_FRAMES = 4096
WINDOWS = 60  # that are wanted
WINDOWS_TRIED = 400
LONG_WINDOW_FRAMES = 262144  # where two loads take turns on a CPU: what is back comes in heaps
LONG_WINDOWS = 10
FULL = 0.97  # of a burst, on average, or the window does not count


@dataclass
class Figures:
    """Instructions. `boot` is from the image's entry, or from power-on for Linux."""

    burst32: float
    single: int
    single_mean: float
    empty: float
    boot: int


def _empty(load, counter, lcores):
    """(mean, longest usual) instructions of an empty turn: ports may differ."""
    load.quiet()
    time.sleep(0.2)
    before, now = counter.read(), counter.read()
    while now.polls < before.polls + EMPTY_POLLS:
        time.sleep(0.01)
        now = counter.read()
    grown = now.since(before)
    usual = [turn for turn, times in grown.between.items() if times > USUAL * grown.polls]
    return sum(grown.per_cpu[cpu] for cpu in lcores) / grown.polls, max(usual)


def _window(load, guest, counter, lcores, limit, least):
    """(instructions, frames, polls that brought frames) of at least so many frames."""
    instructions, polls = counter.busy(lcores, limit)
    frames = load.received()
    load.wait_received(guest, least, 120)
    instructions_then, polls_then = counter.busy(lcores, limit)
    return (instructions_then - instructions, load.received() - frames, polls_then - polls)


def burst(load, guest, counter, lcores, limit):
    """Instructions per packet in full bursts: the mean of the windows in which all were full."""
    load.saturate()
    load.wait_received(guest, WARM_FRAMES, 60)
    least, wanted = ((WINDOW_FRAMES, WINDOWS) if load.ports <= PROCESS_PORTS
                     else (LONG_WINDOW_FRAMES, LONG_WINDOWS))
    good, fill = [], 0
    for _ in range(WINDOWS_TRIED):
        instructions, frames, polls = _window(load, guest, counter, lcores, limit, least)
        fill = frames / polls
        if abs(fill / BURST - 1) < 1 - FULL:
            good.append((instructions, polls))
        if len(good) == wanted:
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


def lcore_list(text):
    """The numbers in DPDK's "1,3" or "0-2"."""
    numbers = []
    for part in text.split(','):
        first, _, last = part.partition('-')
        numbers += range(int(first), int(last or first) + 1)
    return numbers


@contextlib.contextmanager
def counted(build, side, logs, device='default', lcores='0', ports=2, **hardware):
    """(load, guest, counter) of a side's program that forwards, saturated."""
    boot_seconds = hardware.pop('boot_seconds', 120)
    with tempfile.TemporaryDirectory() as scratch, Load(build, scratch, ports) as load:
        counter = Counter(build, f'{scratch}/count', side.polls(), side.entry())
        options = ','.join(filter(None, [DEVICES[device][0], side.port_options]))
        machine = side.machine(device, lcores, shared_memory=True, accel='tcg,thread=single',
                               nics=load.nics(options),
                               extra=[*load.chardevs(), *ICOUNT, *counter.words()],
                               **{'memory': 512, **hardware})
        with pinned(host_cpus()[1]):
            guest = Guest(machine, logs, RUN_SECONDS)
        with guest:
            load.saturate()
            load.wait_received(guest, 1, boot_seconds)
            yield load, guest, counter


def measure(build, side, logs, device='default'):
    """Figures of a side's program with that device, on one CPU."""
    with counted(build, side, logs, device) as (load, guest, counter):
        empty, limit = _empty(load, counter, [0])
        in_bursts = burst(load, guest, counter, [0], limit)
        load.quiet()
        single, mean = _single(load, counter, limit)
        return Figures(in_bursts, single, mean, empty, counter.read().first_poll)


def growth(build, side, logs, lcores, ports, **hardware):
    """Instructions per packet in full bursts of all lcores that forward, with so many ports."""
    every = lcore_list(lcores)
    forwarding = every[1:] or every
    with counted(build, side, logs, 'default', lcores, ports, memory=2048, **hardware) as parts:
        load, guest, counter = parts
        _, limit = _empty(load, counter, forwarding)
        return burst(load, guest, counter, forwarding, limit)


def kernel_bridge(build, side, logs):
    """Instructions per packet of a guest that polls nothing: all of them, by frames."""
    with counted(build, side, logs) as (load, guest, counter):
        load.wait_received(guest, WARM_FRAMES, 60)
        before, frames = counter.read(), load.received()
        load.wait_received(guest, WARM_FRAMES, 120)
        return counter.read().since(before).total / (load.received() - frames)
