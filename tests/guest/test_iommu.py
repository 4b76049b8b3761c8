# SPDX-License-Identifier: BSD-3-Clause
"""iommu.c on AMD's unit; test_guest.py runs it on Intel's."""

from harness import Machine

STATUS_GOOD = 2  # see iommu.c


def test_amd(boot, build):
    """A unit that lets no device through is switched off."""
    guest = boot(Machine(kernel=build / 'guest' / 'iommu.elf', memory=128,
                         args='bare.exit=debug bare.panic=debug', devices=['amd-iommu', 'edu']))
    guest.wait_for('iommu: AMD-Vi: 1 of 1 units found off')
    guest.wait_for('the AMD-Vi unit at .* was on .*DMA translation.*: it is off now')
    assert guest.wait_exit() == STATUS_GOOD
