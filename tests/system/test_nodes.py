# SPDX-License-Identifier: BSD-3-Clause
"""Two NUMA nodes: pools lie where they are asked for, rings of virtio beside the main lcore."""

import re

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
