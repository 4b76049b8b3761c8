# SPDX-License-Identifier: BSD-3-Clause
"""A small Linux guest with Debian's kernel: a second driver to hold a device model against.

Kernel and busybox are fetched with apt into the build directory (with apt's own signature check)
and are no part of the repository. The guest's /init loads the modules asked for, then gives a shell
on the serial port, by which a test drives it.
"""

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

INIT = """#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in $(cat /modules.list); do insmod /modules/$module || echo "insmod $module failed"; done
stty -echo
PS1=
export PS1
echo linux guest is up
exec sh
"""

BOOT_ARGS = 'console=ttyS0 quiet panic=-1 mitigations=off net.ifnames=0 ipv6.disable=1'


def kernel_package(stands='linux-image-amd64'):
    """Name of the package that Debian's package `stands` stands for."""
    listing = subprocess.run(['apt-cache', 'depends', stands], check=True, text=True,
                             stdout=subprocess.PIPE, timeout=60).stdout
    return re.search(r'Depends: (linux-image-\S+)', listing)[1]


def _unpack(archive, wanted, directory):
    """What of a package's files `wanted` matches."""
    with subprocess.Popen(['dpkg-deb', '--fsys-tarfile', archive],
                          stdout=subprocess.PIPE) as unpack:
        with tarfile.open(fileobj=unpack.stdout, mode='r|') as tar:
            for member in tar:
                if (member.isfile() or member.issym()) and re.search(wanted, member.name):
                    tar.extract(member, directory)


def _with_lacking(package):
    """The package, and those that it needs and this machine lacks."""
    plan = subprocess.run(['apt-get', 'install', '--dry-run', '--no-install-recommends', package],
                          check=True, text=True, stdout=subprocess.PIPE, timeout=120).stdout
    return {package, *re.findall(r'^Inst (\S+)', plan, re.MULTILINE)}


def fetch(build, package, wanted, needs=False):
    """Unpack from a Debian package what `wanted` (regular expression) matches; gives where.

    needs: from the packages that it needs, too, as far as this machine lacks them.
    """
    root = Path(build) / 'linux-guest' / package
    if root.exists():
        return root
    part = root.with_name(package + '.part')
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    names = _with_lacking(package) if needs else {package}
    subprocess.run(['apt-get', 'download', *names], check=True, cwd=part, timeout=600,
                   stdout=subprocess.DEVNULL)
    for archive in part.glob('*.deb'):
        _unpack(archive, wanted, part)
        archive.unlink()
    part.rename(root)
    return root


def module_closure(modules, wanted):
    """Files of the modules and of what they depend on, in the order to load them."""
    files = {path.stem.replace('-', '_'): path for path in modules.rglob('*.ko')}
    order = []

    def visit(name):
        path = files.get(name)
        if path is None or path in order:  # without a file: built into the kernel
            return
        found = re.search(rb'\0depends=([^\0]*)\0', path.read_bytes())
        for needed in filter(None, found[1].decode().split(',') if found else []):
            visit(needed.replace('-', '_'))
        order.append(path)

    for name in wanted:
        visit(name)
    return order


class _Archive:
    """An initramfs: the cpio format "newc", uncompressed."""

    def __init__(self):
        self._bytes = bytearray()
        self._number = 0

    def add(self, name, mode, content=b''):
        """Append an entry; mode as in stat."""
        self._number += 1
        encoded = name.encode() + b'\0'
        fields = [self._number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(encoded), 0]
        self._bytes += b'070701' + b''.join(b'%08X' % field for field in fields) + encoded
        self._pad()
        self._bytes += content
        self._pad()

    def finish(self):
        """The archive's bytes."""
        self.add('TRAILER!!!', 0)
        return bytes(self._bytes)

    def _pad(self):
        self._bytes += bytes(-len(self._bytes) % 4)


def with_libraries(*programs):
    """Files by their place in the guest: programs of this machine and the libraries they need."""
    files = {}
    for program in map(Path, programs):
        files[str(program).lstrip('/')] = program
        listing = subprocess.run(['ldd', program], check=True, text=True, stdout=subprocess.PIPE,
                                 timeout=60).stdout
        files.update({path.lstrip('/'): Path(path) for path in re.findall(r'/[^ ]+', listing)})
    return files


def make_guest(build, modules, name, files=(), init=INIT, kernel='linux-image-amd64'):
    """(kernel, initramfs) with those modules and what they depend on.

    name: of the initramfs's file. files: {place in the guest: file here} to put in as well.
    init: text of /init. kernel: the package, or one that stands for it.
    """
    kernel_root = fetch(build, kernel_package(kernel), r'/boot/vmlinuz-|\.ko$')
    busybox, = fetch(build, 'busybox-static', r'/bin/busybox$').rglob('busybox')
    kernel, = (kernel_root / 'boot').glob('vmlinuz-*')
    order = module_closure(kernel_root / 'lib' / 'modules', modules)
    archive = _Archive()
    files = dict(files)
    folders = {str(parent) for place in files for parent in Path(place).parents}
    for folder in sorted((folders | {'bin', 'proc', 'sys', 'dev', 'modules', 'tmp'}) - {'.'}):
        archive.add(folder, 0o40755)
    archive.add('init', 0o100755, init.encode())
    archive.add('bin/busybox', 0o100755, busybox.read_bytes())
    archive.add('modules.list', 0o100644, '\n'.join(path.name for path in order).encode())
    for path in order:
        archive.add(f'modules/{path.name}', 0o100644, path.read_bytes())
    for place, path in files.items():
        archive.add(place, 0o100755, path.read_bytes())
    initramfs = Path(build) / 'linux-guest' / f'{name}.cpio'
    initramfs.write_bytes(archive.finish())
    return kernel, initramfs


class Shell:
    """The guest's shell."""

    def __init__(self, guest):
        self._guest = guest
        self._commands = 0
        self._at = guest.wait_for('linux guest is up', 120).end()

    def run(self, command, within=30, check=True):
        """Run a command; gives what it wrote. AssertionError if it fails."""
        self._commands += 1
        mark = f'done{self._commands}'
        self._guest.type(f'{command}\necho "{mark}:"$?.\n')
        end = self._guest.wait_for(rf'{mark}:(\d+)\.', within, self._at)
        text = self._guest.console[self._at:end.start()].strip('\n')
        self._at = end.end()
        if check and end[1] != '0':
            raise AssertionError(f'{command!r} gave {end[1]}:\n{text}')
        return text
