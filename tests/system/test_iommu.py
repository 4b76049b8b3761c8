# SPDX-License-Identifier: BSD-3-Clause
"""A virtual machine's IOMMU that lets nothing through until a driver tells it to."""

from harness import Nic, forward, frames
from harness.wire import Flow

IOMMU = 'virtio-iommu-pci,boot-bypass=off'
BEHIND = 'disable-legacy=on,iommu_platform=on'


def test_virtio_iommu(bridge):
    """It is told to, and the ports behind it forward."""
    run = bridge([Nic(options=BEHIND)] * 2, cpus=2, devices=[IOMMU])
    run.guest.wait_for(r'iommu: virtio-iommu 0000:00:\S+ let no access through: it does now')
    one, other = run.guest.wires
    forward(Flow(one, other, frames.mixture(200)), Flow(other, one, frames.mixture(200, seed=1)))
