# SPDX-License-Identifier: BSD-3-Clause
"""Names in kernel/ and libc/: whoever reads one knows where it is."""

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / 'tools'))
import floors  # noqa: E402  pylint: disable=wrong-import-position

HOUSES = ('kernel/', 'libc/')
ASIDE = re.compile(r'/\*.*?\*/|__attribute__\(\(.*?\)\) ?|__packed', re.DOTALL)
FUNCTION = re.compile(r'^static [^;={}]*?\b(\w+)\((?!\*)[^;{}]*\)\n\{', re.MULTILINE)
MACRO = re.compile(r'^#\s*define\s+(\w+)', re.MULTILINE)
CALLS = re.compile(r'^#include "libc/base/calls.def"', re.MULTILINE)


def none_of(wrong):
    """Fail with the list, if there is anything in it."""
    if wrong:
        pytest.fail('\n'.join(sorted(wrong)), pytrace=False)


def begins(name, unit):
    """Does a public name begin with its file's first word, or its folder's, or one of those?"""
    _, folder, stem = unit.split('/')
    return any(name == word or name.startswith(word + '_')
               for plural in (stem, stem.split('_')[0], folder)
               for word in (plural, plural.removesuffix('s')))


def test_public_names_begin_with_their_files(build):
    """A function or variable for others; a call's (sys_), and what fills a contract, aside."""
    seen, wrong = 0, []
    for path in floors.sources('.c'):
        unit, compiled = floors.unit_of(path), build / path.relative_to(floors.ROOT)
        if not unit.startswith(HOUSES):
            continue
        for name in floors.names(compiled.with_suffix('.o'))[0]:
            seen += 1
            if not (name.startswith('sys_') or name in floors.CONTRACTS or begins(name, unit)):
                wrong.append(f'{unit}: {name}')
    assert seen > 500, 'nothing is built'
    none_of(wrong)


def own_names(path, compiled):
    """All names of a C file: its functions, those that are inlined too, and its variables."""
    listing = subprocess.run(['nm', '-P', compiled], stdout=subprocess.PIPE, text=True, check=True,
                             timeout=60).stdout
    kinds = [line.split()[:2] for line in listing.splitlines()]
    return ({name for name, kind in kinds if kind in 'dbrTDBR' and '.' not in name} |
            set(FUNCTION.findall(ASIDE.sub('', path.read_text()))))


def test_names_are_unique(build):
    """A name in a backtrace, or in a debugger, is that of one function or variable."""
    places = defaultdict(set)
    for path in floors.sources('.c'):
        compiled = build / path.relative_to(floors.ROOT).with_suffix('.o')
        for name in own_names(path, compiled) if 'small' not in path.parts else ():
            places[name].add(path.relative_to(floors.ROOT).as_posix())
    assert len(places) > 2000, 'nothing is built'
    none_of([f'{name}: {", ".join(sorted(where))}' for name, where in places.items()
             if len(where) > 1])


def test_macros_are_unique():
    """A macro is defined in one file, but those that calls.def is read by, list after list."""
    places = defaultdict(set)
    for path in [*floors.sources('.h'), *floors.sources('.c')]:
        text = path.read_text()
        if 'small' not in path.parts and not CALLS.search(text):
            for name in MACRO.findall(text):
                places[name].add(path.relative_to(floors.ROOT).as_posix())
    assert len(places) > 1500
    none_of([f'{name}: {", ".join(sorted(where))}' for name, where in places.items()
             if len(where) > 1])


def test_cpuid_is_written_once():
    """Leaves of CPUID and their bits are in one header."""
    none_of([f'{path.relative_to(floors.ROOT)}: {line}' for path in floors.sources('.c')
             if floors.unit_of(path).startswith(HOUSES)
             for line in re.findall(r'^#[ ]*define\s+CPUID_.*', path.read_text(), re.MULTILINE)])


def test_no_structure_stands_twice():
    """A structure is defined in one place, but for those of one file that others call so too."""
    places = defaultdict(set)
    for path in [*floors.sources('.h'), *floors.sources('.c')]:
        for name in re.findall(r'^struct (abi_\w+) \{', path.read_text(), re.MULTILINE):
            places[name].add(path.relative_to(floors.ROOT).as_posix())
    none_of([f'struct {name}: {", ".join(sorted(where))}' for name, where in places.items()
             if len(where) > 1])
