# SPDX-License-Identifier: BSD-3-Clause
"""The measurements' pure parts: statistics, the comparison of exact figures, tables and plots."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / 'bench'))

from rig import counter, exact, stats  # noqa: E402 (needs the path above)


def test_median():
    """The middle one, or between the two in the middle; order does not matter."""
    assert stats.median([3, 1, 2]) == 2
    assert stats.median([4, 1, 2, 3]) == 2.5
    with pytest.raises(ValueError):
        stats.median([])


@pytest.mark.parametrize('fraction, value', [(0.5, 50), (0.99, 99), (1, 100), (0.001, 1)])
def test_quantile(fraction, value):
    """Of 1..100, the value that so many do not exceed."""
    assert stats.quantile(list(range(100, 0, -1)), fraction) == value


def test_quantile_between():
    """A fraction that falls between two values takes the greater."""
    assert stats.quantile([1, 2, 3], 0.5) == 2
    assert stats.quantile([1, 2, 3], 0.34) == 2


def test_weighted_median():
    """As the median of each value repeated so often."""
    assert stats.weighted_median({7: 1, 5: 3, 100: 1}) == 5
    assert stats.weighted_median({7: 3, 5: 1, 100: 1}) == 7
    assert stats.weighted_median({1: 1, 2: 1}) == 1
    with pytest.raises(ValueError):
        stats.weighted_median({})


def test_spread():
    """Median, extremes and number."""
    assert stats.Spread.of([5, 1, 3]) == stats.Spread(3, 1, 5, 3)


@pytest.mark.parametrize('before, now, verdict', [
    (100, 100, ''), (100, 102, ''), (100, 102.1, 'WORSE'), (100, 98, ''), (100, 97.9, 'better'),
    (None, 1, 'NEW'), (1, None, 'GONE')])
def test_compare(before, now, verdict):
    """More than 2 % either way is told; worse, new and gone fail."""
    committed = {} if before is None else {'figure': before}
    figures = {} if now is None else {'figure': now}
    rows = exact.compare(committed, figures)
    assert rows == [('figure', before, now, verdict)]
    assert exact.failed(rows) == verdict.isupper()


def test_count_since():
    """Counters grow from reading to reading; turns that did not happen between are not listed."""
    first = counter.Count(100, 2, 60, (100, 0), {50: 1, 70: 2})
    then = counter.Count(350, 5, 60, (300, 50), {50: 4, 70: 2, 90: 1})
    assert then.since(first) == counter.Count(250, 3, 60, (200, 50), {50: 3, 90: 1})
