# SPDX-License-Identifier: BSD-3-Clause
"""The two sides of a comparison.

A side turns a program and its arguments into a machine: ours boots the image, Linux boots Debian's
kernel with the program in its initramfs. Hardware is the same on both.
"""

from dataclasses import dataclass
from pathlib import Path

from harness import Machine

from . import linux
from .counter import poll_addresses, symbols

# What a virtio port is asked for, by name: QEMU's device properties, DPDK's device arguments.
DEVICES = {
    'default': ('', ''),
    'mrg_rxbuf=off': ('mrg_rxbuf=off', ''),
    'packed': ('packed=on', ''),
    'vectorized': ('mrg_rxbuf=off', 'vectorized=1'),
}

# What stands behind "--" for each program, with the forwarding lcore in place of {lcore}.
PROGRAMS = {
    'bridge': '',
    'skeleton': '',
    'l2fwd': '-p 3 -q 2 -T 0',
    'l3fwd': "-p 3 -P --parse-ptype --config '(0,0,{lcore}),(1,0,{lcore})'",
    'dpdk-testpmd': '--forward-mode=io --total-num-mbufs=8192',
}

# Programs that want more lcores than there are CPUs: testpmd has one for its prompt, at which it
# waits for input while the other forwards.
_LCORES = {'dpdk-testpmd': '--lcores 0@{0},1@{0}'}

# Linux: huge pages for those that want more than the others: l3fwd's table of routes has 64 MB.
_LINUX_PAGES = {'l3fwd': 'hugepages=160'}


def arguments(program, lcores, device='default', own='', ports=2):
    """EAL options and the program's, the same on both sides. lcores: as DPDK's -l takes them.

    own: for the program, in place of the usual words.
    """
    devargs = DEVICES[device][1]
    options = _LCORES.get(program, '-l {}').format(lcores)
    if devargs:
        options += ''.join(f' -a 0000:00:{0x10 + port:02x}.0,{devargs}' for port in range(ports))
    last = lcores.replace('-', ',').split(',')[-1]
    own = own or PROGRAMS.get(program, '').format(lcore=last)
    return f'{options} -- {own}' if own else options


@dataclass
class Bare:
    """A guest of ours. The image has symbols; what QEMU loads of it is the same without them."""

    image: Path
    program: str = 'bridge'
    name: str = 'Linuxless'
    port_options = ''

    def polls(self):
        """Addresses of the receive functions."""
        return poll_addresses(self.image)

    def entry(self):
        """Address of the first instruction of ours, where multiboot1 loads the image."""
        return symbols(self.image)['__linuxless_load_entry']

    def machine(self, device='default', lcores='0', more='', own='', **hardware):
        """The machine. more: further words for the kernel; own: the program's, not the usual."""
        args = f'bare.exit=debug bare.panic=debug {more}'.strip()
        return Machine(kernel=self.image,
                       args=f'{args} {arguments(self.program, lcores, device, own)}', **hardware)


@dataclass
class Linux:
    """A Linux guest with the same program, linked with the distribution's DPDK."""

    build: Path
    program: str = 'bridge'
    isolated: bool = False
    port_options = ''

    @property
    def name(self):
        """For tables."""
        return 'Linux, isolated' if self.isolated else 'Linux'

    @property
    def file(self):
        """The program, with symbols."""
        return self.build / 'bench' / 'linux' / self.program

    def polls(self):
        """Addresses of the receive functions."""
        return poll_addresses(self.file)

    def entry(self):
        """None: what is counted begins with power-on."""
        return None

    def machine(self, device='default', lcores='0', more='', own='', **hardware):
        """The machine. more: further words for the kernel; own: the program's, not the usual."""
        command = (f'{self.program} -n 1 --no-telemetry '
                   f'{arguments(self.program, lcores, device, own)}')
        kernel, initramfs = linux.dpdk_guest(self.build, self.file, command)
        pages = '' if 'hugepages=' in more else _LINUX_PAGES.get(self.program, linux.HUGE_PAGES)
        words = [linux.PLAIN.replace(linux.HUGE_PAGES, pages).strip(),
                 linux.ISOLATED if self.isolated else '', more]
        extra = ['-initrd', str(initramfs), *hardware.pop('extra', [])]
        return Machine(kernel=kernel, args=' '.join(filter(None, words)), extra=extra, **hardware)


@dataclass
class LinuxBridge:
    """A Linux guest that bridges in its kernel, without DPDK."""

    build: Path
    name: str = 'Linux, kernel bridge'
    program: str = 'bridge'
    port_options = 'vectors=0'  # QEMU 7.2 dies of vhost-user with MSI-X under TCG

    def polls(self):
        """None that can be told."""
        return []

    def entry(self):
        """None: what is counted begins with power-on."""
        return None

    def machine(self, _device='default', _lcores='0', more='', **hardware):
        """The machine. Device and lcores mean nothing here."""
        kernel, initramfs = linux.bridge_guest(self.build)
        extra = ['-initrd', str(initramfs), *hardware.pop('extra', [])]
        return Machine(kernel=kernel, args=f'{linux.PLAIN} {more}'.strip(), extra=extra, **hardware)
