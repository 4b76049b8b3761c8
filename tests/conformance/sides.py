# SPDX-License-Identifier: BSD-3-Clause
"""The two that are compared: the program on this Linux, and the same on a machine in QEMU.

Both are given runs, and give of each episode its hash or its lines. A machine that an episode ends,
or that hangs, is started again with what stood behind.
"""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from harness import Guest, Machine
from harness.guest import PATIENCE

from .episodes import parse

STARTS_MAX = 12  # of one side for one list of runs: what ends a machine takes long
LINUX_SECONDS = 600
QUIET_SECONDS = 25  # after which a machine that says nothing is taken for dead


@dataclass(frozen=True)
class Run:
    """Episodes of a kind: the options of the program."""

    kind: str
    first: int
    count: int = 1
    seed: int = 1
    digest: bool = False
    trace: bool = False
    skip: tuple = ()  # steps
    without: tuple = ()  # calls
    threads: int = 3

    def line(self):
        """The line for the file of --runs."""
        words = ['--kind', self.kind, '--from', self.first, '--count', self.count,
                 '--seed', self.seed, '--threads', 1 if self.trace else self.threads]
        words += ['--digest'] if self.digest else []
        words += ['--trace'] if self.trace else []
        words += ['--skip', ranges(self.skip)] if self.skip else []
        words += ['--without', ','.join(self.without)] if self.without else []
        return ' '.join(str(word) for word in words)


def ranges(steps):
    """Steps as the program reads them: 1,4-6."""
    parts = []
    for step in sorted(steps):
        if parts and parts[-1][1] == step - 1:
            parts[-1][1] = step
        else:
            parts.append([step, step])
    return ','.join(str(a) if a == b else f'{a}-{b}' for a, b in parts)


class Side:
    """Starts the program until all runs are made."""

    def start(self, runs):
        """Start it with a list of runs; gives its Output."""
        raise NotImplementedError

    def make(self, runs):
        """A list as long as `runs`: {number: hash or list of lines} each.

        An episode that ended the machine has the lines up to the call, which has no answer but
        what happened; so has one that hung. What could not be made has no entry.
        """
        results = [{} for _ in runs]
        left = list(enumerate(runs))
        for _ in range(STARTS_MAX):
            if not left:
                return results
            left = self._once(left, results)
        print(f'{STARTS_MAX} episodes ended the machine or hung; what is behind them is not made')
        return results

    def _once(self, left, results):
        """One start with what is left; gives what is left then."""
        output = self.start([run for _, run in left])
        for at, (place, run) in enumerate(left):
            results[place].update((output.digests if run.digest else output.texts).get(at, {}))
        if output.ended:
            return []
        at = output.hang[0] if output.hang else output.last_run
        place, run = left[at]
        done = results[place]
        first = output.hang[1] if output.hang else next(
            number for number in range(run.first, run.first + run.count)
            if number not in done or run.trace and not done[number][-1:] == ['ended'])
        done[first] = self._alone(replace(run, first=first, count=1), output)
        rest = left[at + 1:]
        missing = [number for number in range(run.first, run.first + run.count)
                   if number not in done]
        if missing:
            span = replace(run, first=missing[0], count=missing[-1] - missing[0] + 1)
            rest = [(place, span)] + rest
        return rest

    def _alone(self, run, output):
        """The lines of an episode that does not end, made alone; or the whole if it does."""
        if not run.trace or run.digest:
            output = self.start([replace(run, trace=True, digest=False)])
        lines = output.texts.get(output.last_run, {}).get(run.first, [])
        if not output.ended:
            what = 'hangs' if output.hang else output.panic
            begun = lines.pop() if lines and ' = ' not in lines[-1] else '| 999 after('
            lines = lines + [begun.rstrip(')') + ') = ' + what]
        return lines


class Linux(Side):
    """This machine's. Where it is not root, in a name space in which it is."""

    def __init__(self, program):
        self.command = [] if os.geteuid() == 0 else ['unshare', '-Ur']
        self.command += [str(program)]
        self.folder = '/dev/shm' if os.access('/dev/shm', os.W_OK) else '/tmp'

    def start(self, runs):
        with tempfile.NamedTemporaryFile('w', prefix='runs') as file:
            file.write(''.join(run.line() + '\n' for run in runs))
            file.flush()
            done = subprocess.run([*self.command, '--folder', self.folder, '--runs', file.name],
                                  stdout=subprocess.PIPE, timeout=LINUX_SECONDS, check=False,
                                  stdin=subprocess.DEVNULL)
        return parse(done.stdout.decode('latin-1'))


class Bare(Side):
    """The machine in QEMU."""

    def __init__(self, image, logs, cpus=4, seconds=300):
        self.image, self.logs, self.cpus, self.seconds = image, Path(logs), cpus, seconds
        self.starts = 0

    def start(self, runs):
        self.starts += 1
        logs = self.logs / str(self.starts % 10)
        logs.mkdir(parents=True, exist_ok=True)
        file = logs.resolve() / 'runs'
        file.write_text(''.join(run.line() + '\n' for run in runs))
        machine = Machine(kernel=self.image, modules=((file, '/runs'),), cpus=self.cpus,
                          memory=1024,
                          args='bare.exit=debug bare.panic=debug --deadline 5 --runs /runs')
        with Guest(machine, logs, self.seconds) as guest:
            said, until = 0, time.monotonic() + QUIET_SECONDS * PATIENCE
            while guest.running() and time.monotonic() < until:
                if len(guest.console) > said:
                    said, until = len(guest.console), time.monotonic() + QUIET_SECONDS * PATIENCE
                time.sleep(0.02)
            guest.stop()
            return parse(guest.console)
