# SPDX-License-Identifier: BSD-3-Clause
"""Bar charts as SVG, without a library: one group of bars a configuration, one bar a side."""

from html import escape

WIDTH = 720
LABEL_WIDTH = 230
VALUE_WIDTH = 90
BAR = 16
GAP = 14
TOP = 34
LEGEND = 26
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


def bars(title, groups, sides):
    """An SVG document. groups: [(label, {side: Spread})]; a whisker shows least and greatest.

    All values are positive; a side that a group lacks has no bar there.
    """
    if not groups:
        raise ValueError('nothing to plot')
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    scale = room / max(spread.greatest for _, by_side in groups for spread in by_side.values())
    parts, y = [_text(8, 20, title, 'font-weight="bold"')], TOP
    for label, by_side in groups:
        parts.append(_text(LABEL_WIDTH - 8, y + BAR - 4, label, 'text-anchor="end"'))
        for colour, side in zip(COLOURS, sides):
            if side not in by_side:
                continue
            spread = by_side[side]
            middle = y + BAR / 2
            parts.append(f'<rect x="{LABEL_WIDTH}" y="{y}" width="{spread.median * scale:.1f}" '
                         f'height="{BAR - 2}" fill="{colour}"/>')
            parts.append(f'<path d="M{LABEL_WIDTH + spread.least * scale:.1f} {middle}'
                         f'H{LABEL_WIDTH + spread.greatest * scale:.1f}" stroke="#222"/>')
            parts.append(_text(LABEL_WIDTH + spread.greatest * scale + 6, y + BAR - 4,
                               number(spread.median)))
            y += BAR
        y += GAP
    for place, (colour, side) in enumerate(zip(COLOURS, sides)):
        x = 8 + place * (WIDTH - 16) / len(COLOURS)
        parts.append(f'<rect x="{x:.0f}" y="{y}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(x + 18, y + 11, side))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + LEGEND}" '
            'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" '
            'fill="#fff"/>\n' + '\n'.join(parts) + '\n</svg>\n')
