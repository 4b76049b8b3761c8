# SPDX-License-Identifier: BSD-3-Clause
"""The README's first command: tools/traffic, as `make run` starts it."""

import re
import subprocess

import pytest

DEADLINE = 240


def run(root, image, *options):
    """Run it without a terminal; gives status and output."""
    done = subprocess.run([root / 'tools' / 'traffic', image, *options], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=DEADLINE)
    return done.returncode, done.stdout


@pytest.mark.parametrize('nic', ['virtio-net-pci', 'e1000'])
def test_bridge_passes(root, build, make_iso, nic):
    """Frames both ways, none lost: status 0, and the summary says so."""
    status, output = run(root, make_iso(build / 'bridge.elf'), '--seconds', '5', '--nic', nic)
    assert status == 0, output
    for direction in ('0 -> 1', '1 -> 0'):
        counts = re.findall(rf'^{direction} +(\d+) sent +(\d+) received +0 lost', output,
                            re.MULTILINE)
        sent, received = counts[-1]
        assert sent == received != '0'
    assert '\x1b[' not in output, 'colours without a terminal'


def test_hello_does_not_pass(root, build, make_iso):
    """A program that forwards nothing: not a success."""
    status, output = run(root, make_iso(build / 'hello.elf'), '--seconds', '5')
    assert status == 1
    assert 'No frame passed' in output
