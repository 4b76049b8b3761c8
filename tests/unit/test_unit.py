# SPDX-License-Identifier: BSD-3-Clause
"""Runs the host programs: tests/unit/test_*.c and, each for a short time, tests/fuzz/fuzz_*.c.

They are built by tests/tests.mk, with sanitizers whose first finding ends the program.
"""

import os
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
UNIT = sorted(path.stem for path in (TESTS / 'unit').glob('test_*.c'))
FUZZ = sorted(path.stem for path in (TESTS / 'fuzz').glob('fuzz_*.c'))

UNIT_SECONDS = 120
FUZZ_SECONDS = int(os.environ.get('FUZZ_SECONDS', '5'))


def run(command, seconds):
    """Run a program, fail with what it said."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors='replace',
                              timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        pytest.fail(f'still running after {seconds} s\n{(error.stdout or b"")[-4000:].decode()}')
    if done.returncode:
        pytest.fail(f'exit status {done.returncode}\n{done.stdout[-8000:]}', pytrace=False)
    return done.stdout


@pytest.mark.parametrize('name', UNIT)
def test_unit(name, build, root, monkeypatch):
    """A program of checks; it finds its data relative to the top of the tree."""
    monkeypatch.chdir(root)
    assert ' checks, 0 failed' in run([build / 'unit' / name], UNIT_SECONDS)


@pytest.mark.parametrize('name', FUZZ)
def test_fuzz(name, build, root):
    """libFuzzer on random input, starting from the corpus in the repository if there is one."""
    found = build / 'fuzz-corpus' / name
    found.mkdir(parents=True, exist_ok=True)
    maker = root / 'tests' / 'fuzz' / f'seeds_{name.removeprefix("fuzz_")}.py'
    if maker.exists():
        subprocess.run([maker, found], check=True, timeout=60)
    command = [build / 'fuzz' / name, f'-max_total_time={FUZZ_SECONDS}', '-print_final_stats=1',
               f'-artifact_prefix={found}-', found]
    seeds = root / 'tests' / 'fuzz' / 'corpus' / name
    if seeds.is_dir():
        command.append(seeds)
    run(command, FUZZ_SECONDS + 60)
