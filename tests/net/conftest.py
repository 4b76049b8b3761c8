# SPDX-License-Identifier: BSD-3-Clause
"""Machines with TCP/IP on a port, and a Linux machine at its cable."""

import pytest

from harness import Machine, Nic
from harness.clients import STATIC
from harness.peer import Peer

@pytest.fixture
def talk(boot, build):
    """talk(what the program does, how its port is set up) starts a machine with netcheck."""
    def start(words, net=STATIC, nic=None, seconds=60, program='netcheck', cpus=2, others=()):
        args = f'bare.exit=debug bare.panic=debug bare.net={net} {words}'
        nics = [nic or Nic(options='addr=5'), *others]
        return boot(Machine(kernel=build / 'net' / f'{program}.elf', args=args, cpus=cpus,
                            memory=256, nics=nics), seconds)

    return start


@pytest.fixture
def peer():
    """A Linux machine, to be connected to a cable."""
    with Peer() as machine:
        yield machine
