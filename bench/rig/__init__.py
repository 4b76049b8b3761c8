# SPDX-License-Identifier: BSD-3-Clause
"""The measurements' parts.

counter.py  instructions, as the plugin count.so counts them in QEMU
load.py     the traffic's far end, and what it counts
sides.py    the two sides: a guest of ours and a Linux guest, with the same program
linux.py    what the Linux guest is made of
plan.py     tasks in rounds, within a time
insn.py     instructions per packet, per poll and until the first poll
stats.py    medians and spreads
results.py  figures in files: JSON, CSV
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / 'tests'))  # the tests' harness starts and ends the guests
