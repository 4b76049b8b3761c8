# SPDX-License-Identifier: BSD-3-Clause
"""DPDK's l2fwd-jobstats and l2fwd-keepalive: forwarding that is measured, and watched."""

import re

import pytest

from harness import frames
from harness.l2fwd import crossed

# l2fwd-jobstats sends bursts of 32, and keeps the rest: its flushing never finds the time come.
BURST = 32


def test_l2fwd_jobstats(example):
    """Frames, and what the lcore spent its time on, all of which is some job's or idle."""
    run = example('l2fwd-jobstats', '-l 1 -- -p 3 -q 2 -T 1', '^LCore +1: statistics', nics=2,
                  cpus=2)
    crossed(run, frames.mixture(3 * BURST))
    run.guest.wait_for('^Total packets sent: +192\nTotal packets received: +192$')
    shown = run.guest.wait_for(r'(?s)^LCore +1: statistics (.*?)^=+$', after=len(run.guest.console))
    shares = re.findall(r'^(Exec \+ management|Idle \(job\)) +\d+ +([\d.]+)%', shown[1],
                        re.MULTILINE)
    assert [name for name, _ in shares] == ['Exec + management', 'Idle (job)']
    assert 99 < sum(float(share) for _, share in shares) < 101
    jobs = re.findall(r'^Job \d: (.*?) *\nExec count: +(\d+)', shown[1], re.MULTILINE)
    assert [name for name, _ in jobs] == ['port 0 fwd', 'port 1 fwd', 'flush']
    assert all(int(count) > 0 for _, count in jobs)


@pytest.mark.long
def test_l2fwd_keepalive(example):
    """Lcores that end after some seconds are missed, reported and started again."""
    run = example('l2fwd-keepalive', '-l 0-2 -- -p 3 -T 1 -K 200', nics=2, cpus=3)
    started = run.guest.wait_for('(?s)entering main loop on lcore 1.*^Port statistics')
    died = run.guest.wait_for(r'^EAL: Core died\. Last seen \d+ms ago\.\n'
                              r'Dead core 1 - restarting\.\.$', after=started.end())
    run.guest.wait_for('entering main loop on lcore 1$', after=died.end())
    crossed(run, frames.mixture(10))
