# SPDX-License-Identifier: BSD-3-Clause
"""Random episodes of system calls are answered as Linux answers them, in the kinds that are clean.

A kind goes into CLEAN when `make conformance` finds nothing in it any more, but for calls that it
names: those are left out, until they are mended.
"""

import os

import pytest

from conformance import known
from conformance.search import Search
from conformance.sides import Bare, Linux, Run

CLEAN = {
    'aio': (),
    'clocks': (),
    'descriptors': (),
    'epoll': (),
    'events': (),
    'files': (),
    'inet': (),
    'local': (),
    'memory': (),
    'names': (),
    'pipes': (),
    'queues': (),
    'signals': (),
    'threads': (),
}
EPISODES = 500  # of each kind
SEED = 1
LONG_EPISODES = int(os.environ.get('EPISODES') or 20000)


def compare(build, root, tmp_path, kind, seed, episodes):
    """Fail with each difference, made short."""
    table = known.read((root / 'docs' / 'linux.md').read_text())
    search = Search(Linux(build / 'conformance' / 'linux'),
                    Bare(build / 'conformance.elf', tmp_path / 'guest'), table, limit=40)
    findings = search.all([Run(kind, 0, episodes, seed, without=CLEAN[kind])])
    if findings:
        pytest.fail('\n\n'.join(str(finding) for finding in findings), pytrace=False)
    assert search.unstable <= episodes // 50, 'Linux does not answer the same each time'


@pytest.mark.parametrize('kind', CLEAN)
def test_as_linux(kind, build, root, tmp_path):
    """The same episodes each time."""
    compare(build, root, tmp_path, kind, SEED, EPISODES)


@pytest.mark.long
@pytest.mark.parametrize('kind', CLEAN)
def test_as_linux_for_long(kind, build, root, tmp_path):
    """Others each time; the seed is in what a difference shows."""
    compare(build, root, tmp_path, kind, int.from_bytes(os.urandom(4), 'big'), LONG_EPISODES)


def test_episodes_are_made_on_both_sides(build, tmp_path):
    """Every kind runs on Linux alike with one thread and with several, and the machine runs it."""
    linux = Linux(build / 'conformance' / 'linux')
    one = linux.make([Run('pipes', 0, 100, SEED, digest=True, threads=1)])
    assert len(one[0]) == 100
    assert one == linux.make([Run('pipes', 0, 100, SEED, digest=True, threads=4)])
    assert one != linux.make([Run('pipes', 0, 100, SEED + 1, digest=True, threads=4)])
    ours = Bare(build / 'conformance.elf', tmp_path).make([Run('pipes', 0, 100, SEED, digest=True)])
    assert set(ours[0]) == set(one[0])
