# SPDX-License-Identifier: BSD-3-Clause
"""Starting over the network, and bridging the very port that the machine was started from."""

import subprocess

import pytest

from harness import Flow, Machine, Nic, forward, frames

DEBUG = 'bare.exit=debug bare.panic=debug'
BIOS, UEFI, IPXE = '/boot/grub/bios.0', '/boot/grub/uefi.efi', '/boot.ipxe'

# QEMU's boot ROM for UEFI is iPXE; without it the firmware's own network code does the work.
OWN = 'romfile='


@pytest.mark.parametrize('firmware, model, options, boot_file', [
    ('bios', 'virtio-net-pci', '', BIOS), ('bios', 'e1000', '', BIOS),
    ('uefi', 'virtio-net-pci', OWN, UEFI), ('uefi', 'virtio-net-pci', '', UEFI),
    ('bios', 'virtio-net-pci', '', IPXE)])
def test_bridge_from_network(boot, build, make_pxe, firmware, model, options, boot_file):
    """BIOS and UEFI, GRUB and iPXE; the port that was booted from is one of the bridge's."""
    tree = make_pxe(build / 'bridge.elf', DEBUG)
    first = Nic(model, options, boot_from=str(tree), boot_file=boot_file)
    guest = boot(Machine(firmware=firmware, nics=[first, Nic()]), 180)
    guest.wait_for('forwarding', within=120)
    one, other = guest.wires
    one.drain()
    other.drain()  # what the firmware's network code had still to say
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, seed=1)))


@pytest.mark.parametrize('model', ['virtio-net-pci', 'e1000'])
def test_bridge_beside_boot_port(boot, build, make_pxe, model):
    """The port that was booted from, and left running, is none of the bridge's two."""
    tree = make_pxe(build / 'bridge.elf', f'{DEBUG} -b 0000:00:01.0')
    first = Nic(model, boot_from=str(tree), boot_file=BIOS)
    guest = boot(Machine(nics=[first, Nic(), Nic()]), 180)
    guest.wait_for('forwarding', within=120)
    assert '0000:00:01.0 was left running: quieted' in guest.console
    idle, one, other = guest.wires
    idle.drain()
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.mixture(500, seed=1)))
    idle.send(frames.mixture(1)[0])
    assert one.receive(0.2) is None and other.receive(0) is None


@pytest.mark.parametrize('boot_file', [BIOS, IPXE])
def test_menu_by_address(boot, build, make_pxe, boot_file):
    """A machine with a menu of its own gets that, another the default."""
    macs = {'52:54:00:00:00:02': f'{DEBUG} special', '52:54:00:00:00:ab': f'{DEBUG} other'}
    tree = make_pxe(build / 'hello.elf', f'{DEBUG} general', macs)
    for mac, word in (('52:54:00:00:00:02', 'special'), ('52:54:00:00:00:03', 'general'),
                      ('52:54:00:00:00:ab', 'other')):
        guest = boot(Machine(nics=[Nic(mac=mac, boot_from=str(tree), boot_file=boot_file)]))
        guest.wait_for(rf'^argv\[1\]: {word}$', within=50)
        assert guest.wait_exit() == 0


def test_addresses_from_file(root, build, tmp_path):
    """MACS= of `make pxe`: menus by a file; a line that is none is named."""
    listed = tmp_path / 'macs'
    command = [root / 'tools' / 'mkpxe', build / 'hello.elf', '-o', tmp_path / 'tree',
               '--args=-l 0', '--macs', listed]
    listed.write_text('# rack 3\n52:54:00:00:00:02 -l 1-3 -- -p 3\n\n52-54-00-00-00-AB\n')
    subprocess.run(command, check=True, timeout=60)
    menus = {path.name.removeprefix('grub.cfg'): path.read_text()
             for path in (tmp_path / 'tree' / 'boot' / 'grub').glob('grub.cfg*')}
    assert sorted(menus) == ['', '-01-52-54-00-00-00-02', '-01-52-54-00-00-00-ab']
    assert 'hello.elf -l 1-3 -- -p 3' in menus['-01-52-54-00-00-00-02']
    listed.write_text('52:54:00:00:00 -l 1-3\n')
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode != 0 and '--macs' in done.stderr
