# SPDX-License-Identifier: BSD-3-Clause
"""Names that a library hides from programs, in its archive, where they are names like any other: a
program that has the same is linked as with the shared library, and calls its own."""

import subprocess

import pytest

from harness import Machine

DEBUG = 'bare.exit=debug bare.panic=debug'

# shown() calls loud(), which is in the same file, and quiet(), in a file that the program's
# own quiet() would leave out: the library would call that one.
SHOWN = '''\
__attribute__((visibility("hidden"))) int loud(void);
__attribute__((visibility("hidden"))) int quiet(void);
int loud(void) { return 20; }
int shown(void) { return loud() + quiet(); }
'''
QUIET = '__attribute__((visibility("hidden"))) int quiet(void) { return 1; }\n'
PROGRAM = '''\
#include <stdio.h>
int shown(void), loud(void), quiet(void);
int loud(void) { return 300; }
int quiet(void) { return 4000; }
int main(void) { printf("%d %d\\n", shown(), loud() + quiet()); return 0; }
'''
# A part of a project, that uses what another part hides from the world.
INSIDER = '''\
#include <stdio.h>
int shown(void), quiet(void);
int main(void) { printf("%d %d\\n", shown(), quiet()); return 0; }
'''


@pytest.fixture
def tool(environment, tmp_path, monkeypatch):
    """tool(COMMAND...) runs a tool of the SDK's in an empty folder; gives what it was."""
    monkeypatch.chdir(tmp_path)

    def run(*command, **changed):
        return subprocess.run(command, env={**environment, 'LC_ALL': 'C', **changed}, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
    return run


@pytest.fixture
def make_library(tool, tmp_path):
    """make_library('musl', shared): libparts.a, with a shared library beside it or without."""
    def make(libc, shared):
        (tmp_path / 'shown.c').write_text(SHOWN)
        (tmp_path / 'quiet.c').write_text(QUIET)
        commands = [['linuxless-cc', '-O1', '-c', 'shown.c', 'quiet.c'],
                    ['ar', 'rcs', 'libparts.a', 'shown.o', 'quiet.o']]
        if shared:
            commands += [['gcc', '-shared', '-fPIC', '-nostdlib', 'shown.c', 'quiet.c', '-o',
                          'libparts.so']]
        for command in commands:
            done = tool(*command, LIBC=libc)
            assert done.returncode == 0, done.stdout
    return make


def say(boot, image):
    """What an image writes, without the kernel's words."""
    guest = boot(Machine(kernel=image, args=DEBUG))
    assert guest.wait_exit() == 0
    return [line for line in guest.console.splitlines() if line and not line.startswith('[')]


@pytest.mark.parametrize('libc', ['musl', 'glibc'])
@pytest.mark.parametrize('words', [['-L.', '-lparts'], ['libparts.a']])
def test_apart(tool, make_library, tmp_path, boot, libc, words):
    """Library and program each call their own."""
    make_library(libc, True)
    (tmp_path / 'a.c').write_text(PROGRAM)
    done = tool('linuxless-cc', '-O1', 'a.c', *words, '-o', 'a.elf', LIBC=libc)
    assert done.returncode == 0, done.stdout
    assert say(boot, tmp_path / 'a.elf') == ['21 4300']


def test_as_gcc_without_a_shared_library(tool, make_library, tmp_path, boot):
    """An archive alone may be a part of the program: its names are there for it, and clash."""
    make_library('musl', False)
    (tmp_path / 'a.c').write_text(PROGRAM)
    done = tool('linuxless-cc', '-O1', 'a.c', 'libparts.a', '-o', 'a.elf')
    assert done.returncode != 0 and "multiple definition of `loud'" in done.stdout
    (tmp_path / 'b.c').write_text(INSIDER)
    done = tool('linuxless-cc', '-O1', 'b.c', 'libparts.a', '-o', 'b.elf')
    assert done.returncode == 0, done.stdout
    assert say(boot, tmp_path / 'b.elf') == ['21 1']


def test_insider(tool, make_library, tmp_path, boot):
    """A name that is only the library's is left as it is."""
    make_library('musl', True)
    (tmp_path / 'b.c').write_text(INSIDER)
    done = tool('linuxless-cc', '-O1', 'b.c', '-L.', '-lparts', '-o', 'b.elf')
    assert done.returncode == 0, done.stdout
    assert say(boot, tmp_path / 'b.elf') == ['21 1']


PKTGEN = '''\
#include <stdio.h>
#include <pcap.h>
#include <rte_eal.h>
int pcap_filter(int number);
int pcap_filter(int number) { return number + 1; }
int main(int argc, char **argv)
{
	unsigned char frame[60] = {[12] = 8, [14] = 0x45, [23] = 17, [37] = 53};
	struct pcap_pkthdr header = {.caplen = sizeof(frame), .len = sizeof(frame)};
	struct bpf_program program;
	pcap_t *capture = pcap_open_dead(DLT_EN10MB, 100);
	if (rte_eal_init(argc, argv) < 0 || pcap_compile(capture, &program, "udp port 53", 1, 0))
		return 1;
	printf("match %d, own %d\\n", pcap_offline_filter(&program, &header, frame),
	       pcap_filter(6));
	return 0;
}
'''


def test_debians_libpcap(tool, tmp_path, boot):
    """As in Pktgen: pcap_filter() beside Debian's libpcap, which DPDK's driver needs as well."""
    (tmp_path / 'a.c').write_text(PKTGEN)
    flags = tool('linuxless-pkg-config', '--libc=glibc', '--cflags', '--libs', 'libdpdk').stdout
    done = tool('linuxless-cc', '--libc=glibc', '-O1', 'a.c', *flags.split(), '-lpcap', '-o',
                'a.elf')
    assert done.returncode == 0, done.stdout
    guest = boot(Machine(kernel=tmp_path / 'a.elf', memory=256, args=f'-l 0 {DEBUG}'))
    guest.wait_for('match 100, own 7')
    assert guest.wait_exit() == 0
