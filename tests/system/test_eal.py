# SPDX-License-Identifier: BSD-3-Clause
"""The environment layer, tried from inside a DPDK program."""

import re

import pytest

from harness import Machine


@pytest.mark.parametrize('cpus, memory, nodes, args', [
    (2, 128, 1, ''), (4, 512, 2, ''), (4, 256, 1, '-l 1-3 -m 64'),
    (4, 512, 2, '--socket-mem 32,64'), (2, 128, 1, '--iova-mode=pa --no-pci --proc-type=auto'),
    (2, 128, 1, '--trace=lib.eal.mem.malloc --trace-dir=/traces')])
def test_contract(boot, build, cpus, memory, nodes, args):
    """Memory, lcores, alarms, interrupts, traces and refusals, on machines of several shapes."""
    guest = boot(Machine(kernel=build / 'ealcheck.elf', cpus=cpus, memory=memory, nodes=nodes,
                         args=f'bare.exit=debug bare.panic=debug bare.bootstat {args}'), 90)
    guest.wait_for('checks, 0 failed')
    assert guest.wait_exit() == 0
    for phase in ('lcores', 'heap', 'probe'):
        assert re.search(rf'boot: EAL {phase} +\d+ us', guest.console)


def test_memory_of_nodes(boot, build):
    """--socket-mem takes what it says of each node; more than a node has is refused."""
    for size, answer in ((64, '192 MB of memory in'), (10000, 'Not enough memory available')):
        guest = boot(Machine(kernel=build / 'ealcheck.elf', cpus=2, memory=512, nodes=2,
                             args=f'bare.exit=debug bare.panic=debug --socket-mem 128,{size}'), 90)
        guest.wait_for(answer)
        guest.wait_exit()


def test_one_process(boot, build):
    """There is the primary one, whatever is asked for."""
    guest = boot(Machine(kernel=build / 'ealcheck.elf', cpus=2, memory=128,
                         args='bare.exit=debug bare.panic=debug --proc-type=secondary'), 90)
    guest.wait_for('--proc-type: there is one process, the primary one')
    assert guest.wait_exit() != 0


@pytest.mark.parametrize('memory, args, taken, left', [
    (1024, '', (790, 830), (190, 230)), (1024, 'bare.dpdk-memory=256', (256, 256), (740, 780)),
    (1024, 'bare.dpdk-memory=25%', (240, 260), (740, 790)),
    (1024, 'bare.dpdk-memory=25% -m 64', (64, 64), (930, 970)),
    (64, '', (40, 60), (3, 10)), (1024, 'bare.dpdk-memory=4000', None, None)])
def test_memory_share(boot, build, memory, args, taken, left):
    """DPDK takes what is asked for, or leaves malloc() a share, and says both, in MB."""
    guest = boot(Machine(kernel=build / 'ealcheck.elf', cpus=2, memory=memory,
                         args=f'bare.exit=debug bare.panic=debug {args}'), 90)
    guest.wait_exit()
    if taken is None:
        assert 'Not enough memory available' in guest.console
        return
    said = re.search(r'EAL: (\d+) MB of memory in \d+ pieces?, '
                     r'(\d+) MB are left to malloc\(\), stacks and files', guest.console)
    for amount, (least, most) in zip(map(int, said.groups()), (taken, left)):
        assert least <= amount <= most


@pytest.mark.parametrize('cpu, setting, entries', [
    ('max', '', '4096'), ('max', 'bare.softtlb=512', '512'), ('max', 'bare.softtlb=off', None),
    ('max,tcg-cpuid=off', '', None)])
def test_emulator_tlb(boot, build, cpu, setting, entries):
    """Each lcore's CPU has the emulator remember more pages; one that is not emulated does not."""
    guest = boot(Machine(kernel=build / 'ealcheck.elf', cpu=cpu, cpus=2, memory=256,
                         args='bare.exit=debug bare.panic=debug bare.loglevel=debug '
                              f'{setting}'), 90)
    guest.wait_exit()
    grown = dict(re.findall(r'softtlb: CPU (\d+): (\d+) entries', guest.console))
    assert grown == ({'0': entries, '1': entries} if entries else {})


@pytest.mark.parametrize('way, status', [('cleanup', 4), ('worker-exits', 6), ('return', 5)])
def test_end_with_a_running_worker(boot, build, way, status):
    """Nobody waits for a worker whose function does not end: cleanup says EBUSY, the rest ends."""
    guest = boot(Machine(kernel=build / 'ealcheck.elf', cpus=2, memory=128,
                         args=f'bare.exit=debug bare.panic=debug -- {way}'), 90)
    assert guest.wait_exit() == status
    if way == 'cleanup':
        assert 'lcore 1 still runs a function' in guest.console
        assert 'cleanup: -1, busy 1\nworker 7, cleanup: 0' in guest.console
