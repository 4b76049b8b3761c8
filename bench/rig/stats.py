# SPDX-License-Identifier: BSD-3-Clause
"""Medians and spreads. Every figure of several runs is told as median, least and greatest."""

import math
from dataclasses import dataclass


def quantile(values, fraction):
    """The smallest of the values that at least `fraction` of them do not exceed (0 < f <= 1)."""
    if not values:
        raise ValueError('no values')
    ordered = sorted(values)
    return ordered[max(0, math.ceil(fraction * len(ordered)) - 1)]


def median(values):
    """The middle value; of an even number the mean of the two in the middle."""
    if not values:
        raise ValueError('no values')
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def weighted_median(counts):
    """The middle value of {value: how often}; the lower one of two."""
    left = sum(counts.values()) / 2
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    raise ValueError('no values')


@dataclass
class Spread:
    """Several runs of one measurement."""

    median: float
    least: float
    greatest: float
    runs: int

    @classmethod
    def of(cls, values):
        """The spread of a list of values."""
        return cls(median(values), min(values), max(values), len(values))
