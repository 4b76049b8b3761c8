# SPDX-License-Identifier: BSD-3-Clause
"""The C libraries for the bare machine: where their headers and archives are, what a link needs.

musl is the SDK's own choice. Nothing of the build machine's C library is found beside it: neither
by the compiler nor by the linker, whose folders are those that `folders()` names and the caller's.
"""

from pathlib import Path

# What gcc has archives of that any C library can be linked with.
COMPILERS_OWN = ('libgcc.a', 'libgcc_eh.a', 'libatomic.a', 'libgcov.a')

# Whose malloc() a program may have.
MALLOCS = ('musl', 'mimalloc')

# Where Debian's DPDK has its headers.
DPDK_HEADERS = ('/usr/include/x86_64-linux-gnu/dpdk', '/usr/include/dpdk')


class Library:
    """What both have in common; `tools` is the Toolchain."""

    def __init__(self, tools):
        self.tools = tools
        self.own = tools.own

    def find(self, name):
        """The path of an archive that a link takes from a folder of its own, or None."""
        for folder in self.folders():
            if (folder / name).is_file():
                return str(folder / name)
        if name in COMPILERS_OWN:
            return self.tools.ask(f'-print-file-name={name}')
        return None

    def translate(self, option):
        """An option of the caller's as this library takes it: a list of words."""
        return [option]

    def links_itself(self, name):
        """Whether -lNAME is left out, as the link brings it in any case."""
        return name in ('c', 'gcc', 'gcc_eh', 'gcc_s') or self.tools.cxx and name == 'stdc++'


class Musl(Library):
    """musl, as the package musl-dev has it."""

    NAME = 'musl'
    MACHINE = 'x86_64-linux-musl'
    FOUND = ('those of the SDK and of the folders after -L are found, not those of the machine '
             'that builds')
    INCLUDE = Path('/usr/include/x86_64-linux-musl')
    ARCHIVES = Path('/usr/lib/x86_64-linux-musl')

    def __init__(self, tools):
        super().__init__(tools)
        self.cxx = tools.own / 'c++'
        self.libs = tools.own / 'libs'

    def _malloc(self):
        return self.own / 'mimalloc' / 'mimalloc.o'

    def missing(self):
        """What has to be installed or made first: a sentence, or None."""
        if not (self.ARCHIVES / 'libc.a').is_file():
            return f'no {self.ARCHIVES}/libc.a: install the package musl-dev'
        if self.tools.malloc != 'musl' and not self._malloc().is_file():
            return "this SDK was made without mimalloc: 'make sdk-malloc' adds it"
        if self.tools.cxx and not (self.cxx / 'libstdc++.a').is_file():
            return ("this SDK was made without the C++ library: 'make sdk-c++' adds it, and "
                    "--libc=glibc has Debian's")
        return None

    def folders(self):
        """Where -l looks, behind the caller's -L."""
        more = [self.libs / 'lib'] if self.libs.is_dir() else []
        return [self.own.parent, self.ARCHIVES, *more]

    def headers(self):
        """Arguments for the compiler: this library's headers in place of the build machine's."""
        folders = [self.own / 'musl', self.own / 'shim' / 'over', self.INCLUDE,
                   self.tools.ask('-print-file-name=include'), self.own / 'shim']
        if self.libs.is_dir():
            folders.append(self.libs / 'include')
        words = ['-nostdinc']
        if self.tools.cxx:
            include = self.cxx / 'include'
            folders[:0] = [include, include / self.MACHINE, include / 'backward']
            words += ['-nostdinc++', '-D_GLIBCXX_GTHREAD_USE_WEAK=0']
        for folder in folders:
            words += ['-isystem', str(folder)]
        return words

    def scripts(self):
        """Linker scripts, as arguments."""
        unwind = ['-T', str(self.cxx / 'unwind.ld'), '-Wl,--eh-frame-hdr'] if self.tools.cxx else []
        return unwind + ['-T', str(self.own / 'linker.ld')]

    def ends(self):
        """(objects before all others, objects behind)."""
        return [], []

    def runtime(self):
        """The archives at a link's end, which refer to each other."""
        archives = [self.own / 'commands.a', self.own / 'strings.a', self.ARCHIVES / 'libc.a',
                    self.own / 'musl-more.a']
        if self.tools.malloc != 'musl':
            archives[:0] = [self._malloc()]
        if self.tools.cxx:
            archives[:0] = [self.cxx / 'unwind.o', self.cxx / 'libstdc++.a']
            archives.append(self.tools.ask('-print-file-name=libgcc_eh.a'))
        return [*map(str, archives), self.tools.ask('-print-libgcc-file-name')]

    def dpdk(self):
        """The folder of bare-dpdk.o, and of dpdk/, which is laid out as DPDK's build."""
        return self.own


class Glibc(Library):
    """Static glibc, and with it any archive of Debian's: headers and folders are gcc's own."""

    NAME = 'glibc'
    MACHINE = 'x86_64-linux-gnu'
    FOUND = 'it needs an archive (.a) among those of gcc, or in a folder after -L'

    def _file(self, name):
        return self.tools.ask(f'-print-file-name={name}')

    def missing(self):
        """What has to be installed or made first: a sentence, or None."""
        if self.tools.malloc != 'musl':
            return "--malloc is for musl: glibc's own is as fast"
        if not (self.own / 'glibc' / 'bare-dpdk.o').is_file():
            return "this SDK was made without its part for glibc: 'make sdk-glibc' adds it"
        if not Path(self._file('libc.a')).is_file():
            return 'no libc.a of glibc: install the package libc6-dev'
        return None

    def folders(self):
        """gcc's own: none to name."""
        return []

    def find(self, name):
        """Where gcc finds a file, or None."""
        path = self._file(name)
        return path if path != name else None

    def headers(self):
        """gcc's own."""
        return []

    def scripts(self):
        """Linker scripts, as arguments."""
        return ['-T', str(self.own / 'glibc' / 'glibc.ld'), '-Wl,--eh-frame-hdr',
                '-T', str(self.own / 'linker.ld')]

    def ends(self):
        """(objects before all others, objects behind): those of gcc -static, but for crtbeginT.o,
        which has each exception take a lock; what stands in for a part of libpcap is not in the
        image where that is not."""
        return ([*map(self._file, ('crt1.o', 'crti.o', 'crtbegin.o')),
                 str(self.own / 'glibc' / 'beside_debian.o')],
                [self._file(name) for name in ('crtend.o', 'crtn.o')])

    def translate(self, option):
        """libdpdk.pc for musl was asked, as by a make that does not hand LIBC to pkg-config."""
        folder = Path(option[2:])
        if option.startswith('-I') and folder.is_dir() and \
                folder.samefile(self.own.parents[1] / 'include'):
            return [f'-I{include}' for include in DPDK_HEADERS]
        return [option]

    def runtime(self):
        """The archives at a link's end, which refer to each other."""
        archives = ['libc.a', 'libgcc_eh.a', 'libgcc.a']
        if self.tools.cxx:
            archives[:0] = ['libstdc++.a', 'libm.a']
        return [str(self.own / 'glibc' / 'commands.a'), *map(self._file, archives)]

    def dpdk(self):
        """The folder of bare-dpdk.o, and of dpdk/, which is laid out as DPDK's build."""
        return self.own / 'glibc'


LIBRARIES = {library.NAME: library for library in (Musl, Glibc)}
