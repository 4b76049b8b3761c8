# SPDX-License-Identifier: BSD-3-Clause
"""C++ with the SDK's linuxless-c++, whose library takes minutes to build (`make sdk-c++`)."""

import re
import subprocess

import pytest

from harness import Flow, Machine, Nic, forward, frames

pytestmark = pytest.mark.long

DEBUG = 'bare.exit=debug bare.panic=debug'
COUNT = 500


@pytest.fixture(name='compiled', scope='module')
def fixture_compiled(root, build, tmp_path_factory):
    """compiled('program', DPDK or not): a bootable file of tests/cxx."""
    folder = tmp_path_factory.mktemp('cxx')
    tools = build / 'sdk' / 'bin'

    def flags(which):
        return subprocess.run([tools / 'linuxless-pkg-config', '--static', which, 'libdpdk'],
                              check=True, stdout=subprocess.PIPE, text=True).stdout.split()

    def compile_(name, with_dpdk=False):
        image = folder / name
        subprocess.run([tools / 'linuxless-c++', '-std=c++17', '-O2', '-Wall', '-Wextra', '-Werror',
                        *(flags('--cflags') if with_dpdk else []),
                        root / 'tests' / 'cxx' / f'{name}.cpp', '-o', image,
                        *(flags('--libs') if with_dpdk else [])], check=True, timeout=600)
        return image

    return compile_


def test_program(compiled, boot):
    """The library's parts do what they promise, and static objects are destroyed at the end."""
    guest = boot(Machine(kernel=compiled('program'), args=DEBUG, cpus=2), deadline=120)
    assert guest.wait_exit() == 0, guest.tail()
    said = re.findall(r'^[\w ]+: yes$', guest.console, re.MULTILINE)
    assert len(said) == 20
    assert 'static object destroyed' in guest.console


def test_uncaught_exception_is_named(compiled, boot):
    """What nobody catches says what it is, and the program ends as by abort()."""
    guest = boot(Machine(kernel=compiled('program'), args=f'{DEBUG} uncaught', cpus=2),
                 deadline=120)
    assert guest.wait_exit() == 134 & 0x7f  # QEMU's status has seven bits
    guest.wait_for('exit: status 134')
    guest.wait_for("terminate called after throwing an instance of 'std::runtime_error'")
    guest.wait_for(r'what\(\):  nobody catches this')


def test_application_forwards(compiled, boot):
    """An application of DPDK in C++ forwards; exceptions pass DPDK's functions and its lcores."""
    guest = boot(Machine(kernel=compiled('forward', True), cpus=2, nics=[Nic(), Nic()],
                         args=f'{DEBUG} -l 0,1 -- {2 * COUNT}'), deadline=180)
    guest.wait_for('thrown through DPDK after 3 mbufs', within=90)
    guest.wait_for(f'forwarding {2 * COUNT} frames', within=60)
    one, other = guest.wires
    forward(Flow(one, other, frames.mixture(COUNT)), Flow(other, one, frames.mixture(COUNT, 1)))
    guest.wait_for('all forwarded')
    assert guest.wait_exit() == 0
