# SPDX-License-Identifier: BSD-3-Clause
"""RAM that does not suffice is said, with how much would; what is where the image goes is moved."""

import random
import subprocess

import pytest

from harness import Machine

DEBUG = 'bare.exit=debug bare.panic=debug'

BIG = """\
#include <stdio.h>
static volatile char big[300u << 20];
int main(int c, char **v) { (void)v; big[(size_t)c << 20] = 1; puts("it fits"); return 0; }
"""

BIG_TLS = """\
#include <stdio.h>
static _Thread_local volatile char big[300u << 20];
int main(int c, char **v) { (void)v; big[(size_t)c << 20] = 1; puts("it fits"); return 0; }
"""

MODULE_MB = 24

SUM = """\
#include <stdio.h>
static char big[20u << 20];
int main(int c, char **v)
{
	FILE *file = fopen("/module", "r");
	unsigned long long sum = 0, at = 0;

	for (size_t count; (count = fread(big, 1, sizeof(big), file)); )
		for (size_t i = 0; i < count; i++)
			sum += ++at * (unsigned char)big[i];
	printf("%s: %llu bytes, sum %llu\\n", v[c - 1], at, sum);
	return 0;
}
"""


@pytest.fixture
def compiled(build, tmp_path):
    """compiled(text): the image of a C program."""
    def compile_it(text):
        (tmp_path / 'program.c').write_text(text)
        subprocess.run([build / 'sdk' / 'bin' / 'linuxless-cc', '-O2', tmp_path / 'program.c',
                        '-o', tmp_path / 'program'], check=True, timeout=120)
        return tmp_path / 'program'

    return compile_it


def needed(guest, has):
    """The MB that the machine says to need."""
    said = guest.wait_for(r'needs (\d+) MB, has (\d+) MB of RAM')
    assert int(said[2]) == has < int(said[1])
    return int(said[1])


@pytest.mark.parametrize('image, sizes', [('hello.elf', [4, 8, 16]), ('bridge.elf', [4, 16, 20]),
                                          ('low/bridge.elf', [4, 6])])
def test_too_little_memory(boot, build, image, sizes):
    """A machine of 4 to 20 MB hears how much is needed; with that much the kernel starts."""
    def start(memory):
        return boot(Machine(kernel=build / image, args=DEBUG, memory=memory))

    due = {needed(start(size), size) for size in sizes}
    assert len(due) == 1
    start(due.pop()).wait_for('^.*memory: .* MB of RAM, image ')


@pytest.mark.parametrize('program', [BIG, BIG_TLS], ids=['bss', 'tls'])
def test_program_larger_than_memory(boot, compiled, program):
    """So it is with a program's own variables, and with as much as it asks for it runs."""
    image = compiled(program)
    due = needed(boot(Machine(kernel=image, args=DEBUG, memory=256)), 256)
    assert 300 < due < 330
    guest = boot(Machine(kernel=image, args=DEBUG, memory=due))
    guest.wait_for('it fits')
    assert guest.wait_exit() == 0


def test_iso_larger_than_memory(boot, compiled, make_iso):
    """GRUB refuses, and its menu says how much is needed."""
    boot(Machine(image=make_iso(compiled(BIG)), memory=256)).wait_for(
        'program needs 31[67] MB of RAM in one piece')


def test_modules_in_the_way(boot, compiled, tmp_path):
    """What QEMU puts behind the image as it is loaded is moved: modules, and the command line."""
    content = random.Random(1).randbytes(MODULE_MB << 20)
    (tmp_path / 'module').write_bytes(content)
    weighed = sum(number * byte for number, byte in enumerate(content, 1))
    image, modules = compiled(SUM), ((tmp_path / 'module', '/module'),)
    guest = boot(Machine(kernel=image, args=f'{DEBUG} end', memory=256, modules=modules))
    guest.wait_for(f'^end: {len(content)} bytes, sum {weighed}$', within=60)
    assert guest.wait_exit() == 0
    assert needed(boot(Machine(kernel=image, args=DEBUG, memory=50, modules=modules)), 50) >= 61
