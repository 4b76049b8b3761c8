# SPDX-License-Identifier: BSD-3-Clause
"""What a whole run consists of: tasks, each of one boot or a few, repeated in rounds so that both
sides' boots take turns."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from . import sides

EVERY_ROUND = 1000


@dataclass
class Task:
    """One measurement of one side. run() gives {Key: value}."""

    name: str
    run: Callable
    rounds: int = EVERY_ROUND  # at most so many times: what is exact or slow needs no more


@dataclass
class Bench:
    """Where things are, and the sides."""

    build: Path

    @property
    def logs(self):
        """Console and command of the last guest."""
        return self.build / 'bench' / 'logs'

    def bare(self, program='bridge'):
        """Our side of a program; of an example the image that was built for the bench, as
        `make EXAMPLE=` compiles it with other words."""
        example = self.build / 'bench' / 'bare' / f'{program}.elf'
        image = example if example.exists() else self.build / f'{program}.elf'
        return sides.Bare(image, program)

    def fast(self):
        """Our bridge as `make fast` builds it."""
        return sides.Bare(self.build / 'fast' / 'bridge.elf', name='Linuxless, make fast')

    def low(self):
        """Our bridge linked below the memory that UEFI's firmware keeps."""
        return sides.Bare(self.build / 'low' / 'bridge.elf')

    def ports64(self):
        """Our bridge with a DPDK that is built for 64 ports."""
        return sides.Bare(self.build / 'bench' / 'ports64' / 'bridge.elf')

    def linux(self, program='bridge', isolated=False):
        """Linux's side of a program."""
        return sides.Linux(self.build, program, isolated)

    def both(self, program='bridge'):
        """Both, on one CPU."""
        return self.bare(program), self.linux(program)

    def kernel_bridge(self):
        """Linux's bridge."""
        return sides.LinuxBridge(self.build)
