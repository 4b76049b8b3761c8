# SPDX-License-Identifier: BSD-3-Clause
"""linuxless-cc --net: a program of one's own with TCP/IP."""

import subprocess

from harness import Machine, Nic, clients
from harness.clients import GUEST, STATIC

# Names that lwIP has as well: an application may bring an lwIP of its own.
OWN = 'int tcp_input(void) { return 7; } int netif_add(void) { return tcp_input(); }'


def test_program(boot, sdk, environment, root, peer, tmp_path):
    """One that knows nothing of DPDK gets its port before main(), by that option alone."""
    own, elf = tmp_path / 'own.c', tmp_path / 'netcheck.elf'
    own.write_text(OWN)
    sources = [root / 'tests' / 'net' / 'netcheck.c', own]
    subprocess.run([sdk / 'bin' / 'linuxless-cc', '--net', '-O2', '-o', elf, *sources], check=True,
                   env=environment, timeout=300)
    guest = boot(Machine(kernel=elf, cpus=2, memory=256, nics=[Nic(options='addr=5')],
                         args=f'bare.exit=debug bare.panic=debug bare.net={STATIC} serve 7000'))
    peer.connect(guest.wires[0])
    guest.wait_for('serves port 7000')
    assert peer.python(clients.ECHO, GUEST, 7000, 50000).startswith('same')
