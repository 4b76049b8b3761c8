# SPDX-License-Identifier: BSD-3-Clause
"""What is expected of each test, and what an answer therefore means.

expected-RELEASE-SUITE.txt  names of tests that must pass, one a line (SUITE: fast, perf); "slow"
                            behind a name: left to `make test-long` (fast) or to
                            `make dpdk-tests-perf` (perf)
not-applicable.txt          name | what must be said then | why it cannot do anything here

known-failures.txt          the same, of tests that fail by a mistake of their own

A test that is not applicable is run as well: it, or the kernel, must say so, in words that the list
gives as a regular expression, so that the reason is held against what happens.
"""

import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

PASSED, FAILED, NOT_APPLICABLE = 'passed', 'failed', 'not applicable'


@dataclass
class Verdict:
    """The result of a test and the remark that goes with it."""

    name: str
    result: str
    remark: str
    seconds: float = 0
    explained: bool = True  # else a failure that nobody knows


def _lines(path):
    if not path.exists():
        return []
    lines = [line.partition('#')[0].strip() for line in path.read_text().splitlines()]
    return [line for line in lines if line]


def expected(release, suite, slow=True):
    """The tests of a release that must pass; without the slow ones if asked for."""
    words = [line.split() for line in _lines(HERE / f'expected-{release}-{suite}.txt')]
    return [name for name, *marks in words if slow or 'slow' not in marks]


def exceptions():
    """{name: (result, evidence, reason)} of the tests that do not apply, or fail by themselves."""
    table = {}
    for file, result in (('not-applicable.txt', NOT_APPLICABLE), ('known-failures.txt', FAILED)):
        for line in _lines(HERE / file):
            name, evidence, reason = re.split(r'\s+\|\s+', line)
            table[name] = (result, re.compile(evidence), reason)
    return table


def judge(name, answer, known):
    """The verdict on an answer; `known` is what exceptions() gave."""
    result, evidence, reason = known.get(name, (FAILED, None, ''))
    # Some tests say OK after saying that they could not do what they are for.
    excused = result == FAILED or answer.kind not in ('hung', 'died')
    if evidence and excused and evidence.search(answer.text):
        return Verdict(name, result, reason, answer.seconds)
    if answer.kind == 'ok':
        return Verdict(name, PASSED, '', answer.seconds)
    words = {'failed': 'failed', 'skipped': 'skipped itself', 'unknown': 'is not in the image',
             'hung': 'did not end', 'died': 'ended the machine'}[answer.kind]
    return Verdict(name, FAILED, f'{words}: {answer.last_words()}', answer.seconds, False)


def lost(verdicts, names):
    """Those of the names that have no verdict, or another than passed."""
    passed = {verdict.name for verdict in verdicts if verdict.result == PASSED}
    return [name for name in names if name not in passed]
