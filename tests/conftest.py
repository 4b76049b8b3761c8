# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures that every test may use, and what a failed test shows."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROOT = TESTS.parent
BUILD = Path(os.environ.get('BUILD', ROOT / 'build')).resolve()
sys.path[:0] = [str(TESTS), str(ROOT / 'tools')]
pytest.register_assert_rewrite('harness')  # so that its assertions say what they found

from harness import Guest  # noqa: E402 (needs the path above)

_GUESTS = pytest.StashKey[list]()


@pytest.fixture(scope='session')
def root():
    """The top of the source tree."""
    return ROOT


@pytest.fixture(scope='session')
def build():
    """The directory that holds what was built."""
    return BUILD


@pytest.fixture
def boot(request):
    """Start a machine: boot(machine, deadline=60) gives its Guest, which ends with the test.

    What the guests of a test wrote is kept when the test fails.
    """
    guests = request.node.stash[_GUESTS] = []
    name = re.sub(r'[^\w.=,+-]+', '_', request.node.nodeid.split('tests/')[-1])
    logs = BUILD / 'test-logs' / name[:150]
    shutil.rmtree(logs, ignore_errors=True)

    def start(machine, deadline=60):
        guest = Guest(machine, logs / str(len(guests)), deadline)
        guests.append(guest)
        return guest

    yield start
    for guest in guests:
        guest.stop()
    if not getattr(request.node, 'failed', False):
        shutil.rmtree(logs, ignore_errors=True)


@pytest.fixture(scope='session')
def make_iso(tmp_path_factory):
    """make_iso(kernel, args, modules): a boot medium in a directory of this run."""
    made = {}

    def make(kernel, args='', modules=()):
        key = (kernel, args, tuple(modules))
        if key not in made:
            image = tmp_path_factory.mktemp('iso') / f'{kernel.stem}.iso'
            command = [ROOT / 'tools' / 'mkiso', kernel, '-o', image, f'--args={args}']
            for module in modules:
                command += ['--module', module]
            subprocess.run(command, check=True, timeout=120)
            image.with_suffix('.kernel').write_text(str(kernel))  # for harness/coverage.py
            made[key] = image
        return made[key]

    return make


@pytest.fixture(scope='session')
def make_pxe(tmp_path_factory):
    """make_pxe(kernel, args, macs): a TFTP tree in a directory of this run."""
    def make(kernel, args='', macs=()):
        tree = tmp_path_factory.mktemp('pxe') / 'tree'
        command = [ROOT / 'tools' / 'mkpxe', kernel, '-o', tree, f'--args={args}']
        for mac, line in dict(macs).items():
            command += ['--mac', f'{mac}={line}']
        subprocess.run(command, check=True, timeout=120)
        return tree

    return make


@pytest.fixture(scope='session')
def sdk(build, tmp_path_factory):
    """The SDK, moved to another place."""
    moved = tmp_path_factory.mktemp('moved') / 'sdk'
    shutil.copytree(build / 'sdk', moved, symlinks=True)
    return moved


@pytest.fixture(scope='session')
def environment(sdk):
    """That of a user: the SDK's tools are in PATH, and nothing of this make is left."""
    made = dict(os.environ, PATH=f'{sdk}/bin:{os.environ["PATH"]}')
    for variable in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'V', 'Q', 'PKG_CONFIG_PATH'):
        made.pop(variable, None)
    return made


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Add to a failure what its guests last said and how to run them by hand."""
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    item.failed = True
    for guest in item.stash.get(_GUESTS, []):
        report.sections.append((f'console {guest.logs}', guest.tail()))
        command = guest.logs / 'command'
        # A fixture that fails while it ends does so after the logs of a good test are gone.
        if command.exists():
            report.sections.append(('command', command.read_text()))
