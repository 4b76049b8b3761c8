# SPDX-License-Identifier: BSD-3-Clause
"""Figures of a whole run, by what was measured, and their files."""

import csv
import json
import os
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from . import ROOT
from .stats import Spread

GB = 1 << 30


@dataclass(frozen=True)
class Key:
    """What a figure is of."""

    row: int  # of the list: 1 instructions … 7 growth
    quantity: str  # with its unit: "single packet, median, us"
    program: str
    configuration: str  # of device and machine
    side: str


def cpu_model():
    """The host's CPU."""
    found = re.search(r'^model name\s*: (.*)$', Path('/proc/cpuinfo').read_text(), re.MULTILINE)
    return found[1] if found else 'unknown'


def commit(directory):
    """Git's name of a tree, with "-dirty" where it has changes; 'unknown' outside of git."""
    found = subprocess.run(['git', '-C', directory, 'describe', '--always', '--dirty'], text=True,
                           check=False, timeout=60, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
    return found.stdout.strip() or 'unknown'


def _accelerator():
    starts = os.environ.get('QEMU_ACCEL', 'tcg')  # of row 4 and 5; the others want tcg
    return 'tcg, no KVM' if starts == 'tcg' else f'tcg, {starts} for starts'


def machine(tree):
    """{what: value} of the host, of its tools and of what is measured. tree: DPDK's sources."""
    def first_line(*command):
        return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                              timeout=60).stdout.splitlines()[0]

    version = Path(tree) / 'VERSION'
    memory = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')
    return {'Linuxless': commit(ROOT),
            'its dpdk': version.read_text().strip() if version.exists() else 'unknown',
            'cpu': cpu_model(), 'cpus': len(os.sched_getaffinity(0)),
            'memory': f'{memory / GB:.0f} GB',
            'accelerator': _accelerator(),
            'host kernel': os.uname().release,
            'qemu': first_line('qemu-system-x86_64', '--version'),
            'gcc': first_line('gcc', '--version'),
            'dpdk of Linux': first_line('pkg-config', '--modversion', 'libdpdk')}


class Results:
    """Values of each Key, in the order of measuring."""

    def __init__(self, about):
        self.about = about
        self.values = {}
        self.failures = []

    def add(self, key, value):
        """One run's value."""
        self.values.setdefault(key, []).append(value)

    def fail(self, what, why):
        """Something was not measured."""
        self.failures.append({'what': what, 'why': why})

    def keep(self, earlier, rows):
        """Take over an earlier run's figures of all rows but those."""
        self.values.update({key: values for key, values in earlier.values.items()
                            if key.row not in rows})

    def spread(self, key):
        """The Spread of a key, or None when it was not measured."""
        return Spread.of(self.values[key]) if key in self.values else None

    def of_row(self, row):
        """The keys of a row."""
        return [key for key in self.values if key.row == row]

    def save(self, directory):
        """Write results.json, all that was measured, and results.csv."""
        records = [{**asdict(key), **asdict(self.spread(key)), 'values': values}
                   for key, values in self.values.items()]
        (directory / 'results.json').write_text(json.dumps(
            {'about': self.about, 'failures': self.failures, 'records': records}, indent=1) + '\n')
        self.save_table(directory, records)

    def save_table(self, directory, records=None):
        """Write results.csv, a line for each figure."""
        if records is None:
            records = [{**asdict(key), **asdict(self.spread(key)), 'values': None}
                       for key in self.values]
        with open(directory / 'results.csv', 'w', newline='', encoding='ascii') as file:
            writer = csv.writer(file, lineterminator='\n')
            writer.writerow(['row', 'quantity', 'program', 'configuration', 'side', 'median',
                             'least', 'greatest', 'runs'])
            for record in records:
                writer.writerow(list(record.values())[:-1])

    @classmethod
    def load(cls, directory):
        """What save() has written."""
        stored = json.loads((directory / 'results.json').read_text())
        results = cls(stored['about'])
        results.failures = stored['failures']
        for record in stored['records']:
            key = Key(*(record[name] for name in Key.__dataclass_fields__))
            results.values[key] = record['values']
        return results
