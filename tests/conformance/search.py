# SPDX-License-Identifier: BSD-3-Clause
"""Looks for differences between the two sides, and makes each short.

First all episodes by their hashes; of those that differ the lines. An episode that has shown a
difference is made again without that step, to see what it has behind it.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from . import known as known_table
from .episodes import first_difference
from .minimise import minimise, run_all


STABLE_TIMES = 2


@dataclass
class Finding:
    """Differences of one signature: the shortest episode that shows it."""

    kind: str
    difference: object
    seen: int = 0
    run: object = None  # the episode, with the steps to leave out
    calls: list = field(default_factory=list)  # its lines on Linux, up to the difference

    def __str__(self):
        lines = [f'{self.kind}: seen {self.seen} times; {self.run.line()}']
        lines += [f'    {line[2:]}' for line in self.calls]
        return '\n'.join(lines + [f'  > {self.difference}'])


class Search:
    """A comparison of two Sides."""

    def __init__(self, linux, ours, known=(), limit=300, depth=6, examples=2):
        """limit: how many episodes of a kind are looked into; depth: how many differences of one;
        examples: how many of a signature are made short."""
        self.sides = (linux, ours)
        self.known, self.limit, self.depth, self.examples = known, limit, depth, examples
        self.known_seen = defaultdict(int)
        self.unstable = 0  # episodes that Linux itself answers now so, now otherwise

    def differing(self, runs):
        """Single-episode Runs for those whose hashes differ."""
        runs = [replace(run, digest=True) for run in runs]
        linux, ours = (side.make(runs) for side in self.sides)
        differing = [(replace(run, first=number, count=1), left.get(number))
                     for run, left, right in zip(runs, linux, ours)
                     for number in range(run.first, run.first + run.count)
                     if number in right and left.get(number) != right[number]]
        return self._stable(differing)

    def _stable(self, differing):
        """Of (run, Linux's hash), the runs that Linux answers so each time."""
        stable = []
        for _ in range(STABLE_TIMES):
            again = self.sides[0].make([run for run, _ in differing])
            stable = [(run, hash_) for (run, hash_), answer in zip(differing, again)
                      if answer.get(run.first) == hash_]
            self.unstable += len(differing) - len(stable)
            differing = stable
        return [replace(run, digest=False) for run, _ in differing]

    def _compare(self, runs):
        """For each single-episode run: (Difference or None, Linux's lines)."""
        if not runs:
            return []
        linux, ours = (side.make(runs) for side in self.sides)
        return [(first_difference(left.get(run.first, []), right[run.first])
                 if run.first in right else None, left.get(run.first, []))
                for run, left, right in zip(runs, linux, ours)]

    def look_into(self, runs):
        """Differences that single-episode runs show, without the known ones.

        Gives (run, Difference, Linux's lines) for each.
        """
        found, todo = [], runs[:self.limit]
        for _ in range(self.depth):
            again = []
            for run, (difference, linux) in zip(todo, self._compare(todo)):
                if not difference:
                    continue
                row = known_table.find(self.known, difference)
                if row:
                    self.known_seen[row] += 1
                else:
                    found.append((run, difference, linux))
                if difference.is_of_a_step:
                    again.append(replace(run, skip=(*run.skip, difference.step)))
            todo = again
        return found

    def shorten(self, found):
        """Finding for each signature, its example made short."""
        groups = defaultdict(list)
        for run, difference, linux in found:
            groups[run.kind, difference.signature].append((run, difference, linux))
        tries = {}
        for key, members in groups.items():
            members.sort(key=lambda member: len(member[2]))
            for run, difference, linux in members[:self.examples]:
                steps = steps_of(linux, difference)
                tries[key, run.first, run.skip] = (run, difference, steps)
                if difference.ours.answer == 'hangs':
                    break  # a try would take as long as it takes to see that
        shortest = {key: steps for key, (_, difference, steps) in tries.items()
                    if difference.ours.answer == 'hangs'}
        shortest |= run_all({key: minimise(steps) for key, (_, _, steps) in tries.items()
                             if key not in shortest}, lambda asked: self._still(tries, asked))
        return self._findings(groups, tries, shortest)

    def _still(self, tries, asked):
        runs = [only(tries[key], steps) for key, steps in asked]
        return [difference is not None and difference.signature == tries[key][1].signature
                for (key, _), (difference, _) in zip(asked, self._compare(runs))]

    def _findings(self, groups, tries, shortest):
        findings = []
        for key, members in groups.items():
            name = min((name for name in tries if name[0] == key),
                       key=lambda name: len(shortest[name]))
            run = only(tries[name], shortest[name])
            findings.append(Finding(key[0], tries[name][1], len(members), run))
        again = [finding for finding in findings if finding.difference.ours.answer != 'hangs']
        for finding, (difference, linux) in zip(
                again, self._compare([finding.run for finding in again])):
            if difference:
                finding.difference = difference
                finding.calls = [line for line in linux if int(line.split()[1]) <= difference.step
                                 and ' end(' not in line]
        return sorted(findings, key=lambda finding: (finding.kind, -finding.seen))

    def all(self, runs):
        """Findings for these runs."""
        by_kind = defaultdict(list)
        for run in self.differing(runs):
            by_kind[run.kind].append(run)
        found = [one for some in by_kind.values() for one in self.look_into(some)]
        return self.shorten(found)


def steps_of(linux, difference):
    """The steps up to the difference."""
    steps = {int(line.split()[1]) for line in linux}
    return sorted(step for step in steps if step < difference.step) + [difference.step]


def only(example, steps):
    """The run of an example with no other steps than these of its own."""
    run, _, own = example
    behind = range(own[-1] + 1, 256)
    skip = {*run.skip, *behind, *(step for step in range(own[-1] + 1) if step not in steps)}
    return replace(run, skip=tuple(sorted(skip)))
