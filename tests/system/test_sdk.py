# SPDX-License-Identifier: BSD-3-Clause
"""The SDK: programs outside this tree, DPDK's examples unchanged among them."""

import re
import shutil
import subprocess
import time

import pytest

from harness import Flow, Machine, Nic, forward, frames
from harness.l2fwd import crossed
from harness.variables import Variable

DEBUG = 'bare.exit=debug bare.panic=debug'

# The program has functions of the kernel's names: they are its own.
PROGRAM = """\
#include <stdio.h>

int app_init(void) { return 40; }
int memory_init(void) { return 2; }

int main(int argc, char **argv)
{
	printf("sum %d of %s\\n", app_init() + memory_init(), argv[argc - 1]);
	return 7;
}
"""


@pytest.fixture
def make_static(environment, tree, tmp_path):
    """make_static('l2fwd'): build an example of DPDK's as its README says; gives the image."""
    def make(example):
        folder = tmp_path / example
        shutil.copytree(tree / 'examples' / example, folder)
        subprocess.run(['make', 'static', 'CC=linuxless-cc', 'PKGCONF=linuxless-pkg-config'],
                       cwd=folder, env=environment, check=True, timeout=300)
        return next((folder / 'build').glob('*-static'))

    return make


def test_plain_program(sdk, boot, tmp_path):
    """A program without DPDK, compiled in two steps; no name of the kernel's is in its way."""
    source = tmp_path / 'program.c'
    source.write_text(PROGRAM)
    compiler = sdk / 'bin' / 'linuxless-cc'
    for arguments in (['-c', source, '-o', tmp_path / 'program.o'],
                      [tmp_path / 'program.o', '-o', tmp_path / 'program']):
        subprocess.run([compiler, '-O2', *arguments], check=True, timeout=120)
    guest = boot(Machine(kernel=tmp_path / 'program', args=f'{DEBUG} all'))
    guest.wait_for('sum 42 of all')
    assert guest.wait_exit() == 7


@pytest.mark.parametrize('tool', ['cc', 'c++', 'pkg-config', 'iso', 'pxe', 'run'])
def test_tools_explain_themselves(sdk, tool):
    """Each tool finds its parts in a moved SDK, and has --help, and a page with what that says."""
    asked = subprocess.run([sdk / 'bin' / f'linuxless-{tool}', '--help'], timeout=30, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert asked.returncode == 0, asked.stdout
    assert asked.stdout.startswith('usage: ')
    page = (sdk / 'share' / 'man' / 'man1' / f'linuxless-{tool}.1').read_text().replace('\\', '')
    assert page.startswith('.') and f'linuxless-{tool} - ' in page
    assert not [word for word in re.findall(r'--[a-z-]+', asked.stdout) if word not in page]


# What linker.ld defines was once called so.
LINKER_NAMES = ('image_start', 'image_end', 'text_start', 'text_end', 'rodata_start', 'rodata_end',
                'trace_points_start', 'trace_points_end', 'symbols_start', 'symbols_end',
                'data_start', 'data_end', 'bss_start', 'bss_end', 'unwind_start', 'entry')

OWNER = """\
#include <stdio.h>
#include <rte_eal.h>

{definitions}
static const struct {{ const char *name; const int *place; int value; }} names[] = {{
{entries}
}};

int main(int argc, char **argv)
{{
	unsigned changed = 0;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*names[i].place != names[i].value && ++changed)
			printf("%s has changed\\n", names[i].name);
	printf("%zu names, %u changed\\n", sizeof(names) / sizeof(names[0]), changed);
	return changed != 0;
}}
"""


def own_names(build):
    """The names that the machine and the environment layer have and that a program may take."""
    def names(*options):
        listed = subprocess.run(['nm', '--defined-only', '--format=just-symbols', *options],
                                check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout
        return set(re.findall(r'^[A-Za-z_]\w*$', listed, re.MULTILINE))

    library = names('--extern-only', '/usr/lib/x86_64-linux-musl/libc.a')
    joined = names('--extern-only', build / 'sdk' / 'bare-dpdk.o.joined')
    left = names('--extern-only', build / 'sdk' / 'bare-dpdk.o')
    made = names('--extern-only', build / 'sdk' / 'bare.o.joined')
    return sorted(((joined | made) - left - library - {'main'}) | set(LINKER_NAMES))


def test_every_name_is_free(sdk, environment, build, boot, tmp_path):
    """A program has a variable of each name that is the machine's own, and keeps its values."""
    names = own_names(build)
    assert {'event_get', 'intx_arm', 'bus_pci_claim', 'app_init'} <= set(names) and len(names) > 500
    source = tmp_path / 'owner.c'
    source.write_text(OWNER.format(
        definitions='\n'.join(f'int {name} = {value};' for value, name in enumerate(names, 7)),
        entries='\n'.join(f'\t{{"{name}", &{name}, {value}}},'
                          for value, name in enumerate(names, 7))))
    command = (f'{sdk}/bin/linuxless-cc -w -fno-builtin {source} -o {tmp_path}/owner '
               f'$({sdk}/bin/linuxless-pkg-config --static --cflags --libs libdpdk)')
    subprocess.run(command, shell=True, env=environment, check=True, timeout=300)
    guest = boot(Machine(kernel=tmp_path / 'owner', memory=256, args=f'-l 0 {DEBUG}'))
    guest.wait_for(f'{len(names)} names, 0 changed')
    assert guest.wait_exit() == 0


def test_missing_function_is_named(sdk, tmp_path):
    """What the bare machine does not have is named when it is linked."""
    source = tmp_path / 'program.c'
    source.write_text('int no_such_thing(void);\nint main(void) { return no_such_thing(); }\n')
    linked = subprocess.run([sdk / 'bin' / 'linuxless-cc', source, '-o', tmp_path / 'program'],
                            stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    assert linked.returncode != 0
    assert 'undefined: no_such_thing' in linked.stderr
    assert not (tmp_path / 'program').exists()


def test_cxx_without_its_library(build, tmp_path):
    """linuxless-c++ says what makes its library, if this SDK was made without."""
    sdk = tmp_path / 'sdk'
    shutil.copytree(build / 'sdk', sdk, symlinks=True)
    shutil.rmtree(sdk / 'lib' / 'linuxless' / 'c++', ignore_errors=True)
    source = tmp_path / 'program.cpp'
    source.write_text('int main() { return 0; }\n')
    asked = subprocess.run([sdk / 'bin' / 'linuxless-c++', '-c', source], cwd=tmp_path,
                           stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    assert asked.returncode == 1
    assert ("linuxless-c++: this SDK was made without the C++ library: 'make sdk-c++'"
            in asked.stderr)


MESON_PROJECT = """\
project('outside', 'c')
executable('outside', 'main.c', dependencies: dependency('libdpdk', static: true))
"""

MESON_PROGRAM = """\
#include <stdio.h>
#include <rte_eal.h>
#include <rte_ethdev.h>

int main(int argc, char **argv)
{
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	printf("%u ports\\n", rte_eth_dev_count_avail());
	return rte_eal_cleanup();
}
"""


def test_meson_project(sdk, environment, boot, tmp_path):
    """A meson project of somebody's builds with the cross file, and finds its ports."""
    (tmp_path / 'meson.build').write_text(MESON_PROJECT)
    (tmp_path / 'main.c').write_text(MESON_PROGRAM)
    cross = sdk / 'share' / 'meson' / 'cross' / 'linuxless.ini'
    for command in (['meson', 'setup', 'build', '--cross-file', cross], ['ninja', '-C', 'build']):
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=300)
    image = tmp_path / 'build' / 'outside'
    guest = boot(Machine(kernel=image, args=DEBUG, cpus=2, nics=[Nic(), Nic('e1000e')]))
    guest.wait_for('2 ports')
    assert guest.wait_exit() == 0
    names = subprocess.run(['nm', image], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert ' ip4_lookup_node\n' not in names, 'a library of DPDK that is not used is in the image'


def test_run_takes_an_application(sdk, make_static):
    """linuxless-run boots the image as it is, with a command line, and frames pass both ways."""
    image = make_static('skeleton')
    run = subprocess.run([sdk / 'bin' / 'linuxless-run', image, '--args', '-l 1', '--seconds', '2'],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False,
                         timeout=200)
    assert run.returncode == 0, run.stdout
    assert 'Every frame arrived' in run.stdout


def test_skeleton(example, make_static):
    """DPDK's skeleton forwards frames between two ports, unchanged."""
    run = example('skeleton', '-l 1', 'forwarding packets', nics=2, cpus=2,
                  image=make_static('skeleton'))
    one, other = run.wires
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, 1)))


def test_rxtx_callbacks(example, make_static):
    """It forwards, each frame is stamped by the receive callback, and the transmit one adds up.

    It would print the mean after a hundred million frames; its sums are in latency_numbers.
    """
    image = make_static('rxtx_callbacks')
    run = example('rxtx_callbacks', '-l 1', 'forwarding packets', nics=2, cpus=2, image=image)
    booted = time.monotonic() - run.guest.started
    one, other = run.wires
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, 1)))
    cycles, _, count = Variable(run.guest, image, 'latency_numbers').words(3)
    assert count == 1000
    # A frame without a stamp would have waited since the TSC began, which counts 1 GHz or more.
    assert 0 < cycles / count < booted * 1e9 / 2


def test_l2fwd(example, make_static):
    """DPDK's l2fwd gives frames new addresses, both ways."""
    run = example('l2fwd', '-l 1 -- -p 3 -q 2 -T 0 -P', 'entering main loop', nics=2, cpus=2,
                  image=make_static('l2fwd'))
    crossed(run, frames.mixture(100))
