# SPDX-License-Identifier: BSD-3-Clause
"""A program's variables while it runs, out of guest memory: virtual addresses are physical ones."""

import re
import subprocess


class Variable:
    """The variable `name` of the program `image`, which a guest runs."""

    def __init__(self, guest, image, name):
        listing = subprocess.run(['nm', image], stdout=subprocess.PIPE, text=True, check=True,
                                 timeout=60)
        address, = re.findall(rf'^([0-9a-f]+) \w {name}$', listing.stdout, re.MULTILINE)
        self._guest, self._address = guest, int(address, 16)

    def words(self, count, offset=0):
        """Words of 64 bits, from `offset` bytes on."""
        answer = self._guest.monitor.human(f'xp /{count}gx {self._address + offset:#x}')
        found = [int(word, 16) for word in re.findall(r' 0x([0-9a-f]{16})', answer)]
        assert len(found) == count, answer
        return found
