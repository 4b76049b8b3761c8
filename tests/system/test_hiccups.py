# SPDX-License-Identifier: BSD-3-Clause
"""apps/hiccups: nothing comes between two polls of an lcore, counted in instructions."""

import re

import pytest
from harness import Machine, Nic

SPOKEN = re.compile(r'hiccups: median (\d+), longest (\d+) ticks\n'
                    r'hiccups: (\d+) turns over 2 x')


@pytest.mark.parametrize('lcore, strangers', [(0, 0), (1, 5)])
def test_no_hiccup(boot, build, lcore, strangers):
    """With -icount a tick is an instruction: the longest turn is at most twice the median.

    All CPUs take turns on that one clock, so that lcore 1's turns show what the control CPU runs
    meanwhile as well: the end of the console's last line, when QEMU has sent it. That is a few
    turns of two million; a timer's tick would be a hundred.
    """
    machine = Machine(kernel=build / 'hiccups.elf', cpus=lcore + 1, nics=[Nic(), Nic()],
                      args=f'bare.exit=debug bare.panic=debug -l {lcore} -- 1',
                      accel='tcg,thread=single', extra=['-icount', 'shift=0,sleep=off'])
    guest = boot(machine, 180)
    assert guest.wait_exit(150) == 0
    median, longest, over = map(int, SPOKEN.search(guest.console).groups())
    assert 0 < median <= longest
    assert over <= strangers
    assert strangers or longest <= 2 * median
