# SPDX-License-Identifier: BSD-3-Clause
"""Saturated vhost-user ports: several queues, no mbuf lost, and nothing but forwarding.

The ports have no MSI-X vectors: QEMU 7.2 does not survive a guest that uses those of a vhost-user
port under emulation.
"""

import os
import re
import subprocess
import threading

import pytest

from harness import Nic

# Half an hour is the claim; less is for working on the test itself.
LONG_SECONDS = int(os.environ.get('LONG_SECONDS', '1800'))
MARGIN_SECONDS = 120

COUNTS = re.compile(r'^load: port (\d) queue (\d): sent (\d+) received (\d+)$')


class Load:
    """The generator on the far side of two vhost-user ports."""

    def __init__(self, program, directory, seconds, queues):
        self.queues = queues
        self.watch = threading.Timer(seconds + MARGIN_SECONDS, self.stop)
        self.watch.start()
        self.paths = [directory / f'vhost{port}.sock' for port in (0, 1)]
        vdevs = [word for port, path in enumerate(self.paths)
                 for word in ('--vdev', f'net_vhost{port},iface={path},queues={queues}')]
        self.process = subprocess.Popen(
            [program, '--no-shconf', '--no-huge', '-m', '256', '--no-pci', '--no-telemetry',
             '--lcores', f'0@{min(os.sched_getaffinity(0))}', '--log-level=lib.vhost.config:error',
             *vdevs, '--', str(seconds), str(queues)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = ''
        for line in self.process.stdout:
            if line == 'load: ready\n':
                return
            said += line
        pytest.fail(f'the load does not start:\n{said}')

    def nics(self, queues, options=''):
        """The guest's side."""
        more = f',mq=on{options}' if queues > 1 else options
        return [Nic(netdev=f'vhost-user,chardev=vhost{port},queues={queues}',
                    options=f'vectors=0{more}') for port in (0, 1)]

    def chardevs(self):
        """QEMU's words for the sockets."""
        return [word for port, path in enumerate(self.paths)
                for word in ('-chardev', f'socket,id=vhost{port},path={path}')]

    def results(self):
        """Wait until all is counted; gives (sent, received) by port and queue."""
        counts = {}
        for line in self.process.stdout:
            if found := COUNTS.match(line):
                port, queue, sent, received = map(int, found.groups())
                counts[port, queue] = sent, received
            if len(counts) == len(self.paths) * self.queues:
                return counts
        raise AssertionError('the load ended before its time')

    def stop(self):
        """End it whatever it does; may be called again."""
        self.watch.cancel()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def load(build, tmp_path):
    """load(seconds, queues): a generator that ends with the test."""
    started = []

    def start(seconds, queues=1):
        started.append(Load(build / 'load', tmp_path, seconds, queues))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def run(bridge, load, seconds, queues, args='', cpus=2, extra=()):
    """The bridge between two saturated ports; gives it once all is counted."""
    far = load(seconds, queues)
    near = bridge(far.nics(queues), args, cpus=cpus, shared_memory=True,
                  extra=[*far.chardevs(), *extra], deadline=seconds + MARGIN_SECONDS)
    return near, far


def assert_forwarded(results):
    """Every queue of every port brought frames back."""
    assert all(sent > 0 and received > 0 for sent, received in results.values()), results


@pytest.mark.parametrize('queues, args', [(1, '-l 1'), (2, '-l 0-2'), (4, '-l 0,1')])
def test_queues(bridge, load, queues, args):
    """One queue and several, with as many lcores and with fewer."""
    near, far = run(bridge, load, 3, queues, f'{args} -- --queues {queues}', cpus=3)
    assert_forwarded(far.results())
    near.totals()


def interrupts(directory, guest, cpu):
    """How many interrupts and exceptions QEMU has logged for a CPU so far (-d int,tid)."""
    threads = {entry['cpu-index']: entry['thread-id']
               for entry in guest.monitor.execute('query-cpus-fast')}
    log = directory / f'int.{threads[cpu]}'
    return len(re.findall(r'^ *\d+: v=', log.read_text(), re.MULTILINE)) if log.exists() else 0


@pytest.mark.long
def test_long(bridge, load, tmp_path):
    """Half an hour: every mbuf comes back, and no interrupt reaches the forwarding CPU."""
    near, far = run(bridge, load, LONG_SECONDS, 1, '-l 1',
                    extra=['-d', 'int,tid', '-D', str(tmp_path / 'int.%d')])
    near.guest.wait_for(r'port 0: rx [1-9]\d+ ', within=60)
    before = interrupts(tmp_path, near.guest, 1)
    assert_forwarded(far.results())
    assert interrupts(tmp_path, near.guest, 1) == before
    assert interrupts(tmp_path, near.guest, 0) > 0, 'not even the console\'s'
    near.totals()
