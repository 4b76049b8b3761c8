# SPDX-License-Identifier: BSD-3-Clause
"""The small image (make SMALL=1): it forwards, and says what it does without."""

from harness import Flow, Machine, Nic, forward, frames


def test_forwards(bridge):
    """Frames of every size both ways, with logs' levels set by both kinds of patterns."""
    run = bridge(image='small/bridge.elf', args='--log-level=lib.e[a-z]*:debug '
                                                '--log-level=^pmd\\.net\\.virtio.*$,debug')
    one, other = run.guest.wires
    forward(Flow(one, other, frames.mixture(500)), Flow(other, one, frames.sizes()))
    run.totals()
    assert 'Telemetry is not in a small image' in run.guest.console
    assert 'virtio_init_queue' in run.guest.console


def test_refuses_traces(boot, build):
    """Whoever asks for a trace is told that there is none."""
    guest = boot(Machine(kernel=build / 'small' / 'bridge.elf', memory=256, nics=[Nic()] * 2,
                         args='bare.exit=debug --trace=lib.eal'))
    guest.wait_for('--trace is not in a small image')
    assert guest.wait_exit(within=30) != 0
