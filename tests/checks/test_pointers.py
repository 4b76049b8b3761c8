# SPDX-License-Identifier: BSD-3-Clause
"""libc/calls/pointers.def against the arguments that libc/base/calls.def gives each call."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from test_calls import ROOT, entries, none_of  # noqa: E402  pylint: disable=wrong-import-position

POINTERS = ROOT / 'libc' / 'calls' / 'pointers.def'
ENTRY = re.compile(r'^(POINTERS|LOOKS)\((\w+)(?:, (.*?))?\)$', re.MULTILINE | re.DOTALL)
ARGUMENT = re.compile(r'OUT_AT\((\d), (\d)\)|[A-Z_]+\((\d)')

# Arguments that nobody looks at: not used, or kept.
UNUSED = {('getcpu', 2)}


def described():
    """The numbers of the arguments that are described, by the call's name; None: looks itself."""
    text = POINTERS.read_text().split('*/', 2)[2]
    text = re.sub(r'/\*.*?\*/', '', text, flags=re.DOTALL)
    text = '\n'.join(line.rstrip() for line in text.splitlines())
    found = {}
    for kind, name, what in ENTRY.findall(text):
        numbers = {int(at) for ats in ARGUMENT.findall(what) for at in ats if at}
        found[name] = numbers if kind == 'POINTERS' else None
    return found


def pointers():
    """The numbers of the arguments that are pointers, by the call's name."""
    calls = {name: rest for kind, _, name, rest in entries() if kind in ('CALL', 'FRAME_CALL')}
    for kind, _, name, other in entries():
        if kind == 'CALL_AS':
            calls[name] = calls[other]
    arguments = {name: enumerate((rest or '').split(',')) for name, rest in calls.items()}
    found = {name: {at for at, argument in rest if '*' in argument}
             for name, rest in arguments.items()}
    return {name: numbers for name, numbers in found.items() if numbers}


def test_every_pointer_is_described():
    """No pointer is forgotten, and none is described that is not there."""
    said, there = described(), pointers()
    assert len(there) > 90, 'calls.def is not read'
    none_of([f'{name}: not in pointers.def' for name in there if name not in said] +
            [f'{name}: takes no pointer' for name in said if name not in there] +
            [f'{name}: {sorted(said[name])} are described, {sorted(there[name])} are pointers'
             for name in there if said.get(name) is not None and
             said[name] != {at for at in there[name] if (name, at) not in UNUSED}])
