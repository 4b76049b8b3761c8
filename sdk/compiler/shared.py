# SPDX-License-Identifier: BSD-3-Clause
"""Shared libraries, where there are none: -shared joins all that it is given to one object.

A program that names such a file, by its path or as -lNAME, is linked with it as with any object,
so that a project that makes a shared library and programs with it builds as it stands. The file
remembers what it was to be linked with (-l, DPDK), as a shared library does in DT_NEEDED: the
program's link has that as well. What loads one while the program runs (dlopen) fails, as it always
does here.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from compiler.command import Source

NEEDED = '.linuxless_needed'
RELOCATABLE = b'\x01\x00'  # e_type ET_REL (ELF-64 object file format §3), at that offset
TYPE_AT = 16


def is_joined(path):
    """Whether a file is such a library."""
    try:
        with open(path, 'rb') as file:
            head = file.read(TYPE_AT + len(RELOCATABLE))
    except OSError:
        return False
    return head.startswith(b'\x7fELF') and head.endswith(RELOCATABLE)


def needed(path):
    """The words that a library was to be linked with."""
    with tempfile.NamedTemporaryFile() as words:
        subprocess.run(['objcopy', f'--dump-section={NEEDED}={words.name}', path, '/dev/null'],
                       stderr=subprocess.DEVNULL, check=False)
        return Path(words.name).read_text(encoding='utf-8').splitlines()


def find(name, words):
    """The library that -lNAME means where there is no archive of the name after -L, or None."""
    for word in words:
        if isinstance(word, Source) or not word.startswith('-L'):
            continue
        folder = Path(word[2:])
        if (folder / f'lib{name}.a').is_file():
            return None
        if is_joined(folder / f'lib{name}.so'):
            return str(folder / f'lib{name}.so')
    return None


def resolve(words, seen=None):
    """A link's words with such libraries by their paths, and what each was to be linked with.

    seen   the libraries that are there already
    """
    resolved, more, seen = [], [], set() if seen is None else seen
    for word in words:
        found = None
        if not isinstance(word, Source):
            found = find(word[2:], words) if word.startswith('-l') else word
        if found and '.so' in Path(found).name and is_joined(found):
            word = os.path.realpath(found)
            if word in seen:
                continue
            seen.add(word)
            more += needed(word)
        resolved.append(word)
    return resolved + (resolve(more, seen) if more else [])


def join(tools, command):
    """Compiles and joins what a command line with -shared names. Returns the exit status."""
    output = command.output or 'a.out'
    inputs, libraries = [], []
    for word in command.link:
        if isinstance(word, Source):
            inputs += [*(['-x', word.language] if word.language else []), word.name,
                       *(['-x', 'none'] if word.language else [])]
        elif word.startswith(('-l', '-L')) or _is_library(word):
            libraries.append(_absolute(word))
        elif not word.startswith(('-Wl,', '-T')):
            inputs.append(word)
    before, behind = tools.compile_words()
    options = [new for word in command.options if word not in ('-shared', '-pie', '-s', '-rdynamic')
               for new in tools.library.translate(word)]
    with tempfile.TemporaryDirectory() as scratch:
        words = Path(scratch) / 'needed'
        words.write_text(''.join(f'{word}\n' for word in libraries), encoding='utf-8')
        status = subprocess.run([tools.gcc, *before, *options, '-r', *inputs, *behind,
                                 '-o', f'{scratch}/joined'], check=False).returncode
        if status:
            return status
        return subprocess.run(
            ['objcopy', f'--add-section={NEEDED}={words}',
             f'--set-section-flags={NEEDED}=exclude', f'{scratch}/joined', output],
            check=False).returncode


def _is_library(word):
    """Whether a word is a file that the program's link takes, not this one: another such library,
    or DPDK."""
    name = Path(word).name
    return '.so' in name and is_joined(word) or name.startswith('librte_') or name == 'bare-dpdk.o'


def _absolute(word):
    """A word for the linker that holds from another folder too."""
    if word.startswith('-l'):
        return word
    return f'-L{Path(word[2:]).absolute()}' if word.startswith('-L') else str(Path(word).absolute())
