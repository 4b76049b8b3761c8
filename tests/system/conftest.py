# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures for the applications: hello and the bridge, ready to be judged."""

import os
import re
import time
from pathlib import Path

import pytest

from harness import Machine, Nic
from harness.guest import PATIENCE
from harness.ix82599 import Ix82599
from harness.testpmd import PROMPT, Testpmd

# Ends QEMU with the program's status, or at once when the kernel gives up.
DEBUG = 'bare.exit=debug bare.panic=debug'


@pytest.fixture(scope='session')
def tree(build):
    """DPDK's sources, as `make` used them."""
    return Path(os.environ.get('DPDK_TREE', build / 'dpdk-src' / 'tree')).resolve()


@pytest.fixture
def hello(boot, build, make_iso):
    """hello(medium='kernel', args='', ...): boot apps/hello, from an ISO for any other medium."""
    kernel = build / 'hello.elf'

    def start(medium='kernel', args='', deadline=60, **hardware):
        words = f'{DEBUG} {args}'.strip()
        if medium == 'kernel':
            machine = Machine(kernel=kernel, args=words, **hardware)
        else:
            machine = Machine(image=make_iso(kernel, words), medium=medium, **hardware)
        return boot(machine, deadline)

    return start


@pytest.fixture
def new_model(build, tmp_path):
    """new_model(['kx4', 'sfp'], ...): an 82599 model; a driver's mistake fails the test."""
    models = []

    def start(variants, **options):
        models.append(Ix82599(build, tmp_path / f'model{len(models)}', variants, **options))
        return models[-1]

    yield start
    try:
        for model in models:
            model.check()
    finally:
        for model in models:
            model.close()


class Example:
    """A running example of DPDK's: its guest, the cables of its ports and their MAC addresses.

    model: the Ix82599 whose ports they are, if they are.
    """

    def __init__(self, guest, wires, macs, model=None):
        self.guest, self.wires, self.macs, self.model = guest, wires, macs, model

    def send_at_once(self, port, frames, within=20):
        """Send frames that a port of the model has in its ring before the program looks for any.

        The machine stands still while the model, a process of its own, receives.
        """
        def received():
            return self.model.counters(port)['received']

        due = received() + len(frames)
        self.guest.monitor.execute('stop')
        for frame in frames:
            self.wires[port].send(frame)
        until = time.monotonic() + within * PATIENCE
        while received() < due:
            assert time.monotonic() < until, 'the model does not receive'
        self.guest.monitor.execute('cont')


@pytest.fixture
def example(boot, build, make_iso, new_model):
    """example('l2fwd', '-l 1 -- -p 3', ready='main loop', nics=2, ...): boot it, wait for `ready`.

    nics is a number of virtio ports, or a list of Nic; ix82599=2 gives that many ports of the 82599
    model instead, which must have seen no mistake of the driver's in the end. modules: files, on
    an ISO. image: the program, if it is not the one of that name that make built.
    """
    def start(name, args='', ready='', nics=0, ix82599=0, modules=(), deadline=120, image=None,
              **hardware):
        kernel, words = image or build / f'{name}.elf', f'{DEBUG} {args}'
        medium = ({'image': make_iso(kernel, words, modules)} if modules
                  else {'kernel': kernel, 'args': words})
        machine = Machine(**medium, **hardware)
        if ix82599:
            model = new_model(['kx4'] * ix82599)
            started = Example(model.boot(boot, machine, deadline), model.wires, model.macs, model)
        else:
            machine.nics = [Nic() for _ in range(nics)] if isinstance(nics, int) else list(nics)
            guest = boot(machine, deadline)
            started = Example(guest, guest.wires, [f'52:54:00:00:00:{number + 1:02x}'
                                                   for number in range(len(machine.nics))])
        if ready:
            started.guest.wait_for(ready, within=deadline)
        return started

    return start


TOTAL = re.compile(r'^port (\d+): rx (\d+) tx (\d+) drops (\d+), rx_bytes', re.MULTILINE)


class Bridge:
    """A running bridge."""

    def __init__(self, guest):
        self.guest = guest

    def totals(self):
        """Stop the bridge as a user does. It ends well only if every mbuf is back in its pool.

        Gives (received, sent, dropped) of each port.
        """
        self.guest.type('q')
        status = self.guest.wait_exit()
        assert status == 0, self.guest.tail()
        return [tuple(int(count) for count in counts[1:])
                for counts in TOTAL.findall(self.guest.console)]


@pytest.fixture
def bridge(boot, build, make_iso):
    """bridge(nics=2, args='', medium='kernel', ...): boot apps/bridge, wait until it forwards.

    nics is a number of virtio ports or a list of Nic. image: which of the bridge's images.
    """
    def start(nics=2, args='', medium='kernel', deadline=120, ready=True, image='bridge.elf',
              **hardware):
        kernel = build / image
        ports = [Nic() for _ in range(nics)] if isinstance(nics, int) else list(nics)
        words = f'{DEBUG} {args}'.strip()
        if medium == 'kernel':
            machine = Machine(kernel=kernel, args=words, nics=ports, **hardware)
        else:
            machine = Machine(image=make_iso(kernel, words), medium=medium, nics=ports, **hardware)
        guest = boot(machine, deadline)
        if ready:
            guest.wait_for('forwarding', within=deadline)
            for port, nic in enumerate(ports):
                if nic.model != 'virtio-net-pci':  # drops frames until its link is up
                    guest.wait_for(f'^port {port}: link up', within=deadline)
            for wire in filter(None, guest.wires):
                wire.drain(0.01)  # UEFI sends on every port that it finds
        return Bridge(guest)

    return start


@pytest.fixture
def testpmd(boot, build, make_iso):
    """testpmd(nics=2, eal='', app='-i', ...): boot DPDK's testpmd, wait until it takes commands.

    nics as for bridge(); eal and app: the two parts of the command line. modules: files, on an ISO.
    model: an Ix82599 whose ports are in the machine as well.
    """
    kernel = build / 'dpdk-testpmd.elf'

    def start(nics=2, eal='', app='-i', modules=(), model=None, deadline=180):
        ports = [Nic() for _ in range(nics)] if isinstance(nics, int) else list(nics)
        words = f'{DEBUG} -l 0,1 {eal} -- {app}'
        medium = ({'image': make_iso(kernel, words, modules)} if modules
                  else {'kernel': kernel, 'args': words})
        machine = Machine(nics=ports, cpus=2, **medium)
        guest = model.boot(boot, machine, deadline) if model else boot(machine, deadline)
        run = Testpmd(guest)
        if '-i' in app.split():
            guest.wait_for(f'^{PROMPT}', 90)
            # The prompt comes before the terminal is in raw mode, and in a command file's echo.
            run.keys('set verbose 0\n', rf'^Change verbose level from \d+ to 0\n{PROMPT}')
        else:
            guest.wait_for('^No commandline core given', 90)
        return run

    return start
