# SPDX-License-Identifier: BSD-3-Clause
"""What the program of tests/conformance/ writes, read; and where two of its texts differ.

    = KIND NUMBER HASH      an episode of a run with --digest
    # KIND NUMBER           an episode, whose lines follow
    | STEP CALL(...) = ...  one of them
    ! KIND NUMBER hangs     it did not end, nor did what stood behind it begin
    @ NUMBER                the run of that line in the file of --runs begins
    .                       the end of all

Other lines are of the kernel's log.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

_LINE = re.compile(r'\| (\d+) (\w+)\((.*)')
_PANIC = re.compile(r'^\*\*\* (PANIC) on CPU \d+(: .*)', re.MULTILINE)


@dataclass
class Output:
    """Of one start of the program: for each run, by its number, what it wrote of its episodes."""

    digests: dict = field(default_factory=dict)  # run -> {number: hash}
    texts: dict = field(default_factory=dict)  # run -> {number: [line]}
    ended: bool = False
    hang: tuple = ()  # (run, number)
    last_run: int = 0
    panic: str = ''  # what the kernel said last, if the program did not end


def parse(text):
    """The output of the program, in a console's text."""
    output = Output()
    lines = None
    for line in text.splitlines():
        mark = line[:2]
        words = line.split()
        if mark == '@ ':
            output.last_run = int(words[1])
        elif mark == '= ' and len(words) == 4:
            output.digests.setdefault(output.last_run, {})[int(words[2])] = words[3]
        elif mark == '# ' and len(words) == 3:
            lines = output.texts.setdefault(output.last_run, {}).setdefault(int(words[2]), [])
        elif mark == '| ' and lines is not None:
            lines.append(line)
        elif mark == '! ' and 'hangs' in words:
            output.hang = (output.last_run, int(words[2]))
        elif line == '.':
            output.ended = True
    if not output.ended and not output.hang:
        said = _PANIC.search(text)
        output.panic = said.group(1) + said.group(2) if said else 'the machine ended'
    return output


@dataclass(frozen=True)
class Call:
    """A line of an episode."""

    step: int
    name: str
    arguments: str
    answer: str  # empty: there was none

    def __str__(self):
        return f'{self.step:3} {self.name}({self.arguments})'


def call(line):
    """A line's parts."""
    step, name, rest = _LINE.match(line).groups()
    arguments, separator, answer = rest.partition(') = ')
    return Call(int(step), name, arguments if separator else rest.rstrip(')'), answer)


def shape(answer):
    """An answer's words, counted, without what differs from episode to episode."""
    answer = re.sub(r'#[0-9a-f]{8}', '#', answer)
    answer = re.sub(r'"[^"]*"', '""', answer)
    answer = re.sub(r'(?<![A-Za-z_0-9])-?\d+|\b[ef]\d+', 'N', answer)
    return Counter(re.split(r'[ :|]', answer))


@dataclass(frozen=True)
class Difference:
    """The first call of an episode that is answered otherwise, or that only one side makes."""

    linux: Call
    ours: Call

    @property
    def step(self):
        """The step that it is in."""
        return min(self.linux.step, self.ours.step)

    @property
    def is_of_a_step(self):
        """Or else of what is looked at when all steps are made, or of nothing."""
        return 'end' not in (self.linux.name, self.ours.name) and self.step < 256

    @property
    def signature(self):
        """What makes two differences likely to be one mistake."""
        if (self.linux.name, self.linux.arguments) != (self.ours.name, self.ours.arguments):
            return (self.linux.name, 'calls', self.ours.name)
        failed = [re.match(r'E[A-Z]+', one.answer) for one in (self.linux, self.ours)]
        if any(failed):
            return (self.linux.name, *(one.group() if one else 'succeeds' for one in failed))
        linux, ours = shape(self.linux.answer), shape(self.ours.answer)
        return (self.linux.name, ' '.join(sorted(linux - ours)), ' '.join(sorted(ours - linux)))

    def __str__(self):
        if (self.linux.name, self.linux.arguments) != (self.ours.name, self.ours.arguments):
            return f'Linux calls: {self.linux} = {self.linux.answer}\n' \
                   f'      ours: {self.ours} = {self.ours.answer}'
        return f'{self.linux}\n    Linux: {self.linux.answer}\n     ours: {self.ours.answer}'


NOTHING = Call(10 ** 6, 'nothing', '', '')


def first_difference(linux, ours):
    """The first Difference of two lists of lines, or None."""
    for left, right in zip(linux, ours):
        if left != right:
            return Difference(call(left), call(right))
    if len(linux) == len(ours):
        return None
    shorter = min(len(linux), len(ours))
    return Difference(*(call(lines[shorter]) if len(lines) > shorter else NOTHING
                        for lines in (linux, ours)))
