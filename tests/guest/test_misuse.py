# SPDX-License-Identifier: BSD-3-Clause
"""What the kernel ends the run for, each provoked by misuse.c, and what the report says."""

import re

import pytest

from harness import Machine

STATUS_PANIC = 127

CASES = {
    'memory-twice': r'memory: 0x[0-9a-f]+ \+ 0x1000 is given back twice',
    'memory-foreign': r'memory: 0x7ffffffff000 \+ 0x1000 was never granted',
    'frame-twice': r'frames: 0x[0-9a-f]+ is given back twice',
    'arena-foreign': r'arena: 0x[0-9a-f]+ \+ 0x1000 was never granted',
    'claim-device-vector': r'irq: vector \d+ cannot be claimed',
    'handler-endless': r'irq: the handler of vector \d+ \(endless\) does not end',
    'deaf-cpu': r'ipi: CPU 1 does not flush its TLB',
    'fault-in-report': r'page fault \(vector 14(?s:.)*\nAnother failure during this report\.\n',
}


@pytest.mark.parametrize('case', CASES)
def test_misuse(boot, build, case):
    """The run ends with a panic that names what was done."""
    guest = boot(Machine(kernel=build / 'guest' / 'misuse.elf', cpus=2, memory=128,
                         args=f'bare.exit=debug bare.panic=debug {case}'), 60)
    assert guest.wait_exit(within=40) == STATUS_PANIC, guest.tail()
    assert re.search(rf'\*\*\* PANIC on CPU \d: {CASES[case]}', guest.console), guest.tail()


def test_warned_of_once(boot, build):
    """A vector that is nobody's interrupts three times."""
    guest = boot(Machine(kernel=build / 'guest' / 'misuse.elf', cpus=2, memory=128,
                         args='bare.exit=debug'))
    assert guest.wait_exit() == 0, guest.tail()
    assert guest.console.count("and is nobody's") == 1
