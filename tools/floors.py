# SPDX-License-Identifier: BSD-3-Clause
"""Who uses whom in kernel/, libc/ and eal_bare/, out of the objects and the includes.

A unit is a source file with its header, by its path without the suffix. A name belongs to the unit
that defines it; but a contract, which a lower room declares for a higher one to fill in, belongs to
the unit of the header that declares it. Assembler (boot/) joins rooms and stands in none.
"""

import re
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLAN = ROOT / 'docs' / 'architecture.toml'
FOLDERS = ('kernel', 'libc', 'eal_bare')
# What a room calls by a name of its own, whoever fills it in: name -> the unit that declares it.
CONTRACTS = {
    'panic': 'kernel/base/panic',
    'panic_print': 'kernel/base/panic',
    'panic_trap': 'kernel/base/panic',
    'app_init': 'kernel/start/app',
    'app_start': 'kernel/start/app',
}
INCLUDE = re.compile(r'^#include "((?:kernel|libc|eal_bare)/[^"]+)"', re.MULTILINE)


class Plan:
    """The rooms by their floors."""

    def __init__(self, path=PLAN):
        self.houses = tomllib.loads(path.read_text())['house']
        self.floor = {}
        for story, house in enumerate(self.houses):
            for level, rooms in enumerate(house['floors']):
                for room in rooms:
                    self.floor[f"{house['name']}/{room['name']}"] = (story, level)

    def allows(self, user, used):
        """May a room use another? eal_bare has no rooms: it may use what it likes below."""
        if user == used or 'eal_bare' in (user, used):
            return True
        return self.floor[used] < self.floor[user]


def room_of(unit):
    """The folder that a unit is in."""
    return unit.rsplit('/', 1)[0]


def unit_of(path):
    """A source file's or header's unit."""
    return path.relative_to(ROOT).with_suffix('').as_posix()


def sources(suffix):
    """The files of the folders with that suffix."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob(f'*{suffix}'))


def names(path):
    """(names that an object defines for others, names that it takes from elsewhere)."""
    listing = subprocess.run(['nm', '-P', path], stdout=subprocess.PIPE, text=True, check=True,
                             timeout=60).stdout
    kinds = [line.split()[:2] for line in listing.splitlines()]
    return ({name for name, kind in kinds if kind.isupper() and kind not in ('U',)},
            {name for name, kind in kinds if kind in ('U', 'w', 'v')})


def calls(build):
    """{(user, used): names} between units, out of the objects below `build`."""
    owner, wants = dict(CONTRACTS), {}
    for path in sources('.c'):
        compiled = Path(build) / path.relative_to(ROOT).with_suffix('.o')
        if not compiled.exists():
            continue
        defined, wants[unit_of(path)] = names(compiled)
        for name in defined:
            owner.setdefault(name, unit_of(path))
    uses = defaultdict(set)
    for unit, wanted in wants.items():
        for name in wanted & owner.keys():
            if owner[name] != unit:
                uses[unit, owner[name]].add(name)
    return uses


def includes():
    """{(user, used)} between units, out of the #include lines."""
    return {(unit_of(path), used.rsplit('.', 1)[0]) for suffix in ('.c', '.h')
            for path in sources(suffix) for used in INCLUDE.findall(path.read_text())
            if unit_of(path) != used.rsplit('.', 1)[0]}


def circles(edges):
    """The sets of nodes that reach each other, of two and more (Tarjan's algorithm)."""
    following = defaultdict(list)
    for user, used in sorted(edges):
        following[user].append(used)
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in following.get(node, ()):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            first = stack.index(node)
            if len(stack) - first > 1:
                found.append(sorted(stack[first:]))
            del stack[first:]

    for node in sorted(following):
        if node not in index:
            visit(node)
    return found
