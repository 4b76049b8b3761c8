# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's ptpclient as far as DPDK's default build lets it: drivers mark no frame as PTP's there."""

# 82599 data sheet, §8.2.3.26: TSYNCRXCTL, TSYNCTXCTL
TIME_STAMPS = (0x5188, 0x8C00)
TIME_STAMPS_ENABLED = 0x10


def test_ptpclient(example):
    """It switches the time stamps of an 82599 on and waits; a port without them it refuses."""
    run = example('ptpclient', '-l 1 -- -p 1', '^Core 1 Waiting for SYNC packets', ix82599=1,
                  cpus=2)
    assert run.guest.running()
    values = [run.model.peek(0, register) for register in TIME_STAMPS]
    assert [value & TIME_STAMPS_ENABLED for value in values] == [TIME_STAMPS_ENABLED] * 2
    guest = example('ptpclient', '-l 1 -- -p 1', '^Timesync enable failed: -95$', nics=1,
                    cpus=2).guest
    assert guest.wait_exit() != 0
