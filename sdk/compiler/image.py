# SPDX-License-Identifier: BSD-3-Clause
"""From a link line to a file that boots.

Sources are compiled once, each to an object in its place. What is linked then: the machine (with
DPDK's environment layer, if any of DPDK is named), the caller's objects and libraries, DPDK, and
the C library. With DPDK a first link shows which of its libraries are used: those come in whole,
for their constructors, and the others not at all. The last link has the table of function names
that backtraces read, made from the link before it. Names that a library hides from programs do not
meet the program's (hidden.py).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from compiler import hidden, sources
from compiler.words import LinkWords, archive_name

UNDEFINED = re.compile(r"undefined reference to `([^']+)'")
NOT_FOUND = re.compile(r'cannot find -l(\S+?):? ')

# A program's own in place of the unwinder's, which that program calls by dlsym() (sdk/dlsym.c).
RAISES = "multiple definition of `_Unwind_RaiseException'"
RAISE_AGAIN = '_Unwind_RaiseException=__linuxless_raise_exception'

# Functions that only objects for another C library's headers call.
FOR_GLIBC = re.compile(r'__\w+_chk|__isoc\d+_\w+|__\w*_finite|_obstack_\w+')


class LinkError(Exception):
    """The link failed: gcc's exit status, and what to say beside its own words."""

    def __init__(self, status, message=None):
        super().__init__(message)
        self.status = status
        self.message = message


class Image:
    """One link: `tools` is the Toolchain, `command` the caller's Command."""

    def __init__(self, tools, command, scratch, net=False):
        self.tools = tools
        self.net = net
        self.library = tools.library
        self.options = [word for option in command.options
                        if option not in ('-pie', '-static-pie', '-s')
                        for word in tools.library.translate(option)]
        self.output = command.output or 'a.out'
        self.scratch = Path(scratch)
        self.words = LinkWords(tools.library, command.link)
        self.inputs = self.words.inputs
        self.stripped = self.words.stripped or '-s' in command.options
        self.unwinder = None
        self.dpdk_words = []
        # TCP/IP runs a port by DPDK; before main(), where the program does not.
        self.alone = net and not self.words.dpdk
        self.dpdk = self.words.dpdk or net
        self.linked = []

    def compile(self):
        """Puts objects where sources stood."""
        self.inputs = sources.compile_all(self.tools, self.options, self.output, self.inputs,
                                          self.scratch)

    def _find_archive(self, word):
        """The archive that the linker takes for a word such as -lNAME, or the word."""
        if not word.startswith('-l'):
            return word
        folders = [given[2:] for given in self.inputs if given.startswith('-L')]
        for folder in folders:
            if (Path(folder) / archive_name(word)).is_file():
                return str(Path(folder) / archive_name(word))
        return self.library.find(archive_name(word)) or word

    def part_names(self):
        """Has no archive's hidden names meet those of the program or of another library."""
        words = [self._find_archive(word) for word in self.inputs]
        files = [word for word in [*words, *self.dpdk_words] if not word.startswith('-')]
        part = hidden.Parting(self.scratch, files, self.tools.own / 'libs')
        self.linked = [given if part(word) == word else part(word)
                       for given, word in zip(self.inputs, words)]
        (self.scratch / 'dpdk').write_text(''.join(f'{part(word)}\n' for word in self.dpdk_words))

    def _link(self, target, *first):
        """One link, of `first` before the caller's files; the map is in the scratch folder."""
        own = self.tools.own
        before, _ = self.tools.compile_words()
        begin, end = self.library.ends()
        machine = self.library.dpdk() / 'bare-dpdk.o' if self.dpdk else own / 'bare.o'
        if self.net:
            machine = machine.with_name('bare-net.o')
        done = subprocess.run(
            [self.tools.gcc, *self._folders(), *before, *self.options,
             *(own / 'link-flags').read_text().split(), *self.words.definitions,
             *self.library.scripts(), f'-L{own}', f'-Wl,-Map={self.scratch}/map',
             *(['-Wl,--wrap=main'] if self.alone else []), *begin, *first, machine,
             *self.linked, f'-Wl,@{self.scratch}/dpdk',
             '-Wl,--start-group', *self._runtime(), '-Wl,--end-group', *end,
             '-o', target], stderr=subprocess.PIPE, text=True, errors='replace', check=False,
            env={**os.environ, 'LC_ALL': 'C'})
        if done.returncode and RAISES in done.stderr and not self.unwinder:
            self._rename_in_unwinder()
            self._link(target, *first)
            return
        sys.stderr.write(done.stderr)
        if done.returncode:
            raise LinkError(done.returncode, self._explain(done.stderr))

    def _runtime(self):
        """The C library's archives, with the unwinder as it is, or as it has been changed."""
        return [self.unwinder if self.unwinder and Path(archive).name == 'libgcc_eh.a' else archive
                for archive in self.library.runtime()]

    def _rename_in_unwinder(self):
        """Makes room for a function of the program's."""
        self.unwinder = str(self.scratch / 'libgcc_eh.a')
        subprocess.run(['objcopy', '--redefine-sym', RAISE_AGAIN, self.library.find('libgcc_eh.a'),
                        self.unwinder], check=True)

    def _folders(self):
        """Has the linker look in the C library's folders, and in none of gcc's own."""
        folders = self.library.folders()
        if not folders:
            return []
        specs = self.scratch / 'specs'
        specs.write_text('*link_libgcc:\n' + ' '.join(f'-L{folder}' for folder in folders) + '\n\n')
        return [f'-specs={specs}']

    def _explain(self, said):
        """What to add to the linker's words."""
        undefined = sorted(set(UNDEFINED.findall(said)))
        missing = sorted(set(NOT_FOUND.findall(said)))
        library = self.library.NAME
        if missing:
            return f'no library {", ".join(missing)} for {library}: {self.library.FOUND}'
        foreign = [name for name in undefined if FOR_GLIBC.fullmatch(name)]
        if foreign and library != 'glibc':
            return (f'not linked; {", ".join(foreign[:3])}: what calls that was compiled for '
                    'glibc, not for musl')
        if undefined:
            return (f'not linked; undefined: {", ".join(undefined)}: neither in what is linked, '
                    'nor a function that the bare machine has')
        return None

    def _choose_dpdk(self, used):
        """The linker's arguments for DPDK: its drivers, and what the link behind `used` took."""
        folder = self.library.dpdk() / 'dpdk'
        drivers = (folder / 'drivers').read_text().split()
        arguments = subprocess.run(
            [self.tools.own / 'link-args', '--used', used, folder, *drivers],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        self.dpdk_words = arguments.splitlines()

    def _name_functions(self, program):
        """The table of a linked program's functions, as an object."""
        own = self.tools.own / 'tools'
        with open(self.scratch / 'symbols.asm', 'w', encoding='utf-8') as source:
            names = subprocess.run(['nm', '--numeric-sort', program], check=True,
                                   stdout=subprocess.PIPE).stdout
            subprocess.run([own / 'symbols'], input=names, stdout=source, check=True)
        # From within the folder: NASM writes its source's name into the object.
        if not shutil.which('nasm'):
            raise LinkError(1, 'no nasm: install the package nasm')
        subprocess.run(['nasm', '-f', 'elf64', 'symbols.asm'], cwd=self.scratch, check=True)
        return self.scratch / 'symbols.o'

    def link(self):
        """Links the image, to the output when all went well."""
        if self.dpdk:
            self._choose_dpdk('none')
            self.part_names()
            self._link(self.scratch / 'used')
            self._choose_dpdk(self.scratch / 'map')
        self.part_names()
        self._link(self.scratch / 'first')
        symbols = self._name_functions(self.scratch / 'first')
        self._link(self.scratch / 'image', *(['-s'] if self.stripped else []), symbols)
        if self.dpdk:
            subprocess.run([self.tools.own / 'check-link-map', self.scratch / 'map'], check=True)
        shutil.copy(self.scratch / 'image', self.output)
        if self.words.map:
            shutil.copy(self.scratch / 'map', self.words.map)


def build(tools, command, net=False):
    """Compiles and links what a command line names; `net`: with TCP/IP. Returns the exit status."""
    with tempfile.TemporaryDirectory() as scratch:
        image = Image(tools, command, scratch, net)
        try:
            image.compile()
            image.link()
        except LinkError as error:
            if error.message:
                print(f'{tools.name}: {error.message}', file=sys.stderr)
            return error.status
        except subprocess.CalledProcessError as error:
            return error.returncode
    return 0
