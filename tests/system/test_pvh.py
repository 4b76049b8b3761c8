# SPDX-License-Identifier: BSD-3-Clause
"""PVH: a hypervisor starts the same file by its ELF note, without BIOS and boot loader.

QEMU prefers multiboot; it takes the note when the file's multiboot1 header is out of the way.
"""

import struct

import pytest

from harness import Flow, Machine, Nic, forward, frames

MULTIBOOT1_MAGIC = struct.pack('<I', 0x1badb002)


@pytest.fixture
def note_only(build, tmp_path):
    """note_only(app): a copy of an application without a multiboot1 header."""
    def make(app):
        image = (build / f'{app}.elf').read_bytes()
        at = image.index(MULTIBOOT1_MAGIC)
        copy = tmp_path / f'{app}.elf'
        copy.write_bytes(image[:at] + bytes(4) + image[at + 4:])
        return copy

    return make


@pytest.mark.parametrize('board, memory', [('microvm,pcie=on', 256), ('q35', 5120)])
def test_pvh(boot, note_only, board, memory):
    """Memory map, command line and ACPI tables arrive."""
    guest = boot(Machine(kernel=note_only('hello'), board=board, cpus=2, memory=memory,
                         args='bare.exit=debug bare.panic=debug one "two three"'), 60)
    assert guest.wait_exit(within=40) == 0, guest.tail()
    assert 'boot: PVH' in guest.console
    assert 'argv[2]: two three' in guest.console
    assert 'thread on CPU 1' in guest.console


def test_bridge(boot, note_only):
    """microvm: a machine of virtio devices, which forwards like any other."""
    guest = boot(Machine(kernel=note_only('bridge'), board='microvm,pcie=on', cpus=2,
                         args='bare.exit=debug bare.panic=debug -l 1', nics=[Nic(), Nic()]), 120)
    guest.wait_for('^bridge: forwarding', within=90)
    one, other = guest.wires
    forward(Flow(one, other, frames.sizes()), Flow(other, one, frames.protocols()))
    guest.type('q')
    assert guest.wait_exit() == 0
    assert 'boot: PVH' in guest.console
