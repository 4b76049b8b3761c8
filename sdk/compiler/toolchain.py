# SPDX-License-Identifier: BSD-3-Clause
"""What linuxless-cc works with: gcc, the SDK's own parts, the C library for the bare machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from compiler import libraries

# Settings for all code: the image is at a fixed address, is linked by sections, and its stacks
# have guards.
CODE = '-fno-pie -ffunction-sections -fdata-sections -fstack-clash-protection'.split()

# Names by which build systems ask for a C++ compiler.
CXX_NAMES = ('c++', 'g++')


class ToolchainError(Exception):
    """Something is not there; the message says what, and what brings it."""


def is_ours(path):
    """Whether a file is a linuxless-cc, of this SDK or of another, or asks PATH for gcc itself."""
    return os.path.basename(os.path.realpath(path)) in ('linuxless-cc', 'ccache')


def find_compiler(name):
    """The path of a compiler, by PATH, in which links to linuxless-cc may come first."""
    if os.sep in name:
        return name
    for folder in os.get_exec_path():
        found = shutil.which(name, path=folder or '.')
        if found and not is_ours(found):
            return found
    raise ToolchainError(f'no {name}: install the package {name}')


class Toolchain:
    """The tools for one language and one C library.

    name      what linuxless-cc was called as
    gcc       the path of the compiler that does the work
    own       the folder of the SDK's parts
    malloc    whose malloc() a program is linked with: musl, the C library's own, or mimalloc
    library   the C library: an object of libraries.py
    """

    def __init__(self, script, libc, malloc):
        self.name = os.path.basename(script)
        self.cxx = self.name.endswith(CXX_NAMES)
        self.setting = 'LINUXLESS_CXX' if self.cxx else 'LINUXLESS_CC'
        self.compiler = os.environ.get(self.setting) or ('g++' if self.cxx else 'gcc')
        self.gcc = find_compiler(self.compiler)
        self.own = Path(os.path.realpath(script)).parents[1] / 'lib' / 'linuxless'
        if libc not in libraries.LIBRARIES:
            raise ToolchainError(f'no C library {libc}: {" or ".join(libraries.LIBRARIES)}')
        if malloc not in libraries.MALLOCS:
            raise ToolchainError(f'no malloc {malloc}: {" or ".join(libraries.MALLOCS)}')
        self.malloc = malloc
        self.library = libraries.LIBRARIES[libc](self)

    def check(self):
        """Raises an error when the C library for this language is not there."""
        missing = self.library.missing()
        if missing:
            raise ToolchainError(missing)

    def ask(self, question):
        """gcc's answer to a question such as -print-libgcc-file-name."""
        return subprocess.run([self.gcc, question], check=True, stdout=subprocess.PIPE,
                              text=True).stdout.strip()

    def compile_words(self):
        """(what stands before the caller's options, what stands behind them)."""
        return CODE, self.library.headers()

    def version(self):
        """The compiler's own words come first: build systems know it by them."""
        subprocess.run([self.gcc, '--version'], check=True)
        print(f'{self.name}: Linuxless {(self.own / "version").read_text().strip()}')

    def answer(self, words):
        """Answers a question that gcc is asked about itself. Returns the exit status.

        Folders of libraries are those of this C library: a build system takes what it finds there.
        """
        sys.stdout.flush()
        for word in words if self.library.folders() else []:
            question, _, file = word.lstrip('-').partition('=')
            if question == 'dumpmachine':
                print(self.library.MACHINE)
            elif question == 'print-search-dirs':
                for line in self.ask('-print-search-dirs').splitlines():
                    if line.startswith('libraries:'):
                        line = f'libraries: ={":".join(map(str, self.library.folders()))}'
                    print(line)
            elif question == 'print-file-name' and file.endswith(('.a', '.so', '.o')):
                print(self.library.find(file) or file)
            else:
                continue
            return 0
        return subprocess.run([self.gcc, *words], check=False).returncode
