# SPDX-License-Identifier: BSD-3-Clause
"""PVH: a hypervisor starts the same file by its ELF note, without BIOS and boot loader.

QEMU prefers multiboot; it takes the note when the file's multiboot1 header is out of the way.
"""

import struct

import pytest

from harness import Machine

MULTIBOOT1_MAGIC = struct.pack('<I', 0x1badb002)


@pytest.fixture
def note_only(build, tmp_path):
    """A copy of hello without a multiboot1 header."""
    image = (build / 'hello.elf').read_bytes()
    at = image.index(MULTIBOOT1_MAGIC)
    copy = tmp_path / 'hello.elf'
    copy.write_bytes(image[:at] + bytes(4) + image[at + 4:])
    return copy


@pytest.mark.parametrize('board, memory', [('microvm,pcie=on', 256), ('q35', 5120)])
def test_pvh(boot, note_only, board, memory):
    """Memory map, command line and ACPI tables arrive."""
    guest = boot(Machine(kernel=note_only, board=board, cpus=2, memory=memory,
                         args='bare.exit=debug bare.panic=debug one "two three"'), 60)
    assert guest.wait_exit(within=40) == 0, guest.tail()
    assert 'boot: PVH' in guest.console
    assert 'argv[2]: two three' in guest.console
    assert 'thread on CPU 1' in guest.console
