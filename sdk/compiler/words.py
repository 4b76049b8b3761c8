# SPDX-License-Identifier: BSD-3-Clause
"""The caller's words for the linker: what goes to it, and what is said to the image itself.

DPDK's archives stand in link lines, by libdpdk.pc or by name, once or as often as the targets of a
project name them: all that is taken from that is that the program uses DPDK.
"""

import re
from pathlib import Path

from compiler import shared
from compiler.command import Source

# Words with which nothing boots.
DROPPED = frozenset('-Bdynamic -dy -call_shared -pie -static-pie --no-gc-sections'.split())
STRIPS = frozenset('-s --strip-all'.split())

# libfmt.so, libfmt.so.9.1.0
SHARED = re.compile(r'\.so(\.\d+)*$')


def archive_name(word):
    """The file that a word names, without its folder: for -lrte_eal librte_eal.a."""
    if word.startswith('-l:'):
        return word[3:]
    if word.startswith('-l'):
        return f'lib{word[2:]}.a'
    return Path(word).name


def _beside(word):
    """The archive beside a shared library that a build system has found, by any of its names."""
    archive = SHARED.sub('.a', word)
    return archive if archive != word and Path(archive).is_file() else word


class LinkWords:
    """The words of one link, read for a C library (libraries.py).

    inputs        what goes to the linker, in order: files, -l, -L, options, Sources
    dpdk          whether any of DPDK is named
    stripped      whether the image is to have no symbols
    map           the file that the linker's map is asked for in, or None
    definitions   arguments by which the linker script is told of settings
    """

    def __init__(self, library, words):
        self.library = library
        self.dpdk = self.stripped = False
        self.map = None
        self.definitions = []
        self.inputs = []
        targets = (library.dpdk() / 'dpdk' / 'targets').read_text().split()
        self._dpdks = {Path(target).name for target in targets} | {'bare-dpdk.o'}
        rest = iter(shared.resolve(words))
        for word in rest:
            self._read(word, rest)

    def _read(self, word, rest):
        """A word, and of `rest` the next one where it belongs to it."""
        if isinstance(word, Source):
            self.inputs.append(word)
        elif archive_name(word.removeprefix('-Wl,')) in self._dpdks:
            self.dpdk = True
        elif word in ('-Wl,-z', '-Wl,-Map'):
            self._setting(word, next(rest, ''))
        elif word.startswith('-Wl,-zstack-size='):
            self._setting('-Wl,-z', '-Wl,' + word[len('-Wl,-z'):])
        elif word.startswith('-Wl,-Map='):
            self.map = word[len('-Wl,-Map='):]
        elif word.removeprefix('-Wl,') in STRIPS:
            self.stripped = True
        elif word.removeprefix('-Wl,') not in DROPPED:
            self.inputs += self._library(_beside(word))

    def _setting(self, word, value):
        """An option of two words: -z KEYWORD, -Map FILE."""
        value = value.removeprefix('-Wl,')
        if word == '-Wl,-Map':
            self.map = value
        elif value.startswith('stack-size='):
            # For the linker script: ld itself leaves the size out when it is given a script.
            size = value.partition('=')[2]
            self.definitions.append(f'-Wl,--defsym=__linuxless_stack_size={size}')
        else:
            self.inputs += [word, f'-Wl,{value}']

    def _library(self, word):
        """A library that the link has anyway is left out; one of gcc's gets its path."""
        if word.startswith('-l'):
            if self.library.links_itself(word[2:]):
                return []
            if word == '-latomic':
                return [self.library.find('libatomic.a')]
        return [word]
