# SPDX-License-Identifier: BSD-3-Clause
"""hello on every kind of machine: it starts, uses all CPUs, and its status reaches the outside.

Not every combination is booted, but every value of every column is, and the likely pairs.
"""

import re
import time

import pytest

from harness.vga import vga_text

MEDIA = [('kernel', 'bios'), ('cd', 'bios'), ('disk', 'bios'), ('usb', 'bios'),
         ('cd', 'uefi'), ('disk', 'uefi'), ('usb', 'uefi')]
FIRMWARE_MB = 2  # of the RAM, at most, is the BIOS's


def assert_hello(guest, cpus, within=60):
    """The program ended well, and ran a thread on each CPU."""
    assert guest.wait_exit(within) == 0, guest.tail()
    ran = {int(number) for number in re.findall(r'^thread on CPU (\d+)', guest.console,
                                                re.MULTILINE)}
    assert ran == set(range(cpus))


@pytest.mark.parametrize('board', ['q35', 'pc'])
@pytest.mark.parametrize('medium, firmware', MEDIA)
def test_media(hello, medium, firmware, board):
    """Each boot medium under each firmware, on both chipsets."""
    assert_hello(hello(medium, board=board, firmware=firmware, cpus=2, memory=256), 2)


@pytest.mark.parametrize('cpu', ['qemu64', 'Nehalem', 'Haswell', 'EPYC', 'max'])
def test_cpu_models(hello, cpu):
    """From the first x86-64 to all that the emulator has; Nehalem is without 1 GB pages."""
    assert_hello(hello(cpu=cpu, cpus=2), 2)


@pytest.mark.parametrize('cpu, missing', [
    ('qemu32', 'long mode'), ('max,-nx', 'NX'), ('max,-sse2', 'SSE2'), ('max,-pae', 'PAE')])
def test_cpu_too_old(hello, cpu, missing):
    """A CPU that lacks something is told so on the serial port, and on the screen."""
    guest = hello(cpu=cpu, video=True)
    guest.wait_for(rf'(?i)\bthis CPU lacks [^\n]*\b{missing}\b[^\n]*\n')
    shown = '\n'.join(vga_text(guest))
    assert re.search(rf'(?i)^Linuxless: this CPU lacks .*\b{missing}\b', shown, re.MULTILINE)


def test_cpu_without_syscall(hello):
    """That is known in 64-bit mode alone: a panic, which the screen shows before it is opened."""
    guest = hello(cpu='max,-syscall', video=True, args='bare.panic=halt')
    guest.wait_for(r'PANIC on CPU 0: cpu: this CPU lacks SYSCALL')
    guest.wait_for('kernel_main')
    assert any('this CPU lacks SYSCALL' in line for line in vga_text(guest))


def test_cpuid_limited(hello):
    """Firmware may hide the leaves that tell of XSAVE's area: then it is not used."""
    assert_hello(hello(cpu='max,level=3', cpus=2), 2)


@pytest.mark.parametrize('cpus', [1, 4, 64, 255])
def test_cpu_counts(hello, cpus):
    """All CPUs come up."""
    assert_hello(hello(cpus=cpus, deadline=120), cpus, 110)


def test_cpu_limit(hello):
    """bare.cpus= leaves the others alone."""
    assert_hello(hello(cpus=4, args='bare.cpus=2'), 2)


def test_more_cpus_than_memory(hello):
    """CPUs take half of the memory at the most; the program has the rest."""
    guest = hello(cpus=200, memory=18)
    started = int(guest.wait_for(r'smp: memory for (\d+) of 199 CPUs only')[1])
    assert 10 < started < 199
    guest.wait_for(f'smp: {started + 1} CPUs after')
    assert guest.wait_exit() == 0


def nodes_of(guest):
    """{node: (MB of memory, CPUs)} as hello shows them."""
    return {int(node): (int(size), cpus) for node, size, cpus in re.findall(
        r'^node (\d+): (\d+) MB, \d+ MB free, CPUs (\S+)$', guest.console, re.MULTILINE)}


@pytest.mark.parametrize('memory', [32, 512, 5 << 10, 64 << 10])
def test_memory_sizes(hello, memory):
    """From 32 MB to RAM above 4 GB, all of it found; the largest without 1 GB pages."""
    guest = hello(memory=memory, cpu='Nehalem' if memory > 32 << 10 else 'max')
    assert_hello(guest, 1)
    (found, cpus), = nodes_of(guest).values()
    assert memory - FIRMWARE_MB <= found <= memory and cpus == '0'


def test_large_machine(hello):
    """64 CPUs and 64 GB, from the ISO."""
    assert_hello(hello('cd', cpus=64, memory=64 << 10, deadline=120), 64, 110)


@pytest.mark.long
def test_large_machine_starts_fast(hello):
    """The same is done 3 s after the boot loader hands over; only on a machine that is quiet."""
    guest = hello('cd', cpus=64, memory=64 << 10)
    guest.wait_for('Booting `')
    handed_over = time.monotonic()
    assert_hello(guest, 64)
    assert time.monotonic() - handed_over < 3


@pytest.mark.parametrize('nodes', [2, 4])
def test_numa(hello, nodes):
    """Memory and CPUs by node."""
    guest = hello(nodes=nodes, cpus=4, memory=2048)
    assert_hello(guest, 4)
    found = nodes_of(guest)
    each = 4 // nodes
    assert {node: cpus for node, (_, cpus) in found.items()} == {
        node: f'{node * each}-{node * each + 1}' if each > 1 else str(node)
        for node in range(nodes)}
    assert all(2048 // nodes - FIRMWARE_MB <= size <= 2048 // nodes for size, _ in found.values())


@pytest.mark.parametrize('board, by', [
    ('q35', 'HPET'), ('q35,hpet=off', 'PM timer'), ('pc,hpet=off', 'PM timer')])
def test_tsc_is_measured(hello, board, by):
    """By the HPET or another clock; -icount makes an instruction, and a tick, a nanosecond."""
    guest = hello(board=board, cpus=2, accel='tcg,thread=single',
                  extra=['-icount', 'shift=0,sleep=off'])
    assert_hello(guest, 2)
    said = re.search(r'clock: \w+; the TSC has ([\d.]+) MHz \((.*)\)$', guest.console, re.MULTILINE)
    assert said[2] == by and abs(float(said[1]) - 1000) < 0.1


def test_hpet_is_the_clock(hello):
    """Where neither the CPU nor a hypervisor vouches for the TSC."""
    guest = hello(cpu='qemu64,-hypervisor', cpus=2)
    assert_hello(guest, 2)
    assert re.search(r'(?m)^clock: hpet ', guest.console)


def pcie_bridges():
    """Root ports with a port below each, and a switch; all on bus numbers of their own."""
    devices = [f'pcie-root-port,id=root{n},chassis={n + 1},slot={n}' for n in range(8)]
    devices += ['x3130-upstream,id=up,bus=root0', 'xio3130-downstream,id=down,bus=up,chassis=20',
                'pcie-pci-bridge,id=old,bus=root1', 'pci-bridge,id=older,bus=old,chassis_nr=30']
    return devices + ['virtio-rng-pci,bus=down', 'virtio-rng-pci,bus=older,addr=3',
                      *(f'virtio-rng-pci,bus=root{n}' for n in range(2, 8))]


def pci_bridges():
    """A chain of conventional bridges, with a device at its end."""
    chain = [f'pci-bridge,id=b{n},chassis_nr={n + 1},addr=3' + (f',bus=b{n - 1}' if n else '')
             for n in range(6)]
    return [*chain, 'virtio-rng-pci,bus=b5,addr=4']


@pytest.mark.parametrize('board, devices, behind', [
    ('q35', pcie_bridges(), 8), ('pc', pci_bridges(), 1)])
def test_pci_bridges(hello, board, devices, behind):
    """Every function behind every bridge is found (virtio-rng is 1af4:1005 or 1044)."""
    guest = hello(board=board, devices=devices, args='bare.lspci')
    assert_hello(guest, 1)
    found = set(re.findall(r'(\S+:\S+:\S+\.\d).*1af4:10(?:05|44)', guest.console))
    assert len(found) == behind


def test_command_line_is_argv(hello, make_iso, build):
    """What stands behind the file name reaches main as it stands, whichever loader brought it."""
    words = (r'''-l 0-3 '' 'two words' "three of them" a\ b --lcores=(0,1)@2 -- "" -p 3 '''
             ''''a\ttab%' ""''')
    due = ['-l', '0-3', '', 'two words', 'three of them', 'a b', '--lcores=(0,1)@2', '--', '', '-p',
           '3', 'a\ttab%', '']
    for medium in ('kernel', 'cd'):
        guest = hello(medium, args=words)
        assert guest.wait_exit() == 0
        got = re.findall(r'^argv\[[1-9]\d*\]: (.*)$', guest.console, re.MULTILINE)
        assert got == due, medium


def test_unknown_setting(hello):
    """An unknown setting is reported, with those that exist, and the boot goes on."""
    guest = hello(args='bare.nonsense=1 bare.cpus=x')
    assert_hello(guest, 1)
    for word in ('bare.nonsense', 'bare.loglevel', 'bare.cpus=x'):
        assert word in guest.console
