# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's build: the sources stay as they came, and nothing of DPDK's Linux ports is linked."""

import os
import re
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope='module')
def archives(build):
    """The directory that meson built in: lib/ and drivers/ hold the archives."""
    return Path(os.environ.get('DPDK_BUILD', build / 'dpdk')) / 'meson'


def run(*command, within=120, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=within, check=False, **options)


def test_sources_are_untouched(tree, tmp_path):
    """The tree is what its source package, or its last commit, holds."""
    packages = list(tree.parent.glob('dpdk_*.dsc'))
    if packages:
        fresh = tmp_path / 'fresh'
        unpacked = run('dpkg-source', '--no-check', '-x', packages[0], fresh)
        assert unpacked.returncode == 0, unpacked.stdout
        difference = run('diff', '-rq', '--no-dereference', fresh, tree)
        assert difference.returncode == 0, difference.stdout
    elif (tree / '.git').exists():
        changes = run('git', '-C', tree, 'status', '--porcelain', '--ignored')
        assert changes.returncode == 0 and changes.stdout == '', changes.stdout
    else:
        pytest.skip(f'{tree} has neither a source package nor a history to be compared with')


@pytest.mark.parametrize('symbol, member', [
    ('rte_eal_alarm_set', 'eal_linux_eal_alarm'),
    ('eal_thread_wake_worker', 'eal_unix_eal_unix_thread'),
    ('rte_pci_ioport_map', 'bus_pci_linux_pci'),
])
def test_link_map_check_names_members(root, archives, tmp_path, symbol, member):
    """A link that lacks one of eal_bare's symbols takes DPDK's member, and the check says so."""
    link_map = tmp_path / 'map'
    linked = run('ld', '-o', tmp_path / 'out', '-Map', link_map, '-u', symbol,
                 '--unresolved-symbols=ignore-all', '--entry=0',
                 archives / 'lib' / 'librte_eal.a', archives / 'drivers' / 'librte_bus_pci.a')
    assert linked.returncode == 0, linked.stdout
    check = run(root / 'dpdk' / 'check-link-map', link_map)
    assert check.returncode != 0
    assert member in check.stdout and f'({symbol})' in check.stdout


def test_link_map_check_accepts_the_bridge(root, build):
    check = run(root / 'dpdk' / 'check-link-map', build / 'bridge.elf.map')
    assert check.returncode == 0, check.stdout


def test_link_map_check_wants_a_dpdk_map(root, build):
    """A map without DPDK's archives is no proof of anything."""
    check = run(root / 'dpdk' / 'check-link-map', build / 'hello.elf.map')
    assert check.returncode != 0
    assert 'librte_eal.a' in check.stdout


def test_unknown_driver_is_refused(root, archives):
    """DRIVERS= with a name that was not built tells which there are."""
    arguments = run(root / 'dpdk' / 'link-args', archives.parent, 'virtio', 'nonesuch')
    assert arguments.returncode != 0
    assert '"nonesuch"' in arguments.stdout and 'net_virtio' in arguments.stdout


def test_chosen_drivers_only_are_linked(root, archives):
    """DRIVERS= takes other NICs' drivers by need alone, but every bus and mempool driver."""
    arguments = run(root / 'dpdk' / 'link-args', archives.parent, 'net/virtio').stdout
    whole, _, by_need = arguments.partition('--no-whole-archive')
    for driver in ('net_virtio', 'bus_pci', 'bus_vdev', 'mempool_ring'):
        assert f'librte_{driver}.a' in (by_need if driver == 'bus_pci' else whole)
    assert 'librte_net_ixgbe.a' not in whole


def configure(root, tree, folder, drivers, within=120):
    """Run dpdk/configure for drivers that are asked for by name."""
    return run(root / 'dpdk' / 'configure', tree, folder, within=within,
               env={**os.environ, 'PYTHONDONTWRITEBYTECODE': '1', 'MARCH': 'x86-64-v2',
                    'DPDK_DRIVERS': f'bus/pci {drivers}', 'DPDK_ASKED': drivers,
                    'DPDK_DISABLE_LIBS': 'kni flow_classify vhost', 'DPDK_PROGRAMS': '',
                    'DPDK_MESON_ARGS': ''})


def test_driver_that_is_not_there_is_an_error(root, tree, tmp_path):
    """One that the release has not, by its name."""
    failed = configure(root, tree, tmp_path / 'dpdk', 'net/nonesuch')
    assert failed.returncode != 0 and 'has no driver net/nonesuch' in failed.stdout


@pytest.mark.long
def test_drivers_that_are_asked_for(root, tree, tmp_path):
    """net/ice brings common/iavf; net/bnx2x, whose library is not for musl, is meson's error."""
    failed = configure(root, tree, tmp_path / 'dpdk', 'net/ice net/bnx2x', within=900)
    assert failed.returncode != 0
    assert 'driver net/bnx2x cannot be built: missing dependency, "zlib"' in failed.stdout
    targets = (tmp_path / 'dpdk' / 'targets').read_text().split()
    assert {'drivers/librte_common_iavf.a', 'drivers/librte_net_ice.a'} <= set(targets)


DEBIAN = Path('/usr/lib/x86_64-linux-gnu')


def cards(root, drivers):
    """What tools/list-cards finds in archives."""
    listed = run(root / 'tools' / 'list-cards', *drivers)
    assert listed.returncode == 0, listed.stdout
    return set(listed.stdout.splitlines())


def test_cards_are_documented(archives, root, tree):
    """The tables of docs/real-machines.md are what the drivers register; later DPDKs know more."""
    built = cards(root, (archives / 'drivers').glob('librte_net_*.a'))
    rows = re.findall(r'^\| (net_\w+) \| [^|]+ \| (\w{4}): ([0-9a-f ]+) \|$',
                      (root / 'docs' / 'real-machines.md').read_text(), re.MULTILINE)
    told = [f'{driver} {vendor}:{device}' for driver, vendor, devices in rows
            for device in devices.split()]
    assert len(told) == len(set(told)), 'a card is in two rows'
    drivers = {card.split()[0] for card in told}
    if (tree / 'VERSION').read_text().startswith('22.11'):
        assert built - set(told) == set()
        # What is not built: Debian has archives of all drivers, of the same release.
        built |= {card for card in cards(root, DEBIAN.glob('librte_net_*.a'))
                  if card.split()[0] in drivers}
        assert built == set(told)
    here = {card.split()[0] for card in built}
    assert {card for card in told if card.split()[0] in here} - built == set()
