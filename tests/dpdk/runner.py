# SPDX-License-Identifier: BSD-3-Clause
"""Runs tests: several a boot, on machines side by side.

DPDK's build runs each test in a process of its own. Here a machine is kept for the next test as
long as all goes well, which saves most of the boots; a test that does not pass on a machine that
has run others is run again on a fresh one, and that result counts.
"""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

from harness import GuestError

from .catalogue import WITH_TRACES
from .session import Answer, Session

TESTS_A_BOOT = 12

# Tests that want another machine than the rest, and have it to themselves. The distributor's hand
# packets over one by one, by the million: two CPUs that really run side by side do it fastest.
MACHINES = {
    'ipsec_autotest': {'arguments': '--vdev=crypto_null0'},
    'ipsec_perf_autotest': {'arguments': '--vdev=crypto_null0'},
    'trace_autotest' + WITH_TRACES: {'arguments': '--trace=.*'},
    'pmd_perf_autotest': {'arguments': '--vdev=net_ring0'},  # a port that is its own other end
    # It measures for an hour, by the clock. Here an instruction takes 128 ns of the guest's time,
    # and the hour as many as TCG runs in two minutes.
    'mempool_perf_autotest': {'extra': ['-icount', 'shift=7,sleep=off']},
    'distributor_autotest': {'cpus': 2, 'accel': 'tcg,thread=multi'},
    'distributor_perf_autotest': {'cpus': 2, 'accel': 'tcg,thread=multi'},
    # It writes megabytes where a test before it left DPDK's log level at debug.
    'lcore_var_autotest': {},
    # With three CPUs it hands two million events round and round between them; with two it leaves
    # that part out, by itself.
    'eventdev_selftest_sw': {'cpus': 2},
    # Since 25.11 it wants two bursts done within half a millisecond, which emulation misses: here
    # the guest's time is counted in instructions (one a nanosecond), not taken from the host.
    'latencystats_autotest': {'cpus': 1, 'extra': ['-icount', 'shift=0']},
}


class Runner:
    """Runs tests of one image."""

    def __init__(self, image, logs, seconds, machines=2, alone=()):
        """`seconds`: each test's deadline; `logs`: a folder for what the machines said; `alone`:
        tests that are to have a machine of their own."""
        self._image, self._logs, self._seconds = image, logs, seconds
        self._machines, self._singles = machines, {*alone, *MACHINES}
        self._boots = itertools.count()
        self._lock = threading.Lock()
        self._open = set()

    def run(self, names, told):
        """Run the tests; `told(name, answer)` is called for each as it ends, one at a time."""
        waiting = list(reversed(names))
        with ThreadPoolExecutor(self._machines) as pool:
            jobs = [pool.submit(self._work, waiting, told) for _ in range(self._machines)]
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                # Ctrl-C, or a mistake in one of the threads: the others are to end as well.
                waiting.clear()
                for session in list(self._open):
                    session.close()
                raise

    def _work(self, waiting, told):
        """Take tests until there is none left."""
        session, used = None, 0
        while True:
            with self._lock:
                if not waiting:
                    break
                name = waiting.pop()
            if name in self._singles:
                answer = self._alone(name)
            else:
                if session and (not session.alive or used == TESTS_A_BOOT):
                    self._close(session)
                    session = None
                if not session:
                    session, used = self._boot(name), 0
                answer = session.run(name, self._seconds) if session else _no_prompt()
                used += 1
                if answer.kind in ('failed', 'hung', 'died') and used > 1:
                    self._close(session)
                    answer = self._alone(name)
            with self._lock:
                told(name, answer)
        if session:
            self._close(session)

    def _boot(self, name, **machine):
        with self._lock:
            logs = self._logs / f'{next(self._boots):03}-{name}'
        try:
            session = Session(self._image, logs, **machine)
        except GuestError:
            return None
        self._open.add(session)
        return session

    def _close(self, session):
        session.close()
        self._open.discard(session)

    def _alone(self, name):
        """Run a test on a machine of its own."""
        session = self._boot(name, **MACHINES.get(name, {}))
        if not session:
            return _no_prompt()
        answer = session.run(name.removesuffix(WITH_TRACES), self._seconds)
        self._close(session)
        return answer


def _no_prompt():
    return Answer('died', 'the prompt did not come', 0)
