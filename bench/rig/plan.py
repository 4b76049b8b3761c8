# SPDX-License-Identifier: BSD-3-Clause
"""A whole run: every task once, then in rounds again as long as there is time for it.

The first round is never cut, so that no row is missing. A later boot begins only if the longest one
of its kind so far would still end in time. A boot that fails is told and kept by its name, and
tried once more in a later round.
"""

import time

SPARE = 1  # attempts beyond a task's rounds, for those that fail


class Plan:
    """Tasks of several rows, and how far they are."""

    def __init__(self, tasks, rounds, seconds, clock=time.monotonic, say=print):
        """tasks: [(row, Task)]. seconds: for all; clock: gives them; say: is told each step."""
        self._tasks = tasks
        self._rounds = rounds
        self._seconds = seconds
        self._clock = clock
        self._say = say
        self._begin = clock()
        self._longest = {}  # by task: of its boots
        self._tries = {}
        self._runs = {}
        self.cut = 0
        self.row_seconds = {}

    def measure(self, got, save):
        """Run it all into `got`; save() is called after each step."""
        for number in range(1, self._rounds + 1):
            for row, task in self._tasks:
                if self._wanted(task):
                    self._step(number, row, task, got)
                    save()

    def unmeasured(self):
        """Names of the tasks of which no attempt succeeded."""
        return [task.name for _, task in self._tasks if not self._runs.get(task.name)]

    def _wanted(self, task):
        runs, tries = self._runs.get(task.name, 0), self._tries.get(task.name, 0)
        return runs < task.rounds and tries < task.rounds + SPARE

    def _step(self, number, row, task, got):
        start = self._clock()
        passed = start - self._begin
        if number > 1 and passed + self._longest[task.name] > self._seconds:
            self.cut += 1
            return
        self._say(f'[{passed // 60:2.0f}:{passed % 60:02.0f}] round {number}, row {row}: '
                  f'{task.name}')
        self._tries[task.name] = self._tries.get(task.name, 0) + 1
        try:
            for key, value in task.run().items():
                got.add(key, value)
                self._say(f'      {key.quantity}: {value:,.2f}')
            self._runs[task.name] = self._runs.get(task.name, 0) + 1
        except Exception as error:  # pylint: disable=broad-except (the other boots are to go on)
            got.fail(f'round {number}: {task.name}', f'{type(error).__name__}: {error}')
            self._say(f'      FAILED: {type(error).__name__}: {error}')
        took = self._clock() - start
        self._longest[task.name] = max(took, self._longest.get(task.name, 0))
        self.row_seconds[row] = self.row_seconds.get(row, 0) + took
