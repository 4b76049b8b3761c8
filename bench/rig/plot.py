# SPDX-License-Identifier: BSD-3-Clause
"""Bar charts as SVG, without a library: one group of bars a configuration, one bar a side.

The ground is white and the text dark whatever is around them, so that a page in dark colours shows
the same picture.
"""

import math
from html import escape

from .stats import median

WIDTH = 720
LABEL_WIDTH = 190
VALUE_WIDTH = 90
BAR = 16
GAP = 14
TOP = 34
LINE = 20  # of the legend
CHARACTER = 7  # wide, on average and rather more
MARK = 18  # a legend's square and the room behind it
TICKS = 5  # on the axis, about
CUT = 4  # times the median bar: a longer one is cut, or the others could not be told apart
COLOURS = ('#1b6ca8', '#6fb1dd', '#e07b39', '#8a8d91', '#b23a48')


def _text(x, y, text, more=''):
    return f'<text x="{x:.0f}" y="{y:.0f}" {more}>{escape(text)}</text>'


def number(value):
    """A figure with as many digits as say something."""
    if value >= 1000:
        return f'{value:,.0f}'
    if value >= 100:
        return f'{value:.0f}'
    return f'{value:.1f}' if value >= 10 else f'{value:.2f}'


def ticks(top):
    """Round numbers from 0 to `top`."""
    rough = top / TICKS
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    return [step * count for count in range(int(top / step) + 1)]


class _Chart:
    """The scale, and the parts so far."""

    def __init__(self, spreads):
        longest = CUT * median([spread.median for spread in spreads])
        self._top = max(min(spread.greatest, longest) for spread in spreads)
        self._scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / self._top
        self.parts = []

    def _x(self, value):
        return LABEL_WIDTH + min(value, self._top) * self._scale

    def bar(self, y, spread, colour):
        """A bar with its whisker and its figure."""
        end, far, middle = self._x(spread.median), self._x(spread.greatest), y + BAR / 2 - 1
        self.parts.append(f'<rect x="{LABEL_WIDTH}" y="{y}" width="{end - LABEL_WIDTH:.1f}" '
                          f'height="{BAR - 2}" fill="{colour}"/>')
        if spread.median > self._top:
            self.parts.append(f'<path d="M{end - 16:.1f} {y + BAR}l6 {-BAR - 2}m4 0l-6 {BAR + 2}" '
                              'stroke="#fff" stroke-width="2"/>')
        elif spread.least < spread.greatest:
            near = self._x(spread.least)
            self.parts.append(f'<path d="M{near:.1f} {middle - 3}v6M{near:.1f} {middle}H{far:.1f}'
                              f'M{far:.1f} {middle - 3}v6" stroke="#222"/>')
        self.parts.append(_text(far + 6, y + BAR - 4, number(spread.median)))

    def axis(self, y, unit):
        """Lines behind the bars, with their figures below these, and the unit."""
        lines = [f'<path d="M{self._x(tick):.1f} {TOP - 4}V{y}" stroke="#ddd"/>'
                 for tick in ticks(self._top)]
        self.parts = lines + self.parts
        self.parts += [_text(self._x(tick), y + 14, f'{tick:,.6g}', 'text-anchor="middle"')
                       for tick in ticks(self._top)]
        self.parts.append(_text(LABEL_WIDTH - 20, y + 14, unit, 'text-anchor="end"'))

    def legend(self, y, entries):
        """(colour, side)s from left to right, in as many lines as it takes. Gives the y below."""
        x = 8
        for colour, side in entries:
            width = MARK + len(side) * CHARACTER + MARK
            if x + width > WIDTH:
                x, y = 8, y + LINE
            self.parts.append(f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>')
            self.parts.append(_text(x + MARK, y + 11, side))
            x += width
        return y + LINE


def bars(title, unit, groups, sides):
    """An SVG document. groups: [(label, {side: Spread})]; a whisker shows least and greatest.

    All values are positive; a side that a group lacks has no bar there.
    """
    if not groups:
        raise ValueError('nothing to plot')
    chart, y = _Chart([spread for _, by_side in groups for spread in by_side.values()]), TOP
    chart.parts.append(_text(8, 20, title, 'font-weight="bold"'))
    for label, by_side in groups:
        chart.parts.append(_text(LABEL_WIDTH - 8, y + BAR - 4, label, 'text-anchor="end"'))
        for colour, side in zip(COLOURS, sides):
            if side in by_side:
                chart.bar(y, by_side[side], colour)
                y += BAR
        y += GAP
    chart.axis(y - GAP + 4, unit)
    shown = {side for _, by_side in groups for side in by_side}
    y = chart.legend(y + LINE, [entry for entry in zip(COLOURS, sides) if entry[1] in shown])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 4}" '
            f'viewBox="0 0 {WIDTH} {y + 4}" '
            'font-family="sans-serif" font-size="12" fill="#222">\n'
            '<rect width="100%" height="100%" fill="#fff"/>\n'
            + '\n'.join(chart.parts) + '\n</svg>\n')
