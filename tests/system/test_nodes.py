# SPDX-License-Identifier: BSD-3-Clause
"""Two NUMA nodes: pools lie where they are asked for, rings of virtio beside the main lcore."""

import re

import pytest

from harness import Machine, Nic, testpmd

MEMORY_MB = 1024  # half of it a node's
ZONE = re.compile(r'name:<(\w+)>, len:\w+, virt:0x(\w+), socket_id:(\d)[^\n]*\n'
                  r'physical segments used:\n((?:  addr: .*\n)+)')


def machine(kernel, words):
    """Two nodes with two CPUs each."""
    return Machine(kernel=kernel, args=f'bare.exit=debug bare.panic=debug {words}', cpus=4, nodes=2,
                   memory=MEMORY_MB, nics=[Nic(), Nic()])


def test_rings_and_pools(boot, build):
    """Each in its node's memory, in huge pages. The ports' own node is not told."""
    guest = boot(machine(build / 'dpdk-testpmd.elf',
                         '-l 2,3 -- -i --port-numa-config=(0,0),(1,1)'), 180)
    guest.wait_for(f'^{testpmd.PROMPT}', 90)
    wanted = {'MP_mb_pool_0': '0', 'RG_MP_mb_pool_0': '0', 'MP_mb_pool_1': '1',
              'RG_MP_mb_pool_1': '1', 'port0_vq0': '1', 'port0_vq1': '1', 'port1_vq0': '1',
              'port1_vq1': '1', 'port1_vq1_hdr': '1'}
    found = {}
    for name, address, node, segments in ZONE.findall(testpmd.Testpmd(guest).run('dump_memzone')):
        assert int(address, 16) // (MEMORY_MB // 2 << 20) == int(node), name
        assert set(re.findall(r'pagesz: (\w+)', segments)) == {'0x200000'}, name
        found[name] = node
    assert wanted.items() <= found.items()


def test_bridge_pool_beside_its_lcores(boot, build):
    """A port that does not tell its node has its mbufs on that of the lcores."""
    guest = boot(machine(build / 'bridge.elf', '-l 2,3 -- --duration 1'), 60)
    assert guest.wait_for(r'^bridge: pool (\S+): 2880 of 2880', 60)[1] == 'bridge-1'


# An expander bridge on a node, as a socket has its own, and two cards behind it.
EXPANDER = ['pxb-pcie,id=socket1,bus=pcie.0,bus_nr=64,numa_node={node}',
            'pcie-root-port,id=slot0,bus=socket1,slot=1',
            'pcie-root-port,id=slot1,bus=socket1,slot=2']


@pytest.mark.parametrize('node', [0, 1])
def test_node_of_a_card(boot, build, node):
    """AML tells it; the card's mbufs are there, whatever node the lcores are on."""
    guest = boot(Machine(kernel=build / 'bridge.elf', cpus=4, nodes=2, memory=MEMORY_MB,
                         args='bare.exit=debug bare.panic=debug -l 0,1 -- --duration 1',
                         devices=[words.format(node=node) for words in EXPANDER],
                         nics=[Nic(options='bus=slot0'), Nic(options='bus=slot1')]), 90)
    pools = guest.wait_for(r'^bridge: pool (\S+): \d+ of \d+', 60)
    assert pools[1] == f'bridge-{node}'
    assert len(re.findall(fr": node {node}, by its root bridge's _PXM", guest.console)) == 2


def test_node_of_a_card_is_measured(boot, build):
    """Where no table tells it, and no hypervisor: an emulator's nodes are near alike."""
    guest = boot(Machine(kernel=build / 'bridge.elf', cpus=4, nodes=2, memory=MEMORY_MB,
                         cpu='max,hypervisor=off',
                         args='bare.exit=debug bare.panic=debug -l 0,1 -- --duration 1',
                         nics=[Nic(), Nic()]), 90)
    guest.wait_for(r'^bridge: pool (\S+): \d+ of \d+', 60)
    assert len(re.findall(': the tables do not tell its node', guest.console)) == 2
    assert len(re.findall(r'a read takes (?:as long|\d+ ns) from', guest.console)) == 2
