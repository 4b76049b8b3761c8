# SPDX-License-Identifier: BSD-3-Clause
"""What a whole run consists of: tasks, each of one boot or a few, repeated in rounds so that both
sides' boots take turns."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from . import sides

EVERY_ROUND = 1000


# What each row needs below the build folder; each is a target of make.
_RIG = ['bench/load', 'bench/count.so']
_BRIDGES = ['bridge.elf', 'bench/linux/bridge']
_PROGRAMS = ('skeleton', 'l2fwd', 'l3fwd')
NEEDS = {
    1: [*_RIG, *_BRIDGES, 'fast/bridge.elf', 'dpdk-testpmd.elf', 'bench/linux/dpdk-testpmd',
        *(f'bench/linux/{name}' for name in _PROGRAMS),
        *(f'bench/bare/{name}.elf' for name in _PROGRAMS)],
    2: [*_RIG, *_BRIDGES, 'fast/bridge.elf'],
    4: _BRIDGES,
    5: [*_BRIDGES, 'bench/bridge-virtio.elf', 'small/bridge.elf', 'low/bridge.elf'],
    6: [*_RIG, *_BRIDGES, 'hiccups.elf', 'bench/linux/hiccups'],
    7: [*_RIG, *_BRIDGES, 'bench/ports64/bridge.elf', 'bench/linux/ops', 'bench/bare/ops.elf',
        'bench/linux/l2fwd', 'bench/bare/l2fwd.elf'],
    8: [f'bench/native/{name}' for name in ('debian', 'linuxless', 'mimalloc')],
}


def missing(build, rows):
    """Files that these rows need and that are not built, in the order of their need."""
    needed = dict.fromkeys(file for row in rows for file in NEEDS[row])
    return [file for file in needed if not (Path(build) / file).exists()]


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
