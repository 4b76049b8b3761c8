# SPDX-License-Identifier: BSD-3-Clause
"""The floors of kernel/ and libc/: a room uses what is below it (docs/architecture.toml)."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / 'tools'))
import floors  # noqa: E402  pylint: disable=wrong-import-position


def none_of(wrong):
    """Fail with the list, if there is anything in it."""
    if wrong:
        pytest.fail('\n'.join(sorted(wrong)), pytrace=False)


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
    none_of([f'{user} calls {used}: {" ".join(sorted(names))}'
             for (user, used), names in uses.items()
             if not plan.allows(floors.room_of(user), floors.room_of(used))])


def test_includes_run_downward():
    """No room includes a header of one that is not below it."""
    plan = floors.Plan()
    none_of([f'{user} includes {used}' for user, used in floors.includes()
             if not plan.allows(floors.room_of(user), floors.room_of(used))])


def test_no_circles(build):
    """No files call each other in a circle."""
    none_of([' '.join(circle) for circle in floors.circles(floors.calls(build))])


def test_the_picture_is_current(build):
    """docs/architecture.svg and its table are as they would be drawn now."""
    drawn = subprocess.run([floors.ROOT / 'tools' / 'architecture', build, '--check'],
                           stdout=subprocess.PIPE, text=True, check=False, timeout=120)
    assert drawn.returncode == 0, drawn.stdout
