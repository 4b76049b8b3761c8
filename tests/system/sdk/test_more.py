# SPDX-License-Identifier: BSD-3-Clause
"""What the SDK's C library has beyond musl: the programs of more/ say here what they say on Linux,
where gcc has compiled them against glibc."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from harness import Machine

MORE = Path(__file__).parent / 'more'
DEBUG = 'bare.exit=debug bare.panic=debug'

COMPILE = ['-O2', '-Wall', '-Werror', '-D_GNU_SOURCE=', '-fno-optimize-sibling-calls']
# pthread_yield() is deprecated there.
HOST = ['gcc', *COMPILE, '-rdynamic', '-Wno-deprecated-declarations']

# Files of the archive behind musl, by a name that each brings into an image.
NAMES = {'pthread_attr_setaffinity_np', 'pthread_yield', 'getcontext', 'makecontext', 'error',
         'backtrace', 'argp_parse', 'argp_usage'}

ARGUMENTS = ['--help', '--usage', '--version', "a -v b --output=x c -- -q", '--outp=x --n',
             '--outp=x -v', '-z', '--zz', '1 2 3 4 5 6', 'flags=0 1 2 3 4 5 6', 'bad', 'usage',
             'stop', 'fail', '-sqAyes -A yes --a-r --level=3 --level 4 -d', '-o', '--output',
             '--verbose=3', '-vofile - x -o file2 --number 3 --number=4 -- --a b', 'flags=2 -z',
             'flags=0x20 -z', 'flags=0x20 bad', 'flags=0x20 --help', 'flags=8 a -v b',
             'flags=8 a -- -v b', 'flags=4 a -v b', 'flags=0x10 --help',
             'flags=0x40 -verbose -output x -vq -num=3', '-nv -x5 -x 6', '']


@pytest.fixture(scope='session')
def compiled(build, tmp_path_factory):
    """compiled('errors'): the program for Linux, and its image."""
    folder, made = tmp_path_factory.mktemp('more'), {}

    def compile_both(name):
        if name not in made:
            made[name] = folder / f'{name}.linux', folder / f'{name}.elf'
            for words, output in zip((HOST, [build / 'sdk' / 'bin' / 'linuxless-cc', *COMPILE]),
                                     made[name]):
                subprocess.run([*words, MORE / f'{name}.c', '-o', output, '-lm', '-lpthread'],
                               check=True, timeout=120)
        return made[name]

    return compile_both


def on_linux(program, words=()):
    """Exit status and what it says."""
    done = subprocess.run([program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def said(console):
    """A guest's lines that are not the kernel's."""
    return re.sub(r'^\[ *\d+\.\d+\] .*\n', '', console, flags=re.MULTILINE).strip('\n') + '\n'


@pytest.mark.parametrize('name', ['affinity', 'contexts', 'errors', 'trace'])
def test_as_on_linux(boot, compiled, name):
    """The same lines, and the same status; affinity wants CPUs 0 and 1."""
    if name == 'affinity' and not {0, 1} <= os.sched_getaffinity(0):
        pytest.skip('CPUs 0 and 1 are not both there')
    program, image = compiled(name)
    guest = boot(Machine(kernel=image, args=DEBUG, cpus=2))
    status = guest.wait_exit()
    assert (status, said(guest.console)) == on_linux(program)


@pytest.mark.parametrize('words', ARGUMENTS)
def test_argp(boot, compiled, words):
    """argp, with a command line; help is the same but for empty lines."""
    program, image = compiled('options')
    guest = boot(Machine(kernel=image, args=f'{DEBUG} {words}'))
    status = guest.wait_exit()
    due = on_linux(program, shlex.split(words))
    assert status == due[0]
    assert (re.sub(r'\n\n+', '\n\n', said(guest.console))
            == re.sub(r'\n\n+', '\n\n', due[1]).strip('\n') + '\n')


@pytest.mark.parametrize('order', range(4))
@pytest.mark.parametrize('dpdk', [False, True])
def test_headers(build, tmp_path, order, dpdk):
    """Headers of musl, of Linux and of DPDK in several orders, without a warning."""
    tools = build / 'sdk' / 'bin'
    words = [tools / 'linuxless-cc', '-Wall', '-Wextra', '-Werror',
             '-Wno-missing-field-initializers', f'-DORDER={order}']
    if dpdk:
        words += ['-DDPDK', *subprocess.run(
            [tools / 'linuxless-pkg-config', '--cflags', 'libdpdk'], check=True, timeout=60,
            stdout=subprocess.PIPE, text=True).stdout.split()]
    subprocess.run([*words, '-c', MORE / 'headers.c', '-o', tmp_path / 'headers.o'], check=True,
                   timeout=60)


def test_costs_nothing(build, tmp_path):
    """An image that uses none of it has none of it."""
    def names(text):
        (tmp_path / 'program.c').write_text(text)
        subprocess.run([build / 'sdk' / 'bin' / 'linuxless-cc', tmp_path / 'program.c', '-o',
                        tmp_path / 'program'], check=True, timeout=60)
        return set(subprocess.run(['nm', '--format=just-symbols', tmp_path / 'program'],
                                  check=True, stdout=subprocess.PIPE, text=True).stdout.split())

    assert 'backtrace' in names('#include <execinfo.h>\nint main(void) { void *a[2]; '
                                'return backtrace(a, 2); }\n')
    plain = names('#include <pthread.h>\nstatic void *run(void *a) { return a; }\n'
                  'int main(void) { pthread_t t; return pthread_create(&t, 0, run, 0); }\n')
    assert 'pthread_create' in plain and not plain & NAMES
