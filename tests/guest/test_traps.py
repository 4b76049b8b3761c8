# SPDX-License-Identifier: BSD-3-Clause
"""Each exception provoked by traps.c, and what the report of it says."""

import re

import pytest

from harness import Machine

STATUS_PANIC = 127

# What is provoked, and what the report must say, in order.
CASES = {
    'divide': [r'divide error \(vector 0', r'in divide\+0x'],
    'single-step': [r'debug exception \(vector 1'],
    'breakpoint': [r'breakpoint \(vector 3', r'in breakpoint\+0x1'],
    'invalid-opcode': [r'invalid opcode \(vector 6', r'in invalid_opcode\+'],
    'no-device': [r'no floating-point unit \(vector 7'],
    'double-fault': [r'double fault \(vector 8', r'double_fault\+0x'],
    'selector': [r'general protection fault \(vector 13, error code 0x28', r'selector 0x5'],
    'protection': [r'general protection fault \(vector 13, error code 0\b'],
    'x87': [r'x87 floating-point error \(vector 16'],
    'simd': [r'SIMD floating-point error \(vector 19'],
    'machine-check': [r'machine check \(vector 18', r'machine check status'],
    'reserved': [r'reserved exception \(vector 15'],
    'nmi': [r'non-maskable interrupt \(vector 2'],
    'null-read': [r'page fault \(vector 14, error code 0\)', r'in null_read\+0x',
                  r'read of 0x10: page 0: a null pointer', r'cr2 0000000000000010'],
    'null-call': [r'page fault \(vector 14, error code 0x10', r'execution of 0: page 0',
                  r'null_call\+0x'],
    'unmapped': [r'page fault \(vector 14, error code 0x2',
                 r'write to 0x7ffffffff000: nothing is mapped there'],
    'write-text': [r'page fault \(vector 14, error code 0x3',
                   r'write to 0x\w+: read-only memory \(text of divide\+0'],
    'write-constant': [r'write to 0x\w+: read-only memory \(constants of the image\)'],
    'execute-data': [r'execution of 0x\w+: memory that is not executable', r'execute_data\+0x'],
    'execute-stack': [r'execution of 0x\w+: memory that is not executable', r'execute_stack\+0x'],
    'stack-overflow': [r'page fault \(vector 14', r'stack overflow: the guard page of the stack of',
                       r'deeper\+0x', r'deeper\+0x'],
    'wild-guard': [r'page fault \(vector 14',
                   r'read of 0x\w+: the guard page of the kernel stack of',
                   r'which is not the stack in use'],
    'in-interrupt': [r'divide error', r'in handler\+0x', r'irq_dispatch\+0x', r'trap_common\+0x'],
}


REGISTERS = ('rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp', 'rip', 'rflags', 'cs', 'ss',
             'cr2', 'cr3', *(f'r{number}' for number in range(8, 16)))


def check_report(report, cpu):
    """Whatever the exception: where, the registers, the stack, and the way there."""
    assert f'*** PANIC on CPU {cpu}: ' in report
    for register in REGISTERS:
        assert re.search(rf'\b{register} +[0-9a-f]{{4,}}', report), register
    assert re.search(r'stack [0-9a-f]{16}: [0-9a-f]{16}', report)
    assert re.search(r'#0 [0-9a-f]{16}', report)
    assert re.search(r'#1 [0-9a-f]{16} \w+\+0x', report)
    assert 'Another failure' not in report


def panic(boot, build, args):
    """The console of a run that must end with a report."""
    guest = boot(Machine(kernel=build / 'guest' / 'traps.elf', cpus=2, memory=128,
                         args=f'bare.exit=debug bare.panic=debug {args}'), 60)
    assert guest.wait_exit(within=30) == STATUS_PANIC, guest.tail()
    return guest.console


def assert_in_order(report, texts):
    """Each is there, behind the one before."""
    at = 0
    for text in texts:
        found = re.search(text, report[at:])
        assert found, f'{text} is not in:\n{report}'
        at += found.end()


@pytest.mark.parametrize('case', CASES)
def test_exception(boot, build, case):
    """The report names it and says what it means."""
    report = panic(boot, build, case)
    check_report(report, 0)
    assert_in_order(report, CASES[case])


@pytest.mark.parametrize('case', ['divide', 'double-fault', 'stack-overflow', 'null-call'])
def test_exception_on_another_cpu(boot, build, case):
    """The same on a CPU that is not the control CPU, which is stopped first."""
    report = panic(boot, build, f'{case} 1')
    check_report(report, 1)
    assert_in_order(report, CASES[case])


def test_panic_by_the_kernel(boot, build):
    """What the kernel itself finds wrong has no registers, but a reason and a way."""
    report = panic(boot, build, 'arena-twice')
    assert_in_order(report, [r'\*\*\* PANIC on CPU 0: arena: .* is given back twice',
                             r'#\d+ [0-9a-f]{16} arena_return\+0x', r'arena_twice\+0x'])


def test_panic_halts(boot, build):
    """bare.panic=halt, the default: the report stays, the machine stands still."""
    guest = boot(Machine(kernel=build / 'guest' / 'traps.elf', cpus=2, memory=128,
                         args='divide'), 60)
    guest.wait_for(r'#1 [0-9a-f]{16} main')
    assert guest.running()


def test_panic_reboots(boot, build):
    """bare.panic=reboot:1: the machine starts again after the report has stood for a second."""
    guest = boot(Machine(kernel=build / 'guest' / 'traps.elf', cpus=2, memory=128,
                         args='bare.panic=reboot:1 divide',
                         extra=['-action', 'reboot=reset']), 60)
    first = guest.wait_for(r'PANIC on CPU 0')
    guest.wait_for(r'PANIC on CPU 0', after=first.end())
