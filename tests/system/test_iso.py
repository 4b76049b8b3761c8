# SPDX-License-Identifier: BSD-3-Clause
"""The boot medium: small, its menu shows and lets one edit the command line, files come along."""

import subprocess

import pytest

from harness import Machine

BRIDGE_BYTES_MAX = 6 << 20
CTRL_X = '\x18'


def test_size(make_iso, build):
    """The bridge's ISO with all drivers."""
    assert make_iso(build / 'bridge.elf').stat().st_size < BRIDGE_BYTES_MAX


@pytest.mark.parametrize('firmware', ['bios', 'uefi'])
def test_menu_can_be_edited(hello, firmware):
    """The menu shows the command line; a word typed into the entry reaches main."""
    guest = hello('cd', args='-l 0-3', firmware=firmware)
    guest.wait_for('hello .*-l 0-3')
    guest.type('e')
    guest.wait_for(r'multiboot2 /boot/hello\.elf .*-l 0-3')
    # To the line that begins with multiboot2, and to its end.
    guest.type('\x0e\x0e\x0e\x05 edited' + CTRL_X)
    guest.wait_for(r'^argv\[\d+\]: edited')
    assert guest.wait_exit() == 0


def test_needs_readable_kernel(root, tmp_path):
    """A kernel that is not there is named, and no image is left."""
    done = subprocess.run([root / 'tools' / 'mkiso', tmp_path / 'absent.elf'], text=True,
                          stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode != 0
    assert 'absent.elf' in done.stderr
    assert not list(tmp_path.iterdir())


def test_broken_quote(root, build, tmp_path):
    """A command line whose quote is never closed is refused."""
    done = subprocess.run([root / 'tools' / 'mkiso', build / 'hello.elf', '-o', tmp_path / 'x.iso',
                           "--args='open"], text=True, stderr=subprocess.PIPE, check=False,
                          timeout=60)
    assert done.returncode != 0
    assert 'No closing quotation' in done.stderr


def test_boots_without_serial_port(make_iso, build, boot):
    """A machine without a serial port starts all the same; its screen is all it has."""
    image = make_iso(build / 'hello.elf', 'bare.exit=debug')
    guest = boot(Machine(image=image, serial=False, video=True))
    assert guest.wait_exit() == 0
