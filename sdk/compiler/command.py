# SPDX-License-Identifier: BSD-3-Clause
"""A command line of gcc's: which of its words are files, which are options, and what is asked for.

Only as much of gcc's grammar is known as that takes: which options have their argument in a word
of its own (GCC manual, "Option Summary"), what ends before linking, and how a file's language is
told (its name, -x).
"""

import shlex
from pathlib import Path

# Options whose argument is the next word where it is not part of theirs.
SEPARATE = frozenset(
    '-o -x -I -D -U -L -l -u -T -e -h -z -A -B -G -F -MF -MT -MQ -Xlinker -Xassembler '
    '-Xpreprocessor -include -imacros -isystem -iquote -idirafter -iprefix -iwithprefix '
    '-iwithprefixbefore -isysroot -imultilib -aux-info -wrapper -dumpbase -dumpbase-ext -dumpdir '
    '-specs --param --entry --sysroot'.split())

# What gcc does with these is no link.
NO_LINK = frozenset('-c -S -E -M -MM -fsyntax-only -r -###'.split())

# Questions that gcc answers; ours are answered in toolchain.py.
QUESTIONS = ('-print-', '--print-', '-dumpversion', '-dumpfullversion', '-dumpspecs',
             '-dumpmachine', '--target-help', '--help=')

SOURCES = frozenset('.c .i .ii .cc .cp .cxx .cpp .CPP .c++ .C .m .mi .s .S .sx'.split())


def expand(words):
    """The words, with those of response files (@FILE) in their place, as gcc takes them."""
    expanded = []
    for word in words:
        if word.startswith('@') and Path(word[1:]).is_file():
            expanded += expand(shlex.split(Path(word[1:]).read_text()))
        else:
            expanded.append(word)
    return expanded


class Source:
    """A file to compile: its name, and its language where -x told it (None: by its name)."""

    def __init__(self, name, language):
        self.name = name
        self.language = language


class Command:
    """A command line in parts.

    options   what the compiler is told, with or without files
    link      what the linker is told, in order: files, -l, -L, -Wl, with one word each, Sources
    output    the file after -o, or None
    """

    def __init__(self, words):
        self.words = expand(words)
        self.options = []
        self.link = []
        self.output = None
        self._language = None
        self._read(iter(self.words))

    @property
    def links(self):
        """Whether a program is to be linked."""
        inputs = [word for word in self.link
                  if isinstance(word, Source) or not word.startswith(('-L', '-Wl,'))]
        return bool(inputs) and not NO_LINK.intersection(self.words)

    @property
    def question(self):
        """Whether gcc is only asked about itself."""
        return any(word.startswith(QUESTIONS) for word in self.words)

    def _read(self, words):
        for word in words:
            if word in SEPARATE:
                self._take([word, next(words, '')])
            elif word.startswith('-') and word != '-':
                self._take([word])
            elif self._language is not None or Path(word).suffix in SOURCES or word == '-':
                self.link.append(Source(word, self._language))
            else:
                self.link.append(word)

    def _take(self, option):
        """An option, which is a list of one or two words."""
        name = option[0]
        if name.startswith('-o') and not name.startswith('-objc'):
            self.output = option[1] if name == '-o' else name[2:]
        elif name.startswith('-x'):
            language = option[1] if name == '-x' else name[2:]
            self._language = None if language == 'none' else language
        elif name in ('-l', '-L', '-Xlinker', '-T', '-u', '-z') or \
                name.startswith(('-l', '-L', '-Wl,', '-T')):
            self.link += _linker_words(*option)
        else:
            self.options += option


def _linker_words(name, argument=None):
    """An option for the linker, each of its words by itself, as gcc hands it on."""
    if name in ('-l', '-L'):
        return [name + argument]
    if name.startswith('-Wl,'):
        return [f'-Wl,{word}' for word in name.split(',')[1:]]
    if name == '-Xlinker':
        return [f'-Wl,{argument}']
    if argument is not None:
        return [f'-Wl,{name}', f'-Wl,{argument}']
    return [f'-Wl,{name}'] if name.startswith('-T') else [name]
