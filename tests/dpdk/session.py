# SPDX-License-Identifier: BSD-3-Clause
"""One boot of dpdk-test: its prompt, and what it answers to the name of a test."""

import math
import re
import time
from dataclasses import dataclass

from harness import Guest, GuestError, Machine
from harness.guest import PATIENCE

PROMPT = r'RTE>>'
BOOT_SECONDS = 60

# What the program prints when a test is over (app/test/commands.c), or when it knows no such test
# (cmdline_parse.c).
_ANSWERS = {'Test OK': 'ok', 'Test Failed': 'failed', 'Test Skipped': 'skipped',
            'Command not found': 'unknown'}
_ANSWER = r'^(' + '|'.join(_ANSWERS) + r')\s*?\n\s*(?=RTE>>)'
_PANIC = re.compile(r'^\*\*\* PANIC .*', re.MULTILINE)

# Four lcores: hash_readwrite_func wants three, and the locks' tests are dull with two. One table of
# table_autotest takes more than a gigabyte; -m leaves the rest to malloc().
CPUS = 4
MEMORY = 3072
ARGUMENTS = '-m 2048'

# CPUs that take turns, and give up theirs when they spin: fair locks do not end in useful time
# where four CPUs spin for a lock that waits for a fifth to be given a processor of the host.
ACCEL = 'tcg,thread=single'


@dataclass
class Answer:
    """What a test did: ok, failed, skipped, unknown, hung or died; and all that it said."""

    kind: str
    text: str
    seconds: float

    def last_words(self):
        """The panic's line, or the last line that is not the result."""
        panic = _PANIC.search(self.text)
        if panic:
            return panic.group().strip('* ')
        lines = [line.strip() for line in self.text.splitlines()]
        lines = [line for line in lines
                 if line and line not in _ANSWERS and not line.startswith(PROMPT)]
        return lines[-1] if lines else 'nothing was said'


class Session:
    """A machine at the prompt. Ends with close(), or by itself when a test hung or died."""

    def __init__(self, image, logs, arguments='', cpus=CPUS, accel=ACCEL, extra=()):
        words = f'bare.exit=debug bare.panic=debug {ARGUMENTS} {arguments}'
        machine = Machine(kernel=image, cpus=cpus, memory=MEMORY, args=words, accel=accel,
                          extra=list(extra))
        self._guest = Guest(machine, logs, deadline=math.inf)
        self.alive = True
        try:
            self._guest.wait_for(PROMPT, within=BOOT_SECONDS)
        except GuestError:
            self.close()
            raise

    def run(self, name, seconds):
        """Run a test with a deadline; the machine goes on only if it came to its own end."""
        begin = len(self._guest.console)
        started = time.monotonic()
        self._guest.type(name + '\n')
        try:
            found = self._guest.wait_for(_ANSWER, within=seconds, after=begin)
            kind = _ANSWERS[found.group(1)]
        except GuestError:
            late = time.monotonic() - started >= seconds * PATIENCE
            kind = 'hung' if late else 'died'
            self.close()
        return Answer(kind, self._guest.console[begin:], time.monotonic() - started)

    def close(self):
        """Switch the machine off."""
        self.alive = False
        self._guest.stop()
