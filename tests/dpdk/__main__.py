# SPDX-License-Identifier: BSD-3-Clause
"""Run DPDK's own tests on the bare machine (PYTHONPATH=tests python3 -m dpdk).

Prints a line for each test and a summary. The exit status is 0 only if every test passed that must
and each other one is explained (verdict.py).
"""

import argparse
import shutil
import sys
from pathlib import Path

from . import catalogue, report, verdict
from .runner import Runner

# DPDK gives a fast test 10 s and a perf test 10 minutes, on real processors.
SECONDS = {'fast': 180, 'perf': 14400}


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog='dpdk-tests', description=__doc__.splitlines()[0])
    parser.add_argument('suite', choices=SECONDS, help='the suite of DPDK\'s that is run')
    parser.add_argument('names', nargs='*', help='run these tests only')
    parser.add_argument('--build', type=Path, default=Path('build'), help='where dpdk-test.elf is')
    parser.add_argument('--tree', type=Path, required=True, help='DPDK\'s sources')
    parser.add_argument('--machines', type=int, default=2, help='side by side (default: 2)')
    parser.add_argument('--seconds', type=int, help='each test\'s deadline, times TEST_PATIENCE')
    parser.add_argument('--table', type=Path, help='document whose table is to be written anew')
    return parser.parse_args()


def main():
    """Run, print, compare."""
    options = arguments()
    release = catalogue.version(options.tree)
    named = getattr(catalogue, f'{options.suite}_tests')(options.tree)
    names = options.names or named
    logs = options.build / 'dpdk-tests' / options.suite
    shutil.rmtree(logs, ignore_errors=True)
    (logs / 'output').mkdir(parents=True)
    known, verdicts = verdict.exceptions(), {}

    def told(name, answer):
        verdicts[name] = verdict.judge(name, answer, known)
        (logs / 'output' / f'{name}.txt').write_text(answer.text)
        print(report.line(verdicts[name]), flush=True)

    Runner(options.build / 'dpdk-test.elf', logs, options.seconds or SECONDS[options.suite],
           options.machines, known).run(names, told)
    ordered = [verdicts[name] for name in names]
    print(report.summary(ordered))
    if options.table:
        title = f'DPDK {release}, suite "{options.suite}-tests"'
        document = report.put_table(options.table.read_text(), report.table(title, ordered))
        options.table.write_text(document)
    lost = [name for name in verdict.lost(ordered, verdict.expected(release, options.suite))
            if name in names or not options.names]
    for name in lost:
        print(f'lost: {name} must pass (tests/dpdk/expected-{release}-{options.suite}.txt)')
    unexplained = any(not entry.explained for entry in ordered)
    sys.exit(1 if lost or unexplained else 0)


if __name__ == '__main__':
    main()
