# SPDX-License-Identifier: BSD-3-Clause
"""What a VGA in text mode shows."""

import re

TEXT_WINDOW = 0xb8000
COLUMNS, ROWS = 80, 25


def vga_text(guest):
    """The rows of the screen, as the guest's memory has them."""
    answer = guest.monitor.human(f'xp /{COLUMNS * ROWS}hx {TEXT_WINDOW:#x}')
    cells = re.findall(r'0x[0-9a-f]{4}\b', answer)
    text = ''.join(chr(int(cell, 16) & 0xff) for cell in cells)
    return [text[start:start + COLUMNS] for start in range(0, len(text), COLUMNS)]
