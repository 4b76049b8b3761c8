# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's own tests: none that passed before is lost (tests/dpdk, docs/dpdk-tests.md)."""

import os
from pathlib import Path

import pytest

from dpdk import catalogue, report, verdict
from dpdk.runner import Runner

TREE = Path(os.environ.get('DPDK_TREE', ''))


@pytest.fixture(scope='session')
def release():
    """The release whose tests were built."""
    if not os.environ.get('DPDK_TREE'):
        pytest.skip('DPDK_TREE is not set: run by make')
    return catalogue.version(TREE)


def run(build, release, suite, names, machines, seconds):
    """Run tests that must pass; the message names those that did not, and why."""
    if not names:
        pytest.skip(f'tests/dpdk has no list for DPDK {release}')
    verdicts = []
    logs = build / 'test-logs' / f'dpdk-own-{suite}-{names[0]}'
    Runner(build / 'dpdk-test.elf', logs, seconds, machines).run(
        names, lambda name, answer: verdicts.append(verdict.judge(name, answer, {})))
    lost = verdict.lost(verdicts, names)
    assert not lost, '\n'.join([f'the consoles are in {logs}'] + [
        report.line(entry) for entry in verdicts if entry.name in lost])


@pytest.mark.parametrize('half', [0, 1])
def test_fast(build, release, half):
    """The quick ones of the fast tests, in two halves, as pytest has two workers."""
    run(build, release, 'fast', verdict.expected(release, 'fast', slow=False)[half::2], 1, 180)


@pytest.mark.long
@pytest.mark.parametrize('suite, slow, seconds', [('fast', True, 600), ('perf', False, 3600)])
def test_all(build, release, suite, slow, seconds):
    """All of the fast suite, and the perf tests that are not slow even for `make test-long`."""
    run(build, release, suite, verdict.expected(release, suite, slow), 2, seconds)
