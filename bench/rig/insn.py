# SPDX-License-Identifier: BSD-3-Clause
"""Instructions: per packet in bursts, per single packet, per empty poll, until the first poll.

The guest runs with -icount, where a guest's clock is its number of instructions, and is counted
from outside by the plugin count.so. From one call of a receive function to the next is one turn of
the program's loop, with all that it does: receive, work, transmit, clean up, and interrupts if
there are any.

burst 32  both ports saturated: nearly every poll brings 32 frames; what the others cost more is
          taken off (at_full_bursts)
empty     no traffic
single    one frame at a time, sent when the last is back, without the empty polls between. The
          typical turn is exact; the mean has the turns that clean up and refill caches as well,
          and so depends on where in their cycle these are. Turns beyond one a packet are empty ones
          with an interrupt, Linux's tick: they are taken out by the mean of such turns
"""

import contextlib
import tempfile
import time
from dataclasses import dataclass

from harness import Guest

from .counter import Counter
from .load import Load, host_cpus, pinned
from .sides import DEVICES
from .stats import weighted_median

ICOUNT = ['-icount', 'shift=0,sleep=off']
BURST = 32
WARM_FRAMES = 8192
EMPTY_POLLS = 200000  # long enough for some ticks of Linux's
USUAL = 0.0005  # of the empty turns: what is rarer is a timer or an interrupt
SINGLES = 6000
RUN_SECONDS = 600

# One long window: what is on its way at its two ends, and counted at one alone, does not show.
WINDOW_FRAMES = 262144


@dataclass
class Figures:
    """Instructions. `boot`: to the first poll, from the image's entry or, for Linux, power-on.

    `blocks`: how many blocks were translated meanwhile.
    """

    burst32: float
    single: int
    single_mean: float
    empty: float
    boot: int
    blocks: int


def _empty(load, counter, lcores):
    """Instructions of an empty turn: (mean, longest usual, mean of those with an interrupt).

    Ports may differ. The last is 0 where nothing interrupts.
    """
    load.quiet()
    time.sleep(0.2)
    before, now = counter.read(), counter.read()
    while now.polls < before.polls + EMPTY_POLLS:
        time.sleep(0.01)
        now = counter.read()
    grown = now.since(before)
    limit = max(turn for turn, times in grown.between.items() if times > USUAL * grown.polls)
    rare = {turn: times for turn, times in grown.between.items() if turn > limit}
    interrupted = sum(turn * times for turn, times in rare.items()) / max(1, sum(rare.values()))
    return sum(grown.per_cpu[cpu] for cpu in lcores) / grown.polls, limit, interrupted


def at_full_bursts(a_packet, fill, turn):
    """Instructions per packet in bursts of 32, out of those in bursts of `fill` frames on average.

    On a busy host the load cannot always keep up, and a turn that brings fewer frames has a larger
    share of what does not depend on their number: `turn` instructions.
    """
    return a_packet - turn * (1 / fill - 1 / BURST)


def _burst(load, guest, counter, lcores, limit):
    """(instructions per packet, frames per poll that brought some), both ports saturated."""
    load.saturate()
    load.wait_received(guest, WARM_FRAMES, 60)
    instructions, polls = counter.busy(lcores, limit)
    frames = load.received()
    load.wait_received(guest, WINDOW_FRAMES, 240)
    instructions_then, polls_then = counter.busy(lcores, limit)
    frames = load.received() - frames
    return (instructions_then - instructions) / frames, frames / (polls_then - polls)


def _single(load, counter, limit, interrupted):
    """(typical, mean) instructions of a turn that brings one packet."""
    before = counter.read()
    load.echo(SINGLES)
    grown = counter.read().since(before)
    busy = {turn: times for turn, times in grown.between.items() if turn > limit}
    return weighted_median(busy), single_mean(busy, SINGLES, interrupted)


def single_mean(busy, packets, interrupted):
    """Mean instructions of a turn with a packet.

    busy: {instructions: turns} of these and of the empty ones that an interrupt made long;
    interrupted: the mean of the latter.
    """
    idle = max(0, sum(busy.values()) - packets)
    return (sum(turn * times for turn, times in busy.items()) - idle * interrupted) / packets


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
        empty, limit, interrupted = _empty(load, counter, [0])
        a_packet, fill = _burst(load, guest, counter, [0], limit)
        load.quiet()
        single, mean = _single(load, counter, limit, interrupted)
        # A single packet is a turn and a packet.
        turn = (single - a_packet) / (1 - 1 / fill)
        return Figures(at_full_bursts(a_packet, fill, turn), single, mean, empty,
                       counter.read().first_poll, counter.first_blocks())


def growth(build, side, logs, lcores, ports, **hardware):
    """Instructions per packet in full bursts of all lcores that forward, with so many ports."""
    every = lcore_list(lcores)
    forwarding = every[1:] or every
    with counted(build, side, logs, 'default', lcores, ports, memory=2048, **hardware) as parts:
        load, guest, counter = parts
        empty, limit, _ = _empty(load, counter, forwarding)
        return at_full_bursts(*_burst(load, guest, counter, forwarding, limit), empty)


def kernel_bridge(build, side, logs):
    """Instructions per packet of a guest that polls nothing: all of them, by frames."""
    with counted(build, side, logs) as (load, guest, counter):
        load.wait_received(guest, WARM_FRAMES, 60)
        before, frames = counter.read(), load.received()
        load.wait_received(guest, WARM_FRAMES, 120)
        return counter.read().since(before).total / (load.received() - frames)
