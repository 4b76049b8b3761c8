# SPDX-License-Identifier: BSD-3-Clause
"""libc/base/calls.def against what the system's headers say of Linux's calls."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LIST = ROOT / 'libc' / 'base' / 'calls.def'
NUMBERS = Path('/usr/include/x86_64-linux-gnu/asm/unistd_64.h')
MUSL = Path('/usr/include/x86_64-linux-musl')

LINE = re.compile(r'^(?=[A-Z_]+\()|(?<=\)) (?=NAME\()', re.MULTILINE)
ENTRY = re.compile(r'([A-Z_]+)\((\d+), (\w+)(?:, (.*))?\)')
PROTOTYPE = re.compile(r'^\s*\w[\w \t]*[\s*](\w+)\s*\(([^()]*)\)\s*;', re.MULTILINE)

# Calls that the C library makes otherwise than its function of that name is called, and why.
OTHERWISE = {
    'clone': 'takes a function and its argument',
    'epoll_pwait': 'adds the size of the mask',
    'eventfd': 'makes the call eventfd2',
    'faccessat': 'handles the flags itself, which the call has not',
    'fchmodat': 'handles the flags itself, which the call has not',
    'getcpu': 'does not pass the cache, which is obsolete',
    'mq_open': 'takes the mode and the attributes only if it is to make a queue',
    'ppoll': 'adds the size of the mask',
}


def none_of(wrong):
    """Fail with the list, if there is anything in it."""
    if wrong:
        pytest.fail('\n'.join(wrong), pytrace=False)


def entries():
    """(macro, number, name, arguments) of each call; arguments is None where there are none."""
    text = LIST.read_text().split('#endif\n\n', 1)[1].split('\n#undef', 1)[0]
    pieces = [' '.join(piece.split()) for piece in LINE.split(text) if piece.strip()]
    found = [ENTRY.fullmatch(piece) for piece in pieces]
    none_of([f'not an entry: {piece}' for piece, match in zip(pieces, found) if not match])
    return [(match[1], int(match[2]), match[3], match[4]) for match in found]


def count(arguments):
    """How many arguments a list has."""
    return 0 if arguments.strip() in ('', 'void') else arguments.count(',') + 1


def test_numbers_are_those_of_linux():
    """Each call of the system's header has its number, and there is no other."""
    linux = {name: int(number) for name, number in
             re.findall(r'^#define __NR_(\w+) (\d+)$', NUMBERS.read_text(), re.MULTILINE)}
    ours = {name: number for _, number, name, _ in entries()}
    assert len(ours) == len(entries()), 'a name stands twice'
    last = max(ours.values())
    none_of([f'{name} is {number}, in Linux {linux.get(name)}' for name, number in ours.items()
             if linux.get(name) != number] +
            [f'{name} ({number}) is missing' for name, number in linux.items()
             if number <= last and name not in ours])


def test_arguments_are_as_many_as_those_of_the_library():
    """Where the C library has a function of that name, it takes as many, with known exceptions."""
    functions = {}
    for header in MUSL.rglob('*.h'):
        text = re.sub(r'/\*.*?\*/', '', header.read_text(errors='replace'), flags=re.DOTALL)
        for name, arguments in PROTOTYPE.findall(text):
            functions.setdefault(name, set()).add(count(arguments))
    wrong, compared = [], 0
    for macro, _, name, arguments in entries():
        if macro not in ('CALL', 'FRAME_CALL') or name not in functions:
            continue
        compared += 1
        alike = count(arguments) in functions[name]
        if alike and name in OTHERWISE:
            wrong.append(f'{name}: is no exception')
        elif not alike and name not in OTHERWISE:
            wrong.append(f'{name}: {count(arguments)} arguments, the C library\'s has '
                         f'{sorted(functions[name])}')
    none_of(wrong)
    assert compared > 100, f'only {compared} functions found in {MUSL}'


def test_entries_keep_their_word():
    """FRAME_CALLs look at the registers and no other does; CALL_AS names a CALL."""
    bodies = {}
    for path in (ROOT / 'libc').rglob('*.c'):
        for name, body in re.findall(r'^sys_(\w+)\(.*?^\{$(.*?)^\}$', path.read_text(),
                                     re.MULTILINE | re.DOTALL):
            bodies[name] = body
    called = {name for macro, _, name, _ in entries() if macro in ('CALL', 'FRAME_CALL')}
    none_of([f'{name}: {macro}, but {"no " if macro == "FRAME_CALL" else ""}syscall_frame()'
             for macro, _, name, _ in entries() if name in called
             and ('syscall_frame()' in bodies[name]) != (macro == 'FRAME_CALL')] +
            [f'{name}: {other} is not a call of its own' for macro, _, name, other in entries()
             if macro == 'CALL_AS' and other not in called] +
            [f'sys_{name} is not in the list' for name in bodies if name not in called])


@pytest.mark.parametrize('macro', ['CALL', 'FRAME_CALL', 'CALL_AS', 'ANSWER', 'NAME'])
def test_every_kind_is_used(macro):
    """A kind of entry that nobody uses is to be taken out of the list's description."""
    assert any(kind == macro for kind, *_ in entries())
