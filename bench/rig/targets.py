# SPDX-License-Identifier: BSD-3-Clause
"""The targets, and what of them the figures reach."""

from dataclasses import dataclass

from .results import Key
from .sides import DEVICES

OURS, FAST, LINUX, ISOLATED = 'Linuxless', 'Linuxless, make fast', 'Linux', 'Linux, isolated'
RATE = 1.25  # by Linux's


@dataclass
class Verdict:
    """A target's state. met is None when a figure is missing."""

    target: str
    reached: str
    met: bool | None


def _median(results, *words):
    spread = results.spread(Key(*words))
    return None if spread is None else spread.median


def _ratio(results, ours, other):
    """Our median by the other's, or None."""
    a, b = _median(results, *ours), _median(results, *other)
    return None if a is None or b is None else a / b


def _sides_ratio(results, row, quantity, configuration, ours=OURS, other=LINUX):
    words = (row, quantity, 'bridge', configuration)
    return _ratio(results, (*words, ours), (*words, other))


def _instructions(results):
    """Of the image that is built for it; what `make` builds is in the table."""
    burst = {device: _sides_ratio(results, 1, 'per packet, burst 32, instructions', device, FAST)
             for device in DEVICES}
    empty = {device: _sides_ratio(results, 1, 'empty poll, instructions', device, FAST)
             for device in DEVICES}
    yield 'instructions per packet, burst 32, `make fast`: at most 88 % of Linux\'s in every ' \
        'configuration', burst, lambda ratios: max(ratios) <= 0.88
    yield 'and at most 80 % in the best', burst, lambda ratios: min(ratios) <= 0.80
    yield 'empty poll, `make fast`: at most 85 % of Linux\'s', empty, \
        lambda ratios: max(ratios) <= 0.85


def _judge_ratios(target, ratios, judge):
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    reached = ', '.join(f'{name} {100 * ratio:.1f} %' for name, ratio in known.items())
    return Verdict(target, reached or 'not measured',
                   judge(known.values()) if len(known) == len(ratios) else None)


def _judge_value(target, value, unit, judge):
    if value is None:
        return Verdict(target, 'not measured', None)
    return Verdict(target, f'{value:,.4g} {unit}'.strip(), judge(value))


def _latency(results):
    kinds = {kind: _sides_ratio(results, 3, f'single packet, {kind}, us', 'default')
             for kind in ('median', 'p99')}
    return _judge_ratios('single packets\' median and p99 below Linux\'s', kinds,
                         lambda ratios: max(ratios) < 1)


def _rates(results):
    """Of both images: what is compiled for fewer instructions need not be faster."""
    for what, ours in (('packets a second, `make`', OURS),
                       ('packets a second, `make fast`', FAST)):
        ratios = {configuration: _sides_ratio(results, 2, 'one direction, 64 B, Mpps',
                                              configuration, ours, other)
                  for configuration, other in (('default', LINUX), ('vectorized', LINUX),
                                               ('default, lcore 1', ISOLATED))}
        yield _judge_ratios(f'{what}: at least 125 % of Linux\'s, same configuration', ratios,
                            lambda values: min(values) >= RATE)


def _starts(results):
    words = (4, 'start to first packet, ms', 'bridge')
    entered = (4, 'kernel entry to first packet, ms', 'bridge')
    small = _median(results, *entered, '1 CPU, 64 MB', OURS)
    more = {name: _median(results, *entered, name, OURS)
            for name in ('255 CPUs, 512 MB', '1 CPU, 262144 MB')}
    for firmware, name in (('SeaBIOS', '1 CPU, 512 MB'), ('qboot', '1 CPU, 512 MB, qboot')):
        first = _median(results, *words, name, OURS)
        linux = _median(results, *words, name, LINUX)
        yield _judge_value(f'start to first packet, {firmware}: at most 120 ms', first, 'ms',
                           lambda ms: ms <= 120)
        yield _judge_value(f'and at least 25 times sooner than Linux, {firmware}',
                           linux / first if first and linux else None, 'times',
                           lambda by: by >= 25)
    for firmware, name in (('SeaBIOS', '1 CPU, 512 MB'), ('qboot', '1 CPU, 512 MB, qboot')):
        yield _judge_value(
            f'kernel entry to all ports up, {firmware}: at most 50 ms',
            _median(results, 4, 'kernel entry to ports up, ms', 'bridge', name, OURS),
            'ms', lambda ms: ms <= 50)
    for name, value in more.items():
        yield _judge_value(f'{name}: boot takes at most 100 ms more than with 1 CPU, 64 MB',
                           value - small if value and small else None, 'ms', lambda ms: ms <= 100)


def _sizes(results):
    for what, limit in (('virtio alone, SMALL=1', 560), ('all drivers', 3072)):
        yield _judge_value(f'image with {what}: under {limit} KB',
                           _median(results, 5, 'size, KB', 'bridge', what, OURS), 'KB',
                           lambda size, limit=limit: size < limit)
    least = _median(results, 5, 'least memory, MB', 'bridge', 'linked at 2 MB', OURS)
    yield _judge_value('the bridge, linked at 2 MB, forwards in 16 MB', least, 'MB',
                       lambda size: size <= 16)


def _quiet(results):
    lcore = '2 CPUs, lcore 1'
    yield _judge_value(
        '0 interrupts and exceptions on a forwarding lcore',
        _median(results, 6, 'interrupts and exceptions a second', 'bridge', lcore, OURS),
        'a second', lambda rate: rate == 0)
    words = ('hiccups', '1 CPU', OURS)  # with more, they share -icount's one clock
    gap = _ratio(results, (6, 'longest gap between polls, instructions', *words),
                 (6, 'turn of the polling loop, median, instructions', *words))
    yield _judge_value('longest gap between polls: at most twice the median turn', gap, 'times',
                       lambda times: times <= 2)


def judge(results):
    """[Verdict] of all targets, in the order of the rows."""
    verdicts = [_judge_ratios(*words) for words in _instructions(results)]
    verdicts += [*_rates(results), _latency(results)]
    return verdicts + [*_starts(results), *_sizes(results), *_quiet(results)]
