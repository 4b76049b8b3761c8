# SPDX-License-Identifier: BSD-3-Clause
"""From a link line to a file that boots.

Sources are compiled once, each to an object in its place. What is linked then: the machine (with
DPDK's environment layer, if any of DPDK is named), the caller's objects and libraries, DPDK, and
the C library. With DPDK a first link shows which of its libraries are used: those come in whole,
for their constructors, and the others not at all. The last link has the table of function names
that backtraces read, made from the link before it. Names that a library hides from programs do not
meet the program's (hidden.py).

DPDK's archives stand in link lines, by libdpdk.pc or by name, once or as often as the targets of a
project name them: all that is taken from that is that the program uses DPDK.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from compiler import hidden, shared
from compiler.command import Source

UNDEFINED = re.compile(r"undefined reference to `([^']+)'")
NOT_FOUND = re.compile(r'cannot find -l(\S+?):? ')

# A program's own in place of the unwinder's, which that program calls by dlsym() (sdk/dlsym.c).
RAISES = "multiple definition of `_Unwind_RaiseException'"
RAISE_AGAIN = '_Unwind_RaiseException=__linuxless_raise_exception'

# libfmt.so, libfmt.so.9.1.0
SHARED = re.compile(r'\.so(\.\d+)*$')

# Functions that only objects for another C library's headers call.
FOR_GLIBC = re.compile(r'__\w+_chk|__isoc\d+_\w+|__\w*_finite|_obstack_\w+')

# Of the caller's words to the linker: those with which nothing boots.
DROPPED = frozenset('-Bdynamic -dy -call_shared -pie -static-pie --no-gc-sections'.split())
STRIPS = frozenset('-s --strip-all'.split())


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
        self.options = [word for option in command.options if option not in ('-pie', '-static-pie')
                        for word in tools.library.translate(option)]
        self.output = command.output or 'a.out'
        self.scratch = Path(scratch)
        self.dpdk = False
        self.stripped = '-s' in self.options
        self.map = None
        self.unwinder = None
        self.definitions = []
        self.dpdk_words = []
        self.inputs = self._read(command.link)
        # TCP/IP runs a port by DPDK; before main(), where the program does not.
        self.alone = net and not self.dpdk
        self.dpdk |= net
        self.linked = []
        if self.stripped:
            self.options = [word for word in self.options if word != '-s']

    # -- The caller's words -----------------------------------------------------------------------

    def _read(self, words):
        """The words that stay, with what is said to the image itself taken out."""
        targets = (self.library.dpdk() / 'dpdk' / 'targets').read_text().split()
        archives = {Path(target).name for target in targets} | {'bare-dpdk.o'}
        kept, rest = [], iter(shared.resolve(words))
        for word in rest:
            if isinstance(word, Source):
                kept.append(word)
            elif self._archive(word.removeprefix('-Wl,')) in archives:
                self.dpdk = True
            elif word in ('-Wl,-z', '-Wl,-Map'):
                self._setting(word, next(rest, ''), kept)
            elif word.startswith('-Wl,-zstack-size='):
                self._setting('-Wl,-z', '-Wl,' + word[len('-Wl,-z'):], kept)
            elif word.startswith('-Wl,-Map='):
                self.map = word[len('-Wl,-Map='):]
            elif word.removeprefix('-Wl,') in STRIPS:
                self.stripped = True
            elif word.removeprefix('-Wl,') not in DROPPED:
                kept += self._library(self._static(word))
        return kept

    @staticmethod
    def _archive(word):
        """The file that a word names, without its folder: for -lrte_eal librte_eal.a."""
        if word.startswith('-l:'):
            return word[3:]
        if word.startswith('-l'):
            return f'lib{word[2:]}.a'
        return Path(word).name

    @staticmethod
    def _static(word):
        """The archive beside a shared library that a build system has found, by any of its names."""
        archive = SHARED.sub('.a', word)
        return archive if archive != word and Path(archive).is_file() else word

    def _setting(self, word, value, kept):
        """An option of two words: -z KEYWORD, -Map FILE."""
        value = value.removeprefix('-Wl,')
        if word == '-Wl,-Map':
            self.map = value
        elif value.startswith('stack-size='):
            # For the linker script: ld itself leaves the size out when it is given a script.
            size = value.partition('=')[2]
            self.definitions.append(f'-Wl,--defsym=__linuxless_stack_size={size}')
        else:
            kept += [word, f'-Wl,{value}']

    def _library(self, word):
        """A library that the link has anyway is left out; one of gcc's gets its path."""
        if word.startswith('-l'):
            if self.library.links_itself(word[2:]):
                return []
            if word == '-latomic':
                return [self.library.find('libatomic.a')]
        return [word]

    # -- Compiling --------------------------------------------------------------------------------

    def _side_files(self, source):
        """Arguments by which what gcc writes beside an object is named as by one call for all."""
        name, output = Path(source.name), Path(self.output)
        words = ['-dumpdir', f'{output}-', '-dumpbase', name.name, '-dumpbase-ext', name.suffix]
        if {'-MD', '-MMD'}.intersection(self.options):
            if '-MF' not in self.options:
                words += ['-MF', str(output.with_suffix('.d'))]
            if not {'-MT', '-MQ'}.intersection(self.options):
                words += ['-MQ', self.output]
        return words

    def _compile(self, source, number):
        target = self.scratch / f'{number}.o'
        before, behind = self.tools.compile_words()
        language = ['-x', source.language] if source.language else []
        subprocess.run(
            [self.tools.gcc, *before, *self.options, '-c', '-o', target, *self._side_files(source),
             *language, source.name, *behind], check=True)
        return str(target)

    def compile(self):
        """Puts objects where sources stood."""
        self.inputs = [self._compile(word, number) if isinstance(word, Source) else word
                       for number, word in enumerate(self.inputs)]

    # -- Linking ----------------------------------------------------------------------------------

    def _find_archive(self, word):
        """The archive that the linker takes for a word such as -lNAME, or the word."""
        if not word.startswith('-l'):
            return word
        folders = [given[2:] for given in self.inputs if given.startswith('-L')]
        for folder in folders:
            if (Path(folder) / self._archive(word)).is_file():
                return str(Path(folder) / self._archive(word))
        return self.library.find(self._archive(word)) or word

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
             *(own / 'link-flags').read_text().split(), *self.definitions,
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
        if self.map:
            shutil.copy(self.scratch / 'map', self.map)


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
