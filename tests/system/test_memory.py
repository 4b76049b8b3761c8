# SPDX-License-Identifier: BSD-3-Clause
"""Little RAM: the bridge forwards, with fewer mbufs, and says so."""

import re

import pytest

from harness import Flow, Nic, forward, frames


@pytest.mark.parametrize('image, memory, mbufs', [
    ('low/bridge.elf', 16, 1472), ('bridge.elf', 22, 2880)])
@pytest.mark.parametrize('model', ['virtio-net-pci', 'e1000'])
def test_least(bridge, image, memory, mbufs, model):
    """Frames of every size, at full speed both ways, and each mbuf comes back."""
    run = bridge([Nic(model)] * 2, image=image, memory=memory)
    said = re.search(r'^bridge: memory is short: (\d+) mbufs', run.guest.console, re.MULTILINE)
    assert (int(said[1]) if said else 2880) == mbufs
    one, other = run.guest.wires
    forward(Flow(one, other, frames.mixture(3000)), Flow(other, one, frames.sizes()))
    run.totals()
