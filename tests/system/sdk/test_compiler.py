# SPDX-License-Identifier: BSD-3-Clause
"""linuxless-cc as a compiler: what is so with gcc is so with it."""

import os
import re
import shutil
import subprocess

import pytest

from harness import Machine

DEBUG = 'bare.exit=debug bare.panic=debug'

HELLO = '''\
#include <stdio.h>
int main(void) { int unused; printf("here\\n"); return 5; }
'''

PART = '''\
#include <rte_lcore.h>
unsigned part(void) { return rte_lcore_count(); }
'''

USER = '''\
#include <stdio.h>
#include <rte_eal.h>
unsigned part(void);
int main(int argc, char **argv)
{
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	printf("%u lcores\\n", part());
	return rte_eal_cleanup();
}
'''


def dpdk(cc):
    """What libdpdk.pc says."""
    return cc('--static', '--cflags', '--libs', 'libdpdk',
              tool='linuxless-pkg-config').stdout.split()


@pytest.mark.parametrize('text, options', [
    ('int main(void) { return 0; }', ['-D_GNU_SOURCE']),
    ('int main(void) { return 0; }', ['-D_GNU_SOURCE=1']),
    ('#define _GNU_SOURCE\n#include <sched.h>\ncpu_set_t set;', []),
    ('#define _GNU_SOURCE 1\n#include <sched.h>\ncpu_set_t set;', []),
    ('#include <stdio.h>\n#define _GNU_SOURCE\n#include <sched.h>\ncpu_set_t set;', []),
    ('#include <sched.h>\n#ifdef _GNU_SOURCE\n#error not asked for\n#endif\n'
     'cpu_set_t set;', []),
])
def test_gnu_source_is_the_programs(cc, work, text, options):
    """However a program asks for GNU's functions, or does not, nothing is defined twice."""
    (work / 'a.c').write_text(text + '\n')
    done = cc('-Werror', *options, '-c', 'a.c')
    assert (done.returncode, done.stderr) == (0, '')


def test_sources_are_compiled_once(cc, work):
    """On a link line with DPDK as well; and what make wants to know is where gcc writes it."""
    (work / 'user.c').write_text(USER.replace('{\n', '{\n\tint unused;\n', 1))
    (work / 'part.c').write_text(PART)
    done = cc('-Wall', '-MMD', '-MP', 'user.c', 'part.c', *dpdk(cc), '-o', 'two.elf')
    assert done.returncode == 0, done.stderr
    assert done.stderr.count('unused variable') == 1
    assert (work / 'two.d').read_text().startswith('two.elf: ')
    assert sorted(path.name for path in work.iterdir()) == ['part.c', 'two.d', 'two.elf', 'user.c']


def test_dpdk_is_linked_once(cc, work, boot):
    """libdpdk may be named as often as a project's targets name it, and in a response file."""
    (work / 'user.c').write_text(USER)
    (work / 'part.c').write_text(PART)
    words = dpdk(cc)
    for source in ('user.c', 'part.c'):
        assert cc('-c', source, *words).returncode == 0
    (work / 'words').write_text('\n'.join(['part.o', *words]))
    done = cc('-Wl,--whole-archive,-lrte_eal,--no-whole-archive', 'user.o', *words, '@words',
              *words, '-o', 'thrice.elf')
    assert done.returncode == 0, done.stderr
    guest = boot(Machine(kernel=work / 'thrice.elf', memory=256, cpus=2, args=f'-l 0,1 {DEBUG}'))
    guest.wait_for('2 lcores')
    assert guest.wait_exit() == 0


MESON = '''\
project('two', 'c')
dpdk = dependency('libdpdk')
bsd = meson.get_compiler('c').find_library('bsd', required: false)
message('bsd found: ' + bsd.found().to_string())
part = static_library('part', 'part.c', dependencies: dpdk)
executable('two', 'user.c', link_with: part, dependencies: dpdk)
part_dep = declare_dependency(link_with: part, dependencies: dpdk)
executable('three', 'user.c', dependencies: [dpdk, part_dep])
'''


def test_meson_two_targets(cc, work, sdk):
    """Two targets of a meson project have DPDK among their dependencies."""
    (work / 'meson.build').write_text(MESON)
    (work / 'user.c').write_text(USER)
    (work / 'part.c').write_text(PART)
    cross = sdk / 'share' / 'meson' / 'cross' / 'linuxless.ini'
    made = cc('setup', 'build', '--cross-file', cross, tool='meson')
    assert made.returncode == 0, made.stdout
    assert 'bsd found: false' in made.stdout  # the build machine has it, for glibc
    made = cc('-C', 'build', tool='ninja')
    assert made.returncode == 0, made.stdout


CMAKE = '''\
cmake_minimum_required(VERSION 3.18)
project(outside C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(DPDK REQUIRED IMPORTED_TARGET libdpdk)
find_library(BSD bsd)
find_path(BSD_H bsd/string.h)
find_package(Threads REQUIRED)
message(STATUS "bsd: ${BSD} ${BSD_H}")
add_library(part part.c)
target_link_libraries(part PkgConfig::DPDK)
add_executable(outside user.c)
target_link_libraries(outside part PkgConfig::DPDK Threads::Threads)
'''


def test_cmake_project(cc, work, sdk, boot):
    """A CMake project builds with the toolchain file, and finds nothing of the build machine's."""
    (work / 'CMakeLists.txt').write_text(CMAKE)
    (work / 'user.c').write_text(USER)
    (work / 'part.c').write_text(PART)
    toolchain = sdk / 'share' / 'cmake' / 'linuxless.cmake'
    made = cc('-B', 'build', '--toolchain', toolchain, tool='cmake')
    assert made.returncode == 0, made.stdout + made.stderr
    assert 'bsd: BSD-NOTFOUND BSD_H-NOTFOUND' in made.stdout
    made = cc('--build', 'build', tool='cmake')
    assert made.returncode == 0, made.stdout + made.stderr
    guest = boot(Machine(kernel=work / 'build' / 'outside', memory=256, args=f'-l 0 {DEBUG}'))
    guest.wait_for('1 lcores')
    assert guest.wait_exit() == 0


CMAKE_PACKAGES = '''\
cmake_minimum_required(VERSION 3.24)
project(outside C)
include(CheckCSourceRuns)
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}")
set(ours_FOUND TRUE)
find_package(dpdk REQUIRED)
find_package(ours REQUIRED)
check_c_source_runs("int main(void) { return 0; }" RUNS)
check_c_source_runs("int main(void) { return 3; }" RUNS_TOO)
message(STATUS "runs: ${RUNS} ${RUNS_TOO}, DPDK ${dpdk_VERSION}, ours: ${OURS}")
add_library(part part.c)
target_link_libraries(part DPDK::dpdk)
add_executable(outside user.c)
target_link_libraries(outside part)
file(WRITE ${CMAKE_BINARY_DIR}/good.c "int main(void) { return 0; }")
file(WRITE ${CMAKE_BINARY_DIR}/bad.c "int main(void) { return 5; }")
enable_testing()
foreach(name good bad)
  add_executable(${name} ${CMAKE_BINARY_DIR}/${name}.c)
  add_test(NAME ${name} COMMAND ${name})
endforeach()
'''


def test_cmake_packages(cc, work, sdk, boot):
    """find_package(dpdk) is the SDK's before a module of the project's; what CMake runs boots."""
    (work / 'CMakeLists.txt').write_text(CMAKE_PACKAGES)
    (work / 'Finddpdk.cmake').write_text('message(FATAL_ERROR "looked by itself")')
    (work / 'Findours.cmake').write_text('set(OURS yes)\nset(ours_FOUND TRUE)')
    (work / 'user.c').write_text(USER)
    (work / 'part.c').write_text(PART)
    toolchain = sdk / 'share' / 'cmake' / 'linuxless.cmake'
    made = cc('-B', 'build', '--toolchain', toolchain, tool='cmake')
    assert made.returncode == 0, made.stdout + made.stderr
    assert re.search(r'runs: 1 , DPDK \d+\.\d+\.\d+, ours: yes', made.stdout)
    made = cc('--build', 'build', tool='cmake')
    assert made.returncode == 0, made.stdout + made.stderr
    guest = boot(Machine(kernel=work / 'build' / 'outside', memory=256, args=f'-l 0 {DEBUG}'))
    guest.wait_for('1 lcores')
    assert guest.wait_exit() == 0
    tested = cc('--test-dir', 'build', tool='ctest').stdout
    assert re.search('good .*Passed', tested) and re.search('bad .*Failed', tested)


@pytest.mark.parametrize('source, options, due, not_due', [
    ('int main(void) { return x; }', [], "'x' undeclared", 'not linked'),
    ('#include <no_such.h>\n', [], 'no_such.h', 'not linked'),
    ('int main(void) { return 0; }', ['-lbsd'], 'no library bsd for musl', 'undefined'),
    ('int puts_chk(void), __printf_chk(void);\nint main(void) { return __printf_chk(); }', [],
     'was compiled for glibc', 'no library'),
    ('int absent(void);\nint main(void) { return absent(); }', [], 'undefined: absent',
     'no library'),
])
def test_what_failed_is_told(cc, work, source, options, due, not_due):
    """A mistake in the source, a library or a function that is missing: each by its own words."""
    (work / 'a.c').write_text(source + '\n')
    done = cc('a.c', *options, '-o', 'a.elf', LC_ALL='C')
    assert done.returncode == 1
    assert due in done.stderr and not_due not in done.stderr
    assert not (work / 'a.elf').exists()


def test_folders_are_ours(cc, work):
    """-L's libraries are found; gcc's questions are answered with this C library's folders."""
    (work / 'a.c').write_text('int from_l(void) { return 3; }\n')
    (work / 'b.c').write_text('int from_l(void);\nint main(void) { return from_l(); }\n')
    assert cc('-c', 'a.c').returncode == 0
    subprocess.run(['ar', 'rcs', 'libbsd.a', 'a.o'], check=True, timeout=30)
    assert cc('b.c', '-L', '.', '-lbsd', '-lm', '-lpthread', '-lc').returncode == 0
    assert cc('-dumpmachine').stdout.strip() == 'x86_64-linux-musl'
    folders = cc('-print-search-dirs').stdout.splitlines()[-1]
    assert 'x86_64-linux-musl' in folders and 'x86_64-linux-gnu' not in folders
    assert cc('-print-file-name=libbsd.a').stdout.strip() == 'libbsd.a'
    assert os.path.isfile(cc('-print-file-name=libgcc.a').stdout.strip())


OPTIONS = '''\
#include <pthread.h>
#include <stdio.h>
#include <string.h>
static void fill(char *to, const char *from)
{
	char copy[40];
	strcpy(copy, from);
	strcpy(to, copy);
}
int main(int argc, char **argv)
{
	pthread_attr_t attributes;
	size_t size;
	char text[40];
	(void)argc;
	pthread_getattr_np(pthread_self(), &attributes);
	pthread_attr_getstacksize(&attributes, &size);
	fill(text, argv[1]);
	printf("%s: stack of %zu MB\\n", text, (size + 65536) >> 20);
	return 6;
}
'''


@pytest.mark.parametrize('options', [
    ['-flto', '-O2'],
    ['-fstack-protector-all', '-g', '-static', '-pthread', '-rdynamic', '-pie'],
    ['-s', '-Wl,-Map=own.map', '-Wl,-Bdynamic', '-Wl,--as-needed', '-lm'],
    ['-Wl,-z', '-Wl,stack-size=1048576'],
    ['-Wl,-z,stack-size=1048576'],
    ['-z', 'stack-size=1048576'],
])
def test_options_are_gccs(cc, work, boot, options):
    """Link-time optimisation, stack protector and size, stripped, a map: the image runs."""
    (work / 'a.c').write_text(OPTIONS)
    done = cc(*options, 'a.c', '-o', 'a.elf')
    assert done.returncode == 0, done.stderr
    megabytes = 1 if 'stack-size' in ' '.join(options) else 8
    guest = boot(Machine(kernel=work / 'a.elf', args=f'{DEBUG} word'))
    guest.wait_for(f'word: stack of {megabytes} MB')
    assert guest.wait_exit() == 6
    if '-s' in options:
        assert (work / 'own.map').stat().st_size
        assert subprocess.run(['nm', 'a.elf'], capture_output=True, text=True, check=False,
                              timeout=30).stdout == ''


def test_partial_link(cc, work):
    """-r joins objects, without a machine."""
    (work / 'a.c').write_text(HELLO)
    assert cc('-r', 'a.c', '-o', 'a.o').returncode == 0
    assert 'relocatable' in subprocess.run(['file', 'a.o'], capture_output=True, text=True,
                                           check=True, timeout=30).stdout \
        if shutil.which('file') else (work / 'a.o').read_bytes()[16] == 1
    assert cc('a.o', '-o', 'a.elf').returncode == 0


def test_fixed_names(cc, work, sdk):
    """A Makefile that says gcc and pkg-config: links to the SDK's tools come first in PATH."""
    (work / 'user.c').write_text(USER)
    (work / 'part.c').write_text(PART)
    (work / 'Makefile').write_text(
        'CFLAGS := $(shell pkg-config --cflags libdpdk)\n'
        'LIBS := $(shell pkg-config --static --libs libdpdk)\n'
        'two: user.c part.c\n\tgcc $(CFLAGS) $^ -o $@ $(LIBS)\n')
    names = sdk / 'lib' / 'linuxless' / 'names'
    made = cc(tool='make', PATH=f'{names}:{os.environ["PATH"]}')
    assert made.returncode == 0, made.stderr
    assert b'__linuxless_entry' in (work / 'two').read_bytes()


def test_names_of_any_length(cc, work, boot):
    """A function's name of 3,000 characters is linked, and begins a line of a backtrace."""
    name = 'long_' + 'abcdefghij' * 300
    (work / 'a.c').write_text(
        f'__attribute__((noinline)) int {name}(int n) {{ __builtin_trap(); return n; }}\n'
        f'int main(int argc, char **argv) {{ return {name}(argc) + !argv; }}\n')
    done = cc('-O1', 'a.c', '-o', 'a.elf')
    assert done.returncode == 0, done.stderr
    guest = boot(Machine(kernel=work / 'a.elf', args=DEBUG))
    guest.wait_for('long_abcdefghijabc')


@pytest.mark.parametrize('headers', [
    ['net/ethernet.h'], ['net/ethernet.h', 'linux/if_ether.h'],
    ['linux/if_ether.h', 'net/ethernet.h'],
])
def test_ethernet_is_not_arp(cc, work, headers):
    """<net/ethernet.h> leaves the names of ARP to the program, as glibc's does."""
    (work / 'a.c').write_text(''.join(f'#include <{header}>\n' for header in headers)
                              + 'struct arphdr { int mine; };\n'
                                'struct ether_header header;\nstruct ethhdr other;\n')
    done = cc('-Wall', '-Werror', '-c', 'a.c')
    assert (done.returncode, done.stderr) == (0, '')
