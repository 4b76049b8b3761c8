# SPDX-License-Identifier: BSD-3-Clause
"""Starting over the network, and bridging the very port that the machine was started from."""

import re
import shlex
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


def argv_of(guest):
    """What main got behind the file's name."""
    return re.findall(r'^argv\[[1-9]\d*\]: (.*)$', guest.console, re.MULTILINE)


@pytest.mark.parametrize('firmware, options, boot_file', [
    ('bios', '', BIOS), ('bios', '', IPXE), ('uefi', OWN, UEFI)])
def test_any_command_line(boot, build, make_pxe, firmware, options, boot_file):
    """A line of 4000 bytes, with an empty word, blanks and dollars: iPXE itself cuts at 512."""
    words = ['', 'two  words', '${net0/ip}', 'x' * 4000, "it's", '\\', 'the end']
    line = ' '.join(shlex.quote(word) for word in words)
    tree = make_pxe(build / 'hello.elf', f'{DEBUG} {line}')
    guest = boot(Machine(firmware=firmware, nics=[Nic(options=options, boot_from=str(tree),
                                                      boot_file=boot_file)]), 120)
    assert guest.wait_exit(100) == 0
    assert argv_of(guest) == words


@pytest.mark.parametrize('boot_file', [BIOS, IPXE])
def test_modules(root, boot, build, tmp_path, boot_file):
    """Modules have their paths, more of them than iPXE has room for names."""
    listed = tmp_path / 'a list.txt'
    listed.write_text('text')
    paths = [f'/a/directory/of/its/own/{number} of 16' for number in range(16)]
    command = [root / 'tools' / 'mkpxe', build / 'hello.elf', '-o', tmp_path / 'tree',
               f'--args={DEBUG}', '--module', listed]
    for path in paths:
        command += ['--module', f'{listed}={path}']
    subprocess.run(command, check=True, timeout=60)
    guest = boot(Machine(nics=[Nic(boot_from=str(tmp_path / 'tree'), boot_file=boot_file)]))
    assert guest.wait_exit(50) == 0
    for path in ['/a list.txt', *paths]:
        assert f'boot: module {path}, 4 bytes' in guest.console
    assert ' cut ' not in guest.console


@pytest.mark.parametrize('size, cut', [(510, False), (520, True)])
def test_cut_command_line_is_said(boot, build, make_pxe, size, cut):
    """A script of one's own with a longer line than iPXE hands over: the kernel says so."""
    tree = make_pxe(build / 'hello.elf', '')
    url = 'tftp://10.0.2.2/boot/hello.elf'
    line = f'{DEBUG} '.ljust(size - len(f'{url} '), 'x')
    (tree / 'boot.ipxe').write_text(f'#!ipxe\nkernel boot/hello.elf {line}\nboot\n')
    guest = boot(Machine(nics=[Nic(boot_from=str(tree), boot_file=IPXE)]))
    assert guest.wait_exit(50) == 0
    assert 'from iPXE' in guest.console and url in guest.console
    assert ('boot: iPXE has cut the command line' in guest.console) == cut
    assert (len(argv_of(guest)[-1]) == len(line.split()[-1])) != cut


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
