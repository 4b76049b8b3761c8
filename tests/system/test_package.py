# SPDX-License-Identifier: BSD-3-Clause
"""The Debian package of the SDK: complete, and it depends on what its tools call."""

import re
import subprocess

import pytest

from harness import Machine

TOOLS = {f'linuxless-{tool}' for tool in ('cc', 'c++', 'pkg-config', 'iso', 'pxe', 'run')}
# In a list of dependencies, between what separates them.
NAME = re.compile(r'(?:^|[,|])\s*([a-z0-9][a-z0-9.+-]+)')
PROGRAM = """\
#include <stdio.h>
#include <rte_version.h>

int main(void) { printf("packaged with %s\\n", rte_version()); return 7; }
"""


def said(*command, **options):
    """What a command prints."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=300,
                          **options).stdout


@pytest.fixture(scope='module')
def package(build, root):
    """The package of this release."""
    version = (root / 'VERSION').read_text().strip()
    return build / f'linuxless-sdk_{version}_amd64.deb'


@pytest.fixture(scope='module')
def unpacked(package, tmp_path_factory):
    """A root that has the package's files, without root's rights."""
    to = tmp_path_factory.mktemp('root')
    subprocess.run(['dpkg-deb', '-x', package, to], check=True, timeout=300)
    return to


@pytest.fixture
def depends_path(package, tmp_path):
    """A folder of links to the programs of the packages that must be there, and to no others."""
    essential = said('dpkg-query', '-W', '-f', '${Essential} ${Package}\\n')
    todo = re.findall(r'^yes (\S+)', essential, re.MULTILINE)
    todo += NAME.findall(said('dpkg-deb', '-f', package, 'Depends'))
    wanted = set()
    while todo:
        name = todo.pop()
        status = '${db:Status-Status} ${Pre-Depends}, ${Depends}'
        asked = subprocess.run(['dpkg-query', '-W', '-f', status, name], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, check=False, timeout=60).stdout
        if name not in wanted and asked.startswith('installed '):
            wanted.add(name)
            todo += NAME.findall(asked.removeprefix('installed '))
    for line in said('dpkg-query', '-L', *sorted(wanted)).split('\n'):
        if found := re.fullmatch(r'(?:/usr)?/bin/([^/]+)', line):
            link = tmp_path / found[1]
            if not link.is_symlink():
                link.symlink_to(f'/usr/bin/{found[1]}')
    return tmp_path


def test_contents(package, unpacked, root):
    """Tools lead into the package, each with its page; every file has the sum that is noted."""
    assert {path.name for path in (unpacked / 'usr/bin').iterdir()} == TOOLS
    for tool in TOOLS:
        assert (unpacked / 'usr/bin' / tool).resolve().is_relative_to(unpacked)
        assert (unpacked / f'usr/share/man/man1/{tool}.1.gz').is_file()
    control = unpacked.parent / f'{unpacked.name}-control'
    subprocess.run(['dpkg-deb', '-e', package, control], check=True, timeout=60)
    said('md5sum', '--quiet', '-c', control / 'md5sums', cwd=unpacked)
    version = (root / 'VERSION').read_text().strip()
    assert said('dpkg-deb', '-f', package, 'Version').strip() == version


def test_compiles_and_boots(unpacked, depends_path, boot, tmp_path):
    """With the programs of what it depends on alone an application with DPDK is built; it boots."""
    source, image = tmp_path / 'program.c', tmp_path / 'program'
    source.write_text(PROGRAM)
    tools = unpacked / 'usr/bin'
    environment = {'PATH': f'{tools}:{depends_path}'}
    flags = said('linuxless-pkg-config', '--cflags', '--libs', '--static', 'libdpdk',
                 env=environment).split()
    subprocess.run(['linuxless-cc', '-O2', source, '-o', image, *flags], env=environment,
                   check=True, timeout=300)
    guest = boot(Machine(kernel=image, args='bare.exit=debug bare.panic=debug'))
    guest.wait_for('packaged with DPDK')
    assert guest.wait_exit() == 7


@pytest.mark.long
def test_lintian(package):
    """Debian's checks find neither an error nor a warning."""
    found = subprocess.run(['lintian', '--allow-root', package], stdout=subprocess.PIPE, text=True,
                           check=False, timeout=600).stdout
    assert not re.search(r'^[EW]:', found, re.MULTILINE), found
