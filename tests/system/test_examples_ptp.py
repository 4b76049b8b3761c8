# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's ptpclient as far as DPDK's default build lets it: drivers mark no frame as PTP's there."""


def test_ptpclient(example):
    """It switches the time stamps of an 82599 on and waits; a port without them it refuses."""
    run = example('ptpclient', '-l 1 -- -p 1', '^Core 1 Waiting for SYNC packets', ix82599=1, cpus=2)
    assert run.guest.running()
    guest = example('ptpclient', '-l 1 -- -p 1', '^Timesync enable failed: -95$', nics=1, cpus=2).guest
    assert guest.wait_exit() != 0
