# SPDX-License-Identifier: BSD-3-Clause
"""The Linux guest: Debian's cloud kernel, and an initramfs with one program and what it needs.

The kernel is unpacked to the ELF file that is in it: QEMU boots that three times sooner than the
compressed image, whose code would be emulated. The initramfs is not compressed for the same reason.
"""

import re
import struct
import subprocess
from pathlib import Path

from harness.linux import make_guest, with_libraries

from . import ROOT

KERNEL = 'linux-image-cloud-amd64'
DPDK_MODULES = ['uio_pci_generic']
BRIDGE_MODULES = ['virtio_pci', 'virtio_net', 'bridge']

# The plain kernel's settings, as favourable as they get; and those that keep a CPU to itself.
HUGE_PAGES = 'hugepages=64'
PLAIN = ('console=ttyS0 quiet panic=-1 mitigations=off net.ifnames=0 ipv6.disable=1 '
         f'{HUGE_PAGES}')
ISOLATED = 'isolcpus=1 nohz_full=1 rcu_nocbs=1 irqaffinity=0'

_LIBGCC = '/lib/x86_64-linux-gnu/libgcc_s.so.1'  # glibc loads it when a thread is cancelled

# Documentation/arch/x86/boot.rst: where the compressed kernel is in the file.
_SETUP_SECTORS, _PAYLOAD = 0x1f1, 0x248
_SECTOR = 512

_COMPRESSIONS = {b'\xfd7zXZ\0': 'xz', b'\x1f\x8b': 'gzip', b'\x02!L\x18': 'lz4',
                 b'\x28\xb5\x2f\xfd': 'zstd'}
_ELF = b'\x7fELF'


def payload(image):
    """(compressed kernel, name of the program that unpacks it) of a bzImage."""
    begin, length = struct.unpack_from('<II', image, _PAYLOAD)
    begin += (image[_SETUP_SECTORS] + 1) * _SECTOR
    packed = image[begin:begin + length]
    for magic, program in _COMPRESSIONS.items():
        if packed.startswith(magic):
            return packed, program
    raise ValueError(f'a kernel compressed in an unknown way: {packed[:8].hex()}')


def unpack_kernel(image):
    """The ELF file inside a compressed kernel."""
    packed, program = payload(image)
    # Its length follows as a trailer, which the unpackers complain of.
    elf = subprocess.run([program, '-dcq'], input=packed, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, timeout=120, check=False).stdout
    if not elf.startswith(_ELF):
        raise ValueError(f'{program} does not unpack the kernel')
    return elf


def _guest(build, modules, name, files, init):
    """(vmlinux, initramfs)."""
    text = (ROOT / 'bench' / 'linux' / init).read_text()
    compressed, initramfs = make_guest(build, modules, name, files, text, KERNEL)
    kernel = Path(build) / 'linux-guest' / re.sub('vmlinuz', 'vmlinux', compressed.name)
    if not kernel.exists():
        kernel.write_bytes(unpack_kernel(compressed.read_bytes()))
    return kernel, initramfs


def dpdk_guest(build, program, command=''):
    """A guest that runs a DPDK program, which is at /bin there, by that shell command.

    The command stands in a file: the kernel's command line knows one kind of quotation marks.
    """
    stripped = program.with_suffix('.stripped')
    subprocess.run(['strip', '-o', stripped, program], check=True, timeout=60)
    libraries = with_libraries(program)
    del libraries[str(program).lstrip('/')]
    libraries[_LIBGCC.lstrip('/')] = Path(_LIBGCC)
    words = program.with_suffix('.command')
    words.write_text(command + '\n')
    files = {f'bin/{program.name}': stripped, 'command': words, **libraries}
    return _guest(build, DPDK_MODULES, f'bench-{program.name}', files, 'init-dpdk')


def bridge_guest(build):
    """A guest that bridges its ports in the kernel."""
    return _guest(build, BRIDGE_MODULES, 'bench-kernel-bridge', {}, 'init-bridge')


def compressed_kernel(build):
    """The kernel's file as the distribution ships it, after a guest was made."""
    file, = Path(build, 'linux-guest').glob('linux-image-*-cloud-amd64/boot/vmlinuz-*')
    return file
