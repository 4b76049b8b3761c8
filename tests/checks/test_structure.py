# SPDX-License-Identifier: BSD-3-Clause
"""The structure of the sources: who includes whom, what each part may call, sizes, licence lines.

Each test gathers all that is wrong and shows it as a list.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ('boot', 'kernel', 'libc', 'eal_bare', 'net', 'apps', 'sdk', 'tests', 'bench', 'tools',
           'dpdk', 'fast', 'checked', 'commands', 'strings')
SUFFIXES = {'.c', '.h', '.asm', '.inc', '.py', '.sh', '.mk', '.awk', '.ld', '.ini', '.cc', '.cpp'}
LINES_MAX = 400
FUNCTION_LINES_MAX = 60
COLUMNS_MAX = 100

# Headers that a compiler brings for programs without a library under them.
FREESTANDING = {'stdint.h', 'stddef.h', 'stdbool.h', 'stdarg.h', 'limits.h'}
VECTORS = {'immintrin.h', 'cpuid.h'}

# What the kernel and the libc seam take from outside: the start of the C program, and what the link
# makes.
CONTRACT = {'main', '__libc_start_main', '_init', '_fini'}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.MULTILINE)
ASM_INCLUDE = re.compile(r'^[ \t]*%include[ \t]+"([^"]+)"', re.MULTILINE)


def sources():
    """Every source file of the project, scripts without a suffix included."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob('*') if path.is_file()]
    files += [ROOT / 'Makefile', *ROOT.glob('*.mk'), *ROOT.glob('*.ld'), *ROOT.glob('.ci/*')]
    for path in sorted(files):
        if '__pycache__' in path.parts or 'data' in path.parts or 'corpus' in path.parts:
            continue
        if path.suffix in SUFFIXES or path.name == 'Makefile':
            yield path
        elif not path.suffix and path.read_bytes()[:2] == b'#!':
            yield path


def name(path):
    """How a file is called in a message."""
    return path.relative_to(ROOT).as_posix()


def none_of(wrong):
    """Fail with the list, if there is anything in it."""
    if wrong:
        pytest.fail('\n'.join(wrong), pytrace=False)


def may_include(folder, quote, header, path):
    """The table of the design: may a C file of that folder include this header?"""
    top = header.split('/')[0]
    own = quote == '"' and (path.parent / header).exists()
    if folder in ('boot', 'kernel', 'checked'):
        return header in FREESTANDING if quote == '<' else top == 'kernel'
    if folder == 'libc':
        return header in FREESTANDING if quote == '<' else top in ('kernel', 'libc')
    if folder == 'eal_bare':
        return quote == '<' or top in ('kernel', 'eal_bare') or own
    if folder == 'strings':
        return header in FREESTANDING | VECTORS if quote == '<' else top == 'strings'
    if folder == 'net':
        seam = ('libc/far/far.h', 'eal_bare/eal_net.h')
        return quote == '<' or top in ('net', 'lwip', 'netif') or header in seam
    if folder == 'apps':
        return quote == '<' and not header.startswith(('kernel/', 'libc/', 'eal')) or own
    return True


def test_layers():
    """A folder includes only what the design lets it see."""
    wrong = []
    for path in sources():
        folder = path.relative_to(ROOT).parts[0]
        text = path.read_text(errors='replace')
        if path.suffix in ('.c', '.h'):
            wrong += [f'{name(path)}: includes {header}' for quote, header in INCLUDE.findall(text)
                      if not may_include(folder, quote, header, path)]
        elif path.suffix in ('.asm', '.inc'):
            wrong += [f'{name(path)}: includes {header}' for header in ASM_INCLUDE.findall(text)
                      if not header.endswith('.inc')]
    none_of(wrong)


@pytest.mark.parametrize('folder, flags', [('kernel', 'kernel'), ('libc', 'kernel'),
                                           ('checked', 'kernel'), ('eal_bare', 'eal')])
def test_headers_stand_alone(folder, flags, build):
    """Each header compiles by itself, and twice."""
    wrong = []
    for header in sorted((ROOT / folder).rglob('*.h')):
        words = shlex.split((build / 'flags' / flags).read_text())
        text = f'#include "{name(header)}"\n' * 2
        done = subprocess.run(['gcc', *words, '-fsyntax-only', '-x', 'c', '-'], input=text,
                              stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False, timeout=60)
        if done.returncode:
            wrong.append(f'{name(header)}:\n{done.stderr}')
    none_of(wrong)


def symbols(objects):
    """(defined, undefined) names of object files; undefined ones with their file."""
    defined, undefined = set(), {}
    for path in objects:
        listing = subprocess.run(['nm', '-P', path], stdout=subprocess.PIPE, text=True, check=True,
                                 timeout=60)
        for line in listing.stdout.splitlines():
            symbol, kind = line.split()[:2]
            if kind in ('U', 'w', 'v'):
                undefined.setdefault(symbol, path.name)
            else:
                defined.add(symbol)
    return defined, undefined


def test_symbols_within_contract(build):
    """The machine's part calls nothing of the C library but what the contract names."""
    objects = [path for folder in ('boot', 'kernel', 'libc')
               for source in sorted((ROOT / folder).rglob('*')) if source.suffix in ('.c', '.asm')
               for path in [build / (name(source).removesuffix('.c') + '.o')] if path.exists()]
    assert objects, 'nothing is built'
    defined, undefined = symbols(objects)
    by_link = {symbol for script in ('linker.ld', 'sdk/unwind.ld')
               for symbol in re.findall(r'\b(\w+) = ', (ROOT / script).read_text())}
    none_of([f'{file}: {symbol} is not in the contract' for symbol, file in undefined.items()
             if symbol not in defined | by_link | CONTRACT])


def test_rooms_are_small():
    """No source file is longer than a reader can hold."""
    none_of([f'{name(path)}: {count} lines' for path in sources()
             if (count := len(path.read_bytes().splitlines())) > LINES_MAX])


def test_lines_are_narrow():
    """No line is wider than an editor beside another, but in a list that the start is linked by."""
    none_of([f'{name(path)}:{number}: {width} columns' for path in sources()
             if path.name != 'start_order.ld'
             for number, line in enumerate(path.read_text(errors='replace').splitlines(), 1)
             if (width := len(line.expandtabs(8))) > COLUMNS_MAX])


def test_functions_are_short():
    """Neither is a C function: its body stands between braces at the left margin."""
    wrong = []
    for path in sources():
        begin = None
        for number, line in enumerate(path.read_text(errors='replace').splitlines(), 1):
            if path.suffix == '.c' and line == '{':
                begin = number
            elif line == '}' and begin:
                if number - begin > FUNCTION_LINES_MAX:
                    wrong.append(f'{name(path)}:{begin}: {number - begin} lines')
                begin = None
    none_of(wrong)


def test_nothing_is_left_for_later():
    """No marks of unfinished work."""
    mark = re.compile(r'\b(TO' r'DO|FIX' r'ME|X' r'XX|HA' r'CK)\b')
    none_of([f'{name(path)}:{number}: {line.strip()}' for path in sources()
             for number, line in enumerate(path.read_text(errors='replace').splitlines(), 1)
             if mark.search(line)])


def test_licence_lines():
    """Each source file says its licence at its beginning."""
    none_of([name(path) for path in sources()
             if b'SPDX-License-Identifier: BSD-3-Clause' not in path.read_bytes()[:300]])
