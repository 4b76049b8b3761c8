# SPDX-License-Identifier: BSD-3-Clause
"""The fast image (mk/fast.mk) forwards as the bridge does, by each way of the virtio driver."""

import pytest

from harness import Flow, Nic, forward, frames


SLOTS = (0x10, 0x11)


@pytest.mark.parametrize('options, devargs', [
    ('', ''), ('packed=on,', ''), ('mrg_rxbuf=off,', ',vectorized=1')])
def test_forwards(bridge, options, devargs):
    """Frames of every size, both ways at once, and each mbuf comes back."""
    nics = [Nic(options=f'{options}addr={slot:#x}') for slot in SLOTS]
    allow = ' '.join(f'-a 0000:00:{slot:02x}.0{devargs}' for slot in SLOTS)
    run = bridge(nics, args=allow, image='fast/bridge.elf')
    one, other = run.guest.wires
    forward(Flow(one, other, frames.mixture(3000)), Flow(other, one, frames.sizes()))
    run.totals()
