# SPDX-License-Identifier: BSD-3-Clause
"""Hidden names: those that a library's files have among themselves (ELF's STV_HIDDEN).

A shared library shows them to no program. In an archive they are names like any other: a program
that defines one as well is "multiple definition", or, worse, the library silently calls the
program's function in place of its own. Here they get other names, unlike any that C or C++ has.

Weak ones stay: they are C++'s inline functions, of which any copy does.
"""

import os
import re
import struct
import subprocess
import tempfile
from pathlib import Path

MAGIC = b'!<arch>\n'
HEADER_BYTES = 60

# readelf -sW: number, value, size, type, binding, visibility, section, name.
_HIDDEN = re.compile(r'^ *\d+: \w+ +\w+ \w+ +GLOBAL +(?:HIDDEN|INTERNAL) +(?!UND)\S+ (\S+)$',
                     re.MULTILINE)


def is_archive(path):
    """Whether a file is an archive, and not a linker script of the same suffix."""
    try:
        with open(path, 'rb') as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def index(archive):
    """The names that an archive defines, hidden ones too, as its first member lists them: a count
    and as many offsets, of 32 bits with the greater end first, then the names (ar(5), "/")."""
    with open(archive, 'rb') as file:
        file.seek(len(MAGIC))
        header = file.read(HEADER_BYTES)
        if header[:2] != b'/ ':
            return set()
        content = file.read(int(header[48:58]))
    count = struct.unpack_from('>I', content)[0]
    return {name.decode() for name in content[4 + 4 * count:].split(b'\0')[:count]}


def defined(objects):
    """The names that object files define for others."""
    if not objects:
        return set()
    listing = subprocess.run(['nm', '--defined-only', '--extern-only', '--format=just-symbols',
                              *objects], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                             text=True, errors='replace', check=False).stdout
    return set(listing.split())


def names(archive):
    """The hidden names that an archive defines."""
    listing = subprocess.run(['readelf', '-sW', archive], check=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True, errors='replace').stdout
    return set(_HIDDEN.findall(listing))


def exported(library):
    """The names that a shared library shows, if it is there."""
    listing = subprocess.run(
        ['nm', '--dynamic', '--defined-only', '--format=just-symbols', library],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors='replace',
        check=False).stdout
    return {name.partition('@')[0] for name in listing.split()}


def rename(archive, hidden, target):
    """Gives the names in `hidden` others, in a copy of the archive."""
    own = Path(archive).stem
    with tempfile.NamedTemporaryFile('w', suffix='.names') as table:
        table.writelines(f'{name} {name}.{own}\n' for name in sorted(hidden))
        table.flush()
        subprocess.run(['objcopy', '--enable-deterministic-archives',
                        f'--redefine-syms={table.name}', archive, target],
                       check=True)


class Parting:
    """Parts the archives of one link from its other files where they have a name in common that an
    archive hides.

    An archive is a library's own affair only where a shared library is beside it, which does not
    show these names, or where it would be if there were any (the SDK's own): of another one, such
    as a part of the program's, they are used.
    """

    def __init__(self, scratch, files, own):
        """`files`: those of the link, archives and others; copies are made in `scratch`. `own`: the
        folder of the SDK's libraries."""
        self._own = os.path.realpath(own)
        self._scratch = Path(tempfile.mkdtemp(dir=scratch))
        paths = {os.path.realpath(file) for file in files}
        self._indices = {path: index(path) for path in paths if is_archive(path)}
        self._defined = defined(sorted(paths - set(self._indices)))
        self._copies = {}

    def __call__(self, file):
        """The archive that is to be linked in the place of this one: a copy, or itself."""
        path = os.path.realpath(file)
        if path not in self._copies:
            self._copies[path] = self._part(path)
        return self._copies[path] or file

    def _part(self, path):
        shared = Path(path).with_suffix('.so')
        if path not in self._indices or not (shared.exists() or
                                             Path(path).is_relative_to(self._own)):
            return None
        others = self._defined.union(*(names for other, names in self._indices.items()
                                       if other != path))
        common = self._indices[path] & others
        common = common and common & names(path) - exported(shared)
        if not common:
            return None
        copy = self._scratch / f'{len(self._copies)}-{Path(path).name}'
        rename(path, common, copy)
        return str(copy)
