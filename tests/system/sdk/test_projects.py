# SPDX-License-Identifier: BSD-3-Clause
"""Projects as strangers have them: shared libraries beside programs, build systems that ask."""

import os
import shutil
import subprocess

import pytest

from harness import Machine

DEBUG = 'bare.exit=debug bare.panic=debug'

PART = '''\
#include <rte_lcore.h>
unsigned helper(void);
unsigned part(void) { return rte_lcore_count() + helper(); }
'''

HELPER = '''\
unsigned helper(void) { return 40; }
'''

USER = '''\
#include <stdio.h>
#include <rte_eal.h>
unsigned part(void);
int main(int argc, char **argv)
{
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	printf("part says %u\\n", part());
	return rte_eal_cleanup();
}
'''

# The program names its library alone: what that needs, the library knows, as with gcc.
MAKEFILE = '''\
CFLAGS += -fPIC $(shell pkg-config --cflags libdpdk)
LIBS := $(shell pkg-config --libs libdpdk)
all: app app-by-path app-at-once
app: user.o libpart.so
	gcc user.o -o $@ -L. -lpart -Wl,-rpath,.
app-by-path: user.o libpart.so.1
	gcc user.o ./libpart.so.1 -o $@
app-at-once: user.c libpart.so
	gcc $(CFLAGS) user.c -o $@ -L. -lpart
libpart.so: libpart.so.1
	ln -sf $< $@
libpart.so.1: part.o libhelper.so
	gcc -shared -Wl,-soname,$@ -o $@ part.o -L. -lhelper $(LIBS)
libhelper.so: helper.c
	gcc -shared -fPIC -o $@ $<
'''


@pytest.fixture
def sources(work):
    """The three files in the current folder."""
    for name, text in (('part.c', PART), ('helper.c', HELPER), ('user.c', USER)):
        (work / name).write_text(text)
    return work


def runs(boot, image):
    """The program finds what it is made of."""
    guest = boot(Machine(kernel=image, memory=256, args=f'-l 0 {DEBUG}'))
    guest.wait_for('part says 41')
    assert guest.wait_exit() == 0


def test_makefile_with_shared_libraries(cc, sources, sdk, boot):
    """Shared libraries that need each other and DPDK, and programs that name the last alone."""
    (sources / 'Makefile').write_text(MAKEFILE)
    names = sdk / 'lib' / 'linuxless' / 'names'
    made = cc(tool='make', PATH=f'{names}:{os.environ["PATH"]}')
    assert (made.returncode, made.stderr) == (0, '')
    for image in ('app', 'app-by-path', 'app-at-once'):
        runs(boot, sources / image)


MESON = '''\
project('shared', 'c')
dpdk = dependency('libdpdk')
helper = shared_library('helper', 'helper.c')
part = shared_library('part', 'part.c', link_with: helper, dependencies: dpdk, version: '1.2')
executable('app', 'user.c', link_with: part, dependencies: dpdk)
'''


def test_meson_with_shared_libraries(cc, sources, sdk, boot):
    """The same by meson's shared_library()."""
    (sources / 'meson.build').write_text(MESON)
    cross = sdk / 'share' / 'meson' / 'cross' / 'linuxless.ini'
    made = cc('setup', 'build', '--cross-file', cross, tool='meson')
    assert made.returncode == 0, made.stdout
    made = cc('-C', 'build', tool='ninja')
    assert made.returncode == 0, made.stdout
    runs(boot, sources / 'build' / 'app')


CMAKE = '''\
cmake_minimum_required(VERSION 3.18)
project(shared C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(DPDK REQUIRED IMPORTED_TARGET libdpdk)
add_library(helper SHARED helper.c)
add_library(part SHARED part.c)
target_link_libraries(part helper PkgConfig::DPDK)
add_executable(app user.c)
target_link_libraries(app part)
'''


def test_cmake_with_shared_libraries(cc, sources, sdk, boot):
    """The same by CMake's SHARED."""
    (sources / 'CMakeLists.txt').write_text(CMAKE)
    toolchain = sdk / 'share' / 'cmake' / 'linuxless.cmake'
    made = cc('-B', 'build', '--toolchain', toolchain, tool='cmake')
    assert made.returncode == 0, made.stdout + made.stderr
    made = cc('--build', 'build', tool='cmake')
    assert made.returncode == 0, made.stdout + made.stderr
    runs(boot, sources / 'build' / 'app')


@pytest.mark.parametrize('system', ['meson', 'cmake'])
def test_build_systems_pass_on_what_is_missing(build, environment, work, system):
    """C++ without its library: the compiler's own words are on the screen, not in a log alone."""
    sdk = work / 'sdk'
    shutil.copytree(build / 'sdk', sdk, symlinks=True)
    shutil.rmtree(sdk / 'lib' / 'linuxless' / 'c++', ignore_errors=True)
    (work / 'a.cc').write_text('int main() { return 0; }\n')
    (work / 'meson.build').write_text("project('a', 'cpp')\nexecutable('a', 'a.cc')\n")
    (work / 'CMakeLists.txt').write_text(
        'cmake_minimum_required(VERSION 3.18)\nproject(a CXX)\nadd_executable(a a.cc)\n')
    command = {
        'meson': ['meson', 'setup', 'b', '--cross-file', 'sdk/share/meson/cross/linuxless.ini'],
        'cmake': ['cmake', '-B', 'b', '--toolchain', 'sdk/share/cmake/linuxless.cmake']}
    path = f'{sdk / "bin"}:{environment["PATH"]}'
    asked = subprocess.run(command[system], env={**environment, 'PATH': path}, timeout=120,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert asked.returncode and "'make sdk-c++' adds it" in asked.stdout, asked.stdout
