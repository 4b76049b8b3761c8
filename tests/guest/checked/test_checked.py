# SPDX-License-Identifier: BSD-3-Clause
"""What a checked build (mk/checked.mk) ends the run for: each fault of faults.c, and its report."""

import re

import pytest

from harness import Machine

pytestmark = pytest.mark.only('checked')

STATUS_PANIC = 127
HERE = r'tests/guest/checked/faults\.c:\d+'
LOCK = r'spinlock: &fault_lock is '
FAULTS = {
    'lock-twice': rf'{LOCK}locked twice by CPU \d: at {HERE}, and at {HERE}',
    'unlock-free': rf'{LOCK}unlocked at {HERE}, but nobody holds it',
    'unlock-foreign': rf'{LOCK}unlocked at {HERE}, but CPU 1 holds it, since {HERE}',
    'without-lock': rf'{LOCK}not held at {HERE}, where it must be',
    'never-unlocked': rf'{LOCK}not given back by CPU 1, which took it at {HERE}',
    'untrue': rf'assert: {HERE}: not so: two \+ two == 5',
    'object-twice': r'poison: 0x[0-9a-f]+ is given back twice',
    'object-written': r'poison: 0x[0-9a-f]+, free memory, was written to: 0x1234\n',
    'page-written': r'poison: 0x[0-9a-f]+, free memory, was written to: 0xadf2ee[0-9a-f]+\n',
}


@pytest.mark.parametrize('fault', FAULTS)
def test_fault_is_found(boot, build, fault):
    """The run ends with a panic that says what was done, and where."""
    guest = boot(Machine(kernel=build / 'guest' / 'checked' / 'faults.elf', cpus=2, memory=128,
                         args=f'bare.exit=debug bare.panic=debug {fault}'), 240)
    assert guest.wait_exit(within=200) == STATUS_PANIC, guest.tail()
    assert re.search(rf'\*\*\* PANIC on CPU \d: {FAULTS[fault]}', guest.console), guest.tail()
