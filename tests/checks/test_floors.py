# SPDX-License-Identifier: BSD-3-Clause
"""The floors of kernel/ and libc/: a room uses what is below it (docs/architecture.toml).

What is not so yet is on the list beside this file, which may only shrink.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / 'tools'))
import floors  # noqa: E402  pylint: disable=wrong-import-position

EXCEPTIONS = Path(__file__).parent / 'floors-exceptions.txt'


def exceptions():
    """The lines of the list."""
    if not EXCEPTIONS.exists():
        return set()
    return {line for line in EXCEPTIONS.read_text().splitlines() if line and line[0] != '#'}


def hold(found, kind):
    """Fail for what is not on the list, and for what the list no longer needs."""
    listed = {line for line in exceptions() if line.startswith(kind)}
    wrong = [f'not allowed: {line}' for line in sorted(found - listed)]
    wrong += [f'no longer needed in {EXCEPTIONS.name}: {line}' for line in sorted(listed - found)]
    if wrong:
        pytest.fail('\n'.join(wrong), pytrace=False)


def test_every_folder_has_a_floor():
    """A file stands in a room of the plan, and each room of the plan is there."""
    plan = floors.Plan()
    there = {floors.room_of(floors.unit_of(path)) for suffix in ('.asm', '.c', '.h')
             for path in floors.sources(suffix)} - {'eal_bare', 'eal_bare/small'}
    assert there == set(plan.floor)


def test_calls_run_downward(build):
    """No room calls one that is not below it."""
    plan = floors.Plan()
    uses = floors.calls(build)
    assert len(uses) > 300, 'nothing is built'
    hold({f'call {user} -> {used}: {" ".join(sorted(names))}'
          for (user, used), names in uses.items()
          if not plan.allows(floors.room_of(user), floors.room_of(used))}, 'call')


def test_includes_run_downward():
    """No room includes a header of one that is not below it."""
    plan = floors.Plan()
    hold({f'include {user} -> {used}' for user, used in floors.includes()
          if not plan.allows(floors.room_of(user), floors.room_of(used))}, 'include')


def test_no_circles(build):
    """No files call each other in a circle."""
    hold({f'circle {" ".join(circle)}' for circle in floors.circles(floors.calls(build))}, 'circle')
