# SPDX-License-Identifier: BSD-3-Clause
"""Libraries for musl (`make sdk-libs`): found by each build system, and at work in a guest."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from dpdk.session import Session
from harness import Machine, Nic

LIBRARIES = Path(__file__).parent / 'libraries'
DEBUG = 'bare.exit=debug bare.panic=debug'

# Each of sdk/libs, by the source in the folder `libraries`: what is linked, what is said. The small
# ones are built for `make test`.
SMALL = {
    'zlib': ('-lz', r'crc 352441c2, \d+ bytes, back 1'),
    'pcap': ('-lpcap', '20 instructions, match 100, own 2'),
    'jansson': ('-ljansson', r'\{"a": 1, "b": \["c"\]\}, 3'),
}
LARGE = {
    'ipsec-mb': ('-lIPSec_MB', '69c4e0d86a7b0430d8cdb78070b4c55a'),
    'openssl': ('-lssl -lcrypto', 'ba78, gcm 1, des 1, key 1'),
    'numa': ('-lnuma', '1 node, here 0'),
    'elf': ('-lelf -lz', 'class 2, machine 62, .text 1'),
    'lz4': ('-llz4', 'small 1, back 1'),
    'c-ares': ('-lcares', r'localhost 127.0.0.1\s+a.b 10.1.2.3'),
    'fmt': ('-lfmt', r'  3.14 0xff \[1, 2, 3\]\s+refused'),
    'yaml-cpp': ('-lyaml-cpp', r'eth 43\s+mistake in line 1'),
    'sctp': ('-lsctp', 'made 0, refused 1, of 8 bytes'),
}


@pytest.fixture(name='sdk', scope='module')
def fixture_sdk(build, tmp_path_factory):
    """The SDK with libraries, moved to another place."""
    moved = tmp_path_factory.mktemp('with') / 'libs'
    shutil.copytree(build / 'with-libs' / 'sdk', moved, symlinks=True)
    return moved


@pytest.fixture(name='tool', scope='module')
def fixture_tool(sdk):
    """tool('linuxless-cc', ...): run a tool of the SDK's, which must succeed."""
    environment = dict(os.environ, PATH=f'{sdk}/bin:{os.environ["PATH"]}')
    for variable in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL', 'PKG_CONFIG_PATH', 'LIBC'):
        environment.pop(variable, None)

    def run(*command, **changed):
        done = subprocess.run(command, env={**environment, **changed}, timeout=600, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, done.stdout
        return done.stdout
    return run


@pytest.fixture
def work(tmp_path, monkeypatch):
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_to_end(boot, image, said, **machine):
    """The image says it, and ends with status 0."""
    guest = boot(Machine(kernel=image, args=DEBUG, **machine))
    guest.wait_for(said)
    assert guest.wait_exit() == 0


@pytest.mark.parametrize('name', [*SMALL, *(pytest.param(name, marks=pytest.mark.long)
                                            for name in LARGE)])
def test_at_work(tool, work, boot, name):
    """Something whose result is known, and nothing beside -lNAME on the command line."""
    words, said = {**SMALL, **LARGE}[name]
    source = next(LIBRARIES.glob(f'{name}.c*'))
    tool('linuxless-cc' if source.suffix == '.c' else 'linuxless-c++', '-O2', '-Wall', source, '-o',
         'a.elf', *words.split(), '-lm')
    run_to_end(boot, work / 'a.elf', said)


CMAKE = '''\
cmake_minimum_required(VERSION 3.18)
project(outside C)
find_package(ZLIB REQUIRED)
find_path(PCAP_H pcap.h REQUIRED)
find_library(PCAP pcap REQUIRED)
find_library(FOREIGN bsd)
find_path(FOREIGN_H bsd/string.h)
message(STATUS "foreign: ${FOREIGN} ${FOREIGN_H}")
add_executable(z zlib.c)
target_link_libraries(z ZLIB::ZLIB)
add_executable(p pcap.c)
target_include_directories(p PRIVATE ${PCAP_H})
target_link_libraries(p ${PCAP})
'''

MESON = '''\
project('outside', 'c')
foreign = meson.get_compiler('c').find_library('bsd', required: false)
message('foreign: ' + foreign.found().to_string())
executable('z', 'zlib.c', dependencies: dependency('zlib'))
executable('p', 'pcap.c', dependencies: dependency('libpcap'))
'''


@pytest.mark.parametrize('system', ['cmake', 'meson'])
def test_build_systems(tool, work, sdk, boot, system):
    """CMake and meson find the SDK's libraries, and none of the build machine's."""
    for name in ('zlib.c', 'pcap.c'):
        shutil.copy(f'{LIBRARIES}/{name}', name)
    if system == 'cmake':
        (work / 'CMakeLists.txt').write_text(CMAKE)
        told = tool('cmake', '-B', 'build', '--toolchain', sdk / 'share/cmake/linuxless.cmake')
        assert 'foreign: FOREIGN-NOTFOUND FOREIGN_H-NOTFOUND' in told
        tool('cmake', '--build', 'build')
    else:
        (work / 'meson.build').write_text(MESON)
        told = tool('meson', 'setup', 'build', '--cross-file',
                    sdk / 'share/meson/cross/linuxless.ini')
        assert 'foreign: false' in told
        tool('ninja', '-C', 'build')
    run_to_end(boot, work / 'build' / 'z', SMALL['zlib'][1])
    run_to_end(boot, work / 'build' / 'p', SMALL['pcap'][1])


def test_no_folder_is_named(sdk, build):
    """No file of a library names a folder of the build."""
    named = subprocess.run(['grep', '-rlF', str(build), sdk / 'lib' / 'linuxless' / 'libs'],
                           stdout=subprocess.PIPE, text=True, check=False, timeout=60)
    assert named.stdout == ''


@pytest.mark.long
def test_each_is_tried(root):
    """No library of sdk/libs is left out here."""
    assert {path.name for path in (root / 'sdk' / 'libs').iterdir()} == {*SMALL, *LARGE}


def packets(count):
    """Frames of several lengths."""
    return [Ether(src='02:00:00:00:00:01', dst='02:00:00:00:00:02') / IP(id=number) / UDP()
            / bytes([number] * (number + 20)) for number in range(count)]


def test_net_pcap(tool, work, boot, make_iso):
    """DPDK's port that is a capture, and its device that compresses by zlib: frames of a module are
    compressed, uncompressed, and go out as they were."""
    wrpcap('in.pcap', packets(32))
    flags = tool('linuxless-pkg-config', '--static', '--cflags', '--libs', 'libdpdk').split()
    tool('linuxless-cc', '-O2', '-Wall', '-DALLOW_EXPERIMENTAL_API', f'{LIBRARIES}/capture.c', '-o',
         'a.elf', *flags)
    words = '-l 0 --vdev net_pcap0,rx_pcap=/in.pcap --vdev compress_zlib'
    image = make_iso(work / 'a.elf', f'{DEBUG} {words}', [work / 'in.pcap'])
    guest = boot(Machine(image=image, nics=[Nic('e1000e')]), 120)
    for frame in packets(32):
        assert guest.wires[0].receive(20)[:len(frame)] == bytes(frame)
    guest.wait_for('32 frames, compressed and back')
    assert guest.wait_exit() == 0


# DPDK's own tests, and the device that each wants.
OWN = {
    'bpf_convert_autotest': '', 'compressdev_autotest': '--vdev=compress_zlib',
    'pcapng_autotest': '--vdev=net_null0', 'metrics_autotest': '',
    'cryptodev_openssl_autotest': '--vdev=crypto_openssl',
    'cryptodev_aesni_mb_autotest': '--vdev=crypto_aesni_mb',
    'cryptodev_aesni_gcm_autotest': '--vdev=crypto_aesni_gcm',
    'cryptodev_chacha_poly_mb_autotest': '--vdev=crypto_chacha20_poly1305',
    'cryptodev_sw_snow3g_autotest': '--vdev=crypto_snow3g',
    'cryptodev_sw_kasumi_autotest': '--vdev=crypto_kasumi',
    'cryptodev_sw_zuc_autotest': '--vdev=crypto_zuc',
}


@pytest.mark.long
@pytest.mark.parametrize('name', OWN)
def test_dpdks_own(build, name):
    """DPDK's own tests of what stands on a library."""
    logs = build / 'test-logs' / f'dpdk-own-{name}'
    session = Session(build / 'with-libs' / 'dpdk-test.elf', logs, arguments=OWN[name])
    try:
        answer = session.run(name, 900)
    finally:
        session.close()
    assert answer.kind == 'ok', f'{answer.kind}: {answer.last_words()} ({logs})'
