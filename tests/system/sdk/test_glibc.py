# SPDX-License-Identifier: BSD-3-Clause
"""--libc=glibc: C++ and any archive of Debian's, DPDK's examples, frames."""

import functools
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness import Flow, Machine, Nic, forward, frames

DEBUG = 'bare.exit=debug bare.panic=debug'

LIBRARIES = '''\
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>
#include <numa.h>
#include <openssl/sha.h>
#include <pcap.h>
#include <zlib.h>

int main(int argc, char **argv)
{
	struct bpf_program program;
	pcap_t *capture = pcap_open_dead(DLT_EN10MB, 100);
	unsigned char digest[32];
	json_t *json = json_pack("{s:i}", "a", argc);
	(void)argv;
	if (pcap_compile(capture, &program, "udp port 53", 1, 0))
		return 1;
	SHA256((const void *)"abc", 3, digest);
	printf("%u instructions, %s, crc %lx, sha %02x%02x, %d node, %.3f\\n", program.bf_len,
	       json_dumps(json, 0), crc32(0, (const void *)"abc", 3), digest[0], digest[1],
	       numa_max_node() + 1, cos(argc));
	return 0;
}
'''

EXCEPTIONS = '''\
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static void fail(int number) { throw std::runtime_error("number " + std::to_string(number)); }

int main()
{
	std::vector<std::thread> threads;
	int caught[4] = {};
	for (int n = 0; n < 4; n++)
		threads.emplace_back([n, &caught] {
			for (int i = 0; i < 100; i++)
				try {
					fail(i);
				} catch (const std::exception &error) {
					caught[n]++;
				}
		});
	for (auto &thread : threads)
		thread.join();
	std::printf("caught %d\\n", caught[0] + caught[1] + caught[2] + caught[3]);
	return 0;
}
'''


@pytest.fixture
def work(tmp_path, monkeypatch):
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope='module')
def tool(environment):
    """tool('linuxless-cc', ...): run a tool of the SDK's, which must succeed."""
    def run(*command, **changed):
        done = subprocess.run(command, env={**environment, **changed}, timeout=600, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout
        return done.stdout
    return run


@pytest.fixture(scope='module')
def make_static(tool, tree, tmp_path_factory):
    """make_static('l2fwd'): build an example of DPDK's with glibc, once; gives the image."""
    @functools.cache
    def make(example):
        folder = tmp_path_factory.mktemp('examples') / example
        shutil.copytree(tree / 'examples' / example, folder)
        shutil.copytree(tree / 'examples' / 'common', folder.parent / 'common')
        tool('make', '-C', folder, 'static', 'CC=linuxless-cc', 'PKGCONF=linuxless-pkg-config',
             'LIBC=glibc')
        return next((folder / 'build').glob('*-static'))
    return make


def test_archives_of_debians(tool, work, boot):
    """libpcap, jansson, zlib, OpenSSL, numactl, each doing something whose result is known.
    A shared library, as a build system finds it, stands for its archive."""
    (work / 'a.c').write_text(LIBRARIES)
    shared = Path(tool('gcc', '-print-file-name=libz.so').strip()).resolve()
    assert shared.name.startswith('libz.so.')
    tool('linuxless-cc', '--libc=glibc', 'a.c', '-o', 'a.elf', '-lpcap', '-ljansson', shared,
         '-lcrypto', '-lnuma', '-lm')
    guest = boot(Machine(kernel=work / 'a.elf', args=DEBUG))
    guest.wait_for(r'20 instructions, \{"a": 1\}, crc 352441c2, sha ba78, 1 node, 0\.540')
    assert guest.wait_exit() == 0


@pytest.mark.parametrize('medium', ['kernel', 'cd'])
def test_exceptions(tool, work, boot, make_iso, medium):
    """C++ with Debian's libstdc++: exceptions on four threads at once, from an ISO as well."""
    (work / 'a.cc').write_text(EXCEPTIONS)
    tool('linuxless-c++', '-O1', 'a.cc', '-o', 'a.elf', LIBC='glibc')
    if medium == 'kernel':
        machine = Machine(kernel=work / 'a.elf', cpus=4, args=DEBUG)
    else:
        machine = Machine(image=make_iso(work / 'a.elf', DEBUG), medium=medium, cpus=4)
    guest = boot(machine, 120)
    guest.wait_for('caught 400')
    assert guest.wait_exit() == 0


INTERPOSED = '''\
#include <dlfcn.h>
#include <link.h>
#include <unwind.h>
#include <atomic>
#include <cstdio>
#include <stdexcept>
#include <thread>
#include <vector>
using raise = _Unwind_Reason_Code (*)(_Unwind_Exception *);
static std::atomic<int> raised, caught;
extern "C" _Unwind_Reason_Code _Unwind_RaiseException(_Unwind_Exception *exception)
{
	static raise next = (raise)dlsym(RTLD_NEXT, "_Unwind_RaiseException");
	raised++;
	return next(exception);
}
static void fail(int depth)
{
	if (depth == 0)
		throw std::runtime_error("bottom");
	fail(depth - 1);
	asm volatile("");
}
int main()
{
	std::vector<std::thread> threads;
	for (int n = 0; n < 4; n++)
		threads.emplace_back([] {
			for (int i = 0; i < 500; i++)
				try {
					fail(i % 20);
				} catch (const std::exception &error) {
					caught++;
				}
		});
	for (auto &thread : threads)
		thread.join();
	void *found = dlsym(RTLD_DEFAULT, "_Unwind_RaiseException");
	std::printf("caught %d, raised %d, default %d\\n", caught.load(), raised.load(),
		    found == (void *)_Unwind_RaiseException);
	return 0;
}
'''


def test_exceptions_in_own_hands(tool, work, boot):
    """A program takes the place of the unwinder's function, and finds that one by dlsym(). Frames
    are looked up in a table, not in what was registered, which takes a lock."""
    (work / 'a.cc').write_text(INTERPOSED)
    tool('linuxless-c++', '-O1', 'a.cc', '-o', 'a.elf', LIBC='glibc')
    guest = boot(Machine(kernel=work / 'a.elf', cpus=4, args=DEBUG), 120)
    guest.wait_for('caught 2000, raised 2000, default 1')
    assert guest.wait_exit() == 0
    assert '__EH_FRAME_BEGIN__' not in tool('nm', 'a.elf')


CLASHES = '''\
#include <stdio.h>
#include <pcap.h>
#include <rte_eal.h>
#include <rte_pdump.h>
int main(int argc, char **argv)
{
	if (rte_eal_init(argc, argv) < 0 || rte_pdump_init() < 0)
		return 1;
	printf("%s\\n", pcap_lib_version());
	return 0;
}
'''

CMAKE = '''\
cmake_minimum_required(VERSION 3.18)
project(outside C CXX)
find_package(PkgConfig REQUIRED)
pkg_check_modules(DPDK REQUIRED IMPORTED_TARGET libdpdk)
find_library(PCAP pcap REQUIRED)
add_executable(outside a.c)
target_link_libraries(outside PkgConfig::DPDK ${PCAP})
'''


def test_cmake(tool, work, sdk, boot):
    """The toolchain file with -DLIBC=glibc: CXXFLAGS of the user's, a library that is found as a
    shared one, and libpcap and DPDK's BPF library, which have a function of one name."""
    (work / 'CMakeLists.txt').write_text(CMAKE)
    (work / 'a.c').write_text(CLASHES)
    toolchain = sdk / 'share' / 'cmake' / 'linuxless.cmake'
    tool('cmake', '-B', 'build', '--toolchain', toolchain, '-DLIBC=glibc', CXXFLAGS='-O2')
    tool('cmake', '--build', 'build')
    guest = boot(Machine(kernel=work / 'build' / 'outside', memory=256, args=f'-l 0 {DEBUG}'))
    guest.wait_for('libpcap version')
    assert guest.wait_exit() == 0


BOOST = '''\
#include <boost/filesystem.hpp>
#include <boost/program_options.hpp>
#include <boost/thread.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>
#include <vector>

namespace options = boost::program_options;

int main(int argc, char **argv)
{
	options::options_description known("known");
	options::variables_map given;
	std::vector<int> squares(4);
	boost::thread_group threads;

	known.add_options()("rate", options::value<int>(), "rate");
	options::store(options::parse_command_line(argc, argv, known), given);
	for (int n = 0; n < 4; n++)
		threads.create_thread([n, &squares] { squares[n] = n * n; });
	threads.join_all();
	boost::filesystem::create_directories("/tmp/a/b");
	boost::filesystem::ofstream("/tmp/a/b/file") << "text";
	fmt::print("rate {:>5}, {}, {} bytes, {:.3f}\\n", given["rate"].as<int>(),
		   fmt::join(squares, " "), boost::filesystem::file_size("/tmp/a/b/file"), 2.0 / 3);
	try {
		boost::filesystem::file_size("/nowhere");
	} catch (const boost::filesystem::filesystem_error &error) {
		fmt::print("{}\\n", error.code().message());
	}
	return 0;
}
'''


def test_boost_and_fmt(tool, work, boot):
    """Boost's threads, files and options, whose errors are exceptions; fmt, of which Debian has no
    archive, by its headers."""
    (work / 'a.cc').write_text(BOOST)
    tool('linuxless-c++', '--libc=glibc', '-std=c++17', 'a.cc', '-o', 'a.elf',
         '-DFMT_HEADER_ONLY', '-lboost_filesystem', '-lboost_program_options', '-lboost_thread')
    guest = boot(Machine(kernel=work / 'a.elf', cpus=2, args=f'{DEBUG} --rate 42'))
    guest.wait_for(r'rate    42, 0 1 4 9, 4 bytes, 0\.667')
    guest.wait_for('No such file or directory')
    assert guest.wait_exit() == 0


def test_libdpdk_is_as_dpdks_makefiles_look_for_it(tool):
    """Newer examples refuse a pkg-config that does not name archives to link whole."""
    words = tool('linuxless-pkg-config', '--libc=glibc', '--static', '--libs', 'libdpdk')
    assert re.search('whole-archive.*l:lib.*no-whole-archive', words)
    assert tool('linuxless-pkg-config', '--libc=glibc', '--variable=prefix', 'libdpdk').strip()


MESON = '''\
project('outside', 'c')
pcap = meson.get_compiler('c').find_library('pcap')
executable('outside', 'a.c', dependencies: [dependency('libdpdk'), dependency('jansson'), pcap])
'''

DPDK = '''\
#include <stdio.h>
#include <jansson.h>
#include <pcap.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
int main(int argc, char **argv)
{
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	printf("%u ports, jansson %s, %s\\n", rte_eth_dev_count_avail(), jansson_version_str(),
	       pcap_lib_version());
	return rte_eal_cleanup();
}
'''


def test_meson(tool, work, sdk, boot):
    """The cross file for glibc: DPDK's and Debian's libraries in one project."""
    (work / 'meson.build').write_text(MESON)
    (work / 'a.c').write_text(DPDK)
    cross = sdk / 'share' / 'meson' / 'cross' / 'linuxless-glibc.ini'
    tool('meson', 'setup', 'build', '--cross-file', cross)
    tool('ninja', '-C', 'build')
    guest = boot(Machine(kernel=work / 'build' / 'outside', args=DEBUG, cpus=2,
                         nics=[Nic(), Nic('e1000e')]))
    guest.wait_for(r'2 ports, jansson [0-9.]+, libpcap version')
    assert guest.wait_exit() == 0


def test_skeleton(example, make_static):
    """Debian's DPDK forwards frames between two ports."""
    run = example('skeleton', '-l 1', 'forwarding packets', nics=2, cpus=2,
                  image=make_static('skeleton'))
    one, other = run.wires
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, 1)))
