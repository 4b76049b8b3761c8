# SPDX-License-Identifier: BSD-3-Clause
"""Rows 1 and 7: instructions, by -icount. Exact figures, so a few boots of each are enough.

One CPU: Linux does not come up on several under -icount, and isolation needs a second one.
"""

import re

from harness import Guest

from . import insn, sides
from .results import Key
from .tasks import Task

EXAMPLES = ('skeleton', 'l2fwd', 'l3fwd', 'dpdk-testpmd')
EXAMPLE_DEVICES = ('default', 'vectorized')
PORTS = (2, 8, 16, 32)  # RTE_MAX_ETHPORTS of the distribution's DPDK, and of ours, is 32
L2FWD_PORTS = (1, 2)  # a single port forwards to itself; the bridge wants pairs
L2FWD = '-p {:x} -q 2 -T 0'
LCORES = (1, 2, 4, 8, 16)
GROWTH_PORTS = 16  # for the lcores to share
HUGE_PAGES = 'hugepages=512'  # Linux: for the mbufs of many ports

OPS = re.compile(r'^(?:ops: (mempool)|legacy APIs: )(.*): (\d+\.\d\d)\s*$', re.MULTILINE)
OPS_SECONDS = 240


def _packets(bench, side, device):
    def run():
        got = insn.measure(bench.build, side, bench.logs, device)

        def key(quantity):
            return Key(1, f'{quantity}, instructions', side.program, device, side.name)

        return {key('per packet, burst 32'): got.burst32, key('single packet'): got.single_mean,
                key('empty poll'): got.empty}

    return Task(f'instructions: {side.program}, {device}, {side.name}', run, rounds=1)


def _kernel_bridge(bench):
    side = bench.kernel_bridge()

    def run():
        return {Key(1, 'per packet, burst 32, instructions', 'bridge', 'default', side.name):
                insn.kernel_bridge(bench.build, side, bench.logs)}

    return Task(f'instructions: {side.name}', run, rounds=1)


def packets(bench):
    """Tasks of row 1."""
    tasks = [_packets(bench, side, device) for device in sides.DEVICES
             for side in (bench.bare(), bench.fast(), bench.linux())]
    tasks += [_packets(bench, side, device) for program in EXAMPLES for device in EXAMPLE_DEVICES
              for side in bench.both(program)
              if side.name == 'Linuxless' or side.file.exists()]
    return tasks + [_kernel_bridge(bench)]


def _several(number, what):
    return f'{number} {what}{"s" * (number > 1)}'


def _growth(bench, side, lcores, ports, own=''):
    last = max(insn.lcore_list(lcores))
    configuration = f'{_several(ports, "port")}, {_several(last or 1, "lcore")}'

    def run():
        more = HUGE_PAGES if side.name == 'Linux' else ''
        value = insn.growth(bench.build, side, bench.logs, lcores, ports, cpus=last + 1,
                            more=more, own=own)
        return {Key(7, 'per packet, burst 32, instructions', side.program, configuration,
                    side.name): value}

    return Task(f'growth: {side.program}, {configuration}, {side.name}', run, rounds=1)


def _ops(bench, side):
    """Mempool and ring, by the loops of DPDK's perf tests (bench/ops)."""
    def run():
        machine = side.machine(memory=512, accel='tcg,thread=single', extra=insn.ICOUNT)
        with Guest(machine, bench.logs, OPS_SECONDS) as guest:
            guest.wait_for(r'^ops: over', OPS_SECONDS)
            found = OPS.findall(guest.console)
        return {Key(7, 'an operation, instructions', 'ops', f'{kind or "ring"}, {what.strip(", ")}',
                    side.name): float(value) for kind, what, value in found}

    return Task(f'mempool and ring: {side.name}', run, rounds=1)


def growth(bench):
    """Tasks of row 7."""
    tasks = [_ops(bench, side) for side in bench.both('ops')]
    tasks += [_growth(bench, side, '0', ports, L2FWD.format((1 << ports) - 1))
              for ports in L2FWD_PORTS for side in bench.both('l2fwd')]
    tasks += [_growth(bench, side, '0', ports) for ports in PORTS for side in bench.both()]
    tasks.append(_growth(bench, bench.ports64(), '0', 64))
    return tasks + [_growth(bench, bench.bare(), f'0-{lcores}' if lcores > 1 else '0,1',
                            GROWTH_PORTS) for lcores in LCORES]
