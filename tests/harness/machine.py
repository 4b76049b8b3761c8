# SPDX-License-Identifier: BSD-3-Clause
"""A virtual machine's description and the QEMU command line that makes it.

Nothing is started here. `Machine.argv` gives the words of the command; what connects the machine to
this process (console, monitor, cables) is handed in as `Wiring`. Without one the command line is
such that a person can paste it into a terminal: console on stdio, cables to nowhere.
"""

import os
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path

QEMU = 'qemu-system-x86_64'

# Port of the device that ends QEMU with the guest's status; kernel/end/power.c writes to it.
DEBUG_EXIT = 'isa-debug-exit,iobase=0xf4,iosize=0x04'

OVMF_CODE = Path('/usr/share/OVMF/OVMF_CODE_4M.fd')
OVMF_VARS = Path('/usr/share/OVMF/OVMF_VARS_4M.fd')

# The environment variable QEMU_ACCEL chooses; hardware virtualisation is found by trial only: QEMU
# falls back on its own when it does not work.
ACCELERATORS = {'tcg': ['tcg'], 'kvm': ['kvm', 'tcg']}


@dataclass
class Nic:
    """One network port; its cable is a datagram socket that carries a raw Ethernet frame each."""

    model: str = 'virtio-net-pci'
    options: str = ''  # QEMU device properties, as "mrg_rxbuf=off,packed=on"
    mac: str = ''  # default 52:54:00:00:00:01 for the first port, and so on
    netdev: str = ''  # a back end of one's own, without its id, in place of the datagram cable
    boot_from: str = ''  # a TFTP directory; QEMU's own DHCP and TFTP server is on the cable too
    boot_file: str = ''  # in that directory, what the firmware is to load
    boots: bool = False  # the machine boots from servers that the test has on this port's cable


@dataclass
class Wiring:
    """What ties a running machine to this process."""

    console: list[str]  # words that define character device "console"
    monitor: list[str]  # words that make a QMP monitor, or none
    cables: list[str]  # netdev back ends, one a port, without their ids


BY_HAND = Wiring(['-chardev', 'stdio,id=console,mux=on,signal=off'],
                 ['-mon', 'chardev=console,mode=readline'], [])


@dataclass
class Machine:
    """Hardware and boot medium: a kernel, an image, or a port that boots from the network."""

    kernel: Path | None = None  # ELF file for -kernel
    args: str = ''  # its command line (an image carries its own)
    modules: tuple[tuple[Path, str], ...] = ()  # its multiboot modules: file, and path there
    image: Path | None = None  # ISO or raw disk
    medium: str = 'cd'  # how the image is attached: cd, disk or usb
    firmware: str = 'bios'  # bios or uefi
    board: str = 'q35'  # QEMU machine type with its options: "pc", "q35,hpet=off"
    cpu: str = 'max'
    cpus: int = 1
    memory: int = 512  # MB; not reserved on the host, so that 64 GB start anywhere
    nodes: int = 1  # NUMA nodes, which share CPUs and memory evenly
    video: bool = False
    serial: bool = True  # a serial port, with the console behind it
    accel: str = ''  # QEMU's -accel; default by the environment variable QEMU_ACCEL, or tcg
    shared_memory: bool = False  # guest memory in a memfd that vhost-user back ends can map
    devices: list[str] = field(default_factory=list)  # -device words, before the ports (bridges)
    nics: list[Nic] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)  # further words, as they stand
    fds: tuple[int, ...] = ()  # file descriptors that those words name

    def argv(self, scratch, wiring=BY_HAND):
        """The command. `scratch` is a directory for files that QEMU changes (UEFI variables)."""
        network = any(nic.boot_from or nic.boots for nic in self.nics)
        if [self.kernel is not None, self.image is not None, network].count(True) != 1:
            raise ValueError('a machine boots from a kernel, an image or the network')
        # setpriv: when this process is killed, no QEMU is left behind.
        words = ['setpriv', '--pdeathsig', 'KILL', QEMU]
        words += ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot']
        words += self._accelerator() + ['-cpu', self.cpu]
        words += self._board_and_memory()
        words += self._firmware(scratch) + self._medium(scratch)
        words += wiring.console + wiring.monitor
        if self.serial:
            words += ['-serial', 'chardev:console']
        words += ['-device', DEBUG_EXIT]
        if self.video:
            words += ['-device', 'VGA']
        for device in self.devices:
            words += ['-device', device]
        return words + self._ports(wiring.cables) + list(self.extra)

    def _accelerator(self):
        chosen = self.accel or os.environ.get('QEMU_ACCEL', 'tcg')
        return [word for name in ACCELERATORS.get(chosen, [chosen]) for word in ('-accel', name)]

    def _memory_object(self, name, megabytes):
        kind = 'memory-backend-memfd,share=on' if self.shared_memory else 'memory-backend-ram'
        return ['-object', f'{kind},id={name},size={megabytes}M,reserve=off']

    def _board_and_memory(self):
        size = ['-m', f'{self.memory}M']
        if self.nodes == 1:
            return (self._memory_object('ram', self.memory) + size
                    + ['-M', f'{self.board},memory-backend=ram', '-smp', str(self.cpus)])
        if self.cpus % self.nodes or self.memory % self.nodes:
            raise ValueError('CPUs and memory must divide evenly among the NUMA nodes')
        words = ['-M', self.board] + size
        words += ['-smp', f'{self.cpus},sockets={self.nodes},cores={self.cpus // self.nodes}']
        for node in range(self.nodes):
            words += self._memory_object(f'ram{node}', self.memory // self.nodes)
            words += ['-numa', f'node,nodeid={node},memdev=ram{node}',
                      '-numa', f'cpu,node-id={node},socket-id={node}']
        return words

    def _firmware(self, scratch):
        if self.firmware == 'bios':
            return []
        # A fresh copy each time: the firmware keeps its boot order there.
        variables = Path(scratch) / 'uefi-vars.fd'
        shutil.copyfile(OVMF_VARS, variables)
        return ['-drive', f'if=pflash,unit=0,format=raw,readonly=on,file={OVMF_CODE}',
                '-drive', f'if=pflash,unit=1,format=raw,file={variables}']

    def _modules(self, scratch):
        """QEMU's list: "FILE NAME,FILE NAME". It takes the first blank for the file's end."""
        listed = []
        for number, (file, path) in enumerate(self.modules):
            name = str(file)
            if ' ' in name:
                link = Path(scratch) / f'module{number}'
                link.unlink(missing_ok=True)
                link.symlink_to(file.absolute())
                name = str(link)
            listed.append(f'{name} {shlex.quote(path)}'.replace(',', ',,'))
        return ['-initrd', ','.join(listed)] if listed else []

    def _medium(self, scratch):
        if self.kernel is not None:
            return (['-kernel', str(self.kernel), '-append', self.args] + self._modules(scratch))
        if self.image is None:
            return ['-boot', 'n']
        if self.medium == 'cd':
            return ['-cdrom', str(self.image)]
        drive = ['-drive', f'if=none,id=disk,format=raw,readonly=on,file={self.image}']
        if self.medium == 'usb':
            return drive + ['-device', 'qemu-xhci', '-device', 'usb-storage,drive=disk']
        if self.medium == 'disk':
            return drive + ['-device', 'virtio-blk-pci,drive=disk']
        raise ValueError(f'unknown medium {self.medium!r}')

    def _ports(self, cables):
        words = []
        for number, nic in enumerate(self.nics):
            back_end = nic.netdev or (cables[number] if cables else f'hubport,hubid={number}')
            if nic.boot_from:
                server = f'user,restrict=on,tftp={nic.boot_from},bootfile={nic.boot_file}'
                words += self._hub(number, back_end, server)
                back_end = f'hubport,hubid={100 + number}'
            mac = nic.mac or f'52:54:00:00:00:{number + 1:02x}'
            options = f',{nic.options}' if nic.options else ''
            device = f'{nic.model},netdev=port{number},id=nic{number},mac={mac}{options}'
            words += ['-netdev', with_id(back_end, f'port{number}'), '-device', device]
        return words

    @staticmethod
    def _hub(number, *back_ends):
        """A hub with those back ends on it, for another port of it to join."""
        words = []
        for place, back_end in enumerate(back_ends):
            name = f'hub{number}.{place}'
            words += ['-netdev', with_id(back_end, name),
                      '-netdev', f'hubport,id={name}.port,hubid={100 + number},netdev={name}']
        return words


def with_id(back_end, name):
    """A back end's words for -netdev."""
    kind, separator, rest = back_end.partition(',')
    return f'{kind},id={name}{separator}{rest}'
