# SPDX-License-Identifier: BSD-3-Clause
"""The table of docs/linux.md: what is answered otherwise than by Linux, on purpose.

It begins behind the line `<!-- differences -->`; each row has call, condition, Linux's answer, ours
and the reason. The first four are regular expressions between backticks, for the whole of the
call's name, of its arguments and of the answers; "\\|" stands for "|".
"""

import re
from dataclasses import dataclass

MARK = '<!-- differences -->'


@dataclass(frozen=True)
class Known:
    """A row."""

    call: str
    condition: str
    linux: str
    ours: str
    reason: str

    def matches(self, difference):
        """Is the difference of this kind?"""
        linux, ours = difference.linux, difference.ours
        pairs = ((self.call, linux.name), (self.condition, linux.arguments),
                 (self.linux, linux.answer), (self.ours, ours.answer))
        return (linux.name, linux.arguments) == (ours.name, ours.arguments) and all(
            re.fullmatch(expression, text) for expression, text in pairs)


def cells(line):
    """The cells of a row of Markdown."""
    parts = re.split(r'(?<!\\)\|', line.strip().strip('|'))
    return [part.strip().replace('\\|', '|') for part in parts]


def pattern(cell, line):
    """The regular expression of a cell."""
    if len(cell) < 3 or cell[0] != '`' or cell[-1] != '`':
        raise ValueError(f'no regular expression between backticks: {cell!r} in {line!r}')
    re.compile(cell[1:-1])
    return cell[1:-1]


def read(text):
    """The rows of the table in that text."""
    if MARK not in text:
        raise ValueError(f'there is no line {MARK}')
    rows = []
    for line in text.split(MARK, 1)[1].strip().splitlines():
        if not line.startswith('|'):
            break
        rows.append(line)
    if len(rows) < 2:
        raise ValueError('there is no table behind the mark')
    known = []
    for line in rows[2:]:
        row = cells(line)
        if len(row) != 5 or not row[4]:
            raise ValueError(f'a row has five cells, with a reason in the last: {line!r}')
        known.append(Known(*(pattern(cell, line) for cell in row[:4]), row[4]))
    return known


def find(known, difference):
    """The row that a difference is of, or None."""
    return next((row for row in known if row.matches(difference)), None)
