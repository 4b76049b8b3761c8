# SPDX-License-Identifier: BSD-3-Clause
"""Which instructions of an image the tests' machines run, for `make coverage`.

QEMU writes down each instruction that it translates, which is when it first runs; nothing is slower
afterwards, and the image is the usual one. With COVERAGE=DIR in the environment the addresses are
kept there, in a file for each image and process: its first line is the image, the others are
addresses. tests/coverage/report makes lines of them.
"""

import os
import re
import zlib
from collections import defaultdict
from pathlib import Path

FOLDER = os.environ.get('COVERAGE', '')
IMAGE_END = 0x80000000  # images lie below, firmware above and below 1 MB
IMAGE_BEGIN = 0x100000
TRANSLATED = re.compile(rb'^0x([0-9a-f]+):', re.MULTILINE)

_seen = defaultdict(set)


def options(logs):
    """Words for QEMU's command line."""
    return ['-d', 'in_asm', '-D', str(logs / 'translated')] if FOLDER else []


def image_of(machine):
    """The ELF file that a machine boots, by itself or out of a boot medium that make_iso made."""
    if machine.kernel or not machine.image:
        return machine.kernel
    note = Path(machine.image).with_suffix('.kernel')
    return Path(note.read_text()) if note.exists() else None


def keep(machine, logs):
    """Keep what a machine that has ended ran, once."""
    log = logs / 'translated'
    if not FOLDER or not log.exists():
        return
    image = image_of(machine)
    if image:
        image = Path(image).resolve()
        addresses = {int(address, 16) for address in TRANSLATED.findall(log.read_bytes())}
        new = {address for address in addresses if IMAGE_BEGIN <= address < IMAGE_END}
        new -= _seen[image]
        _seen[image] |= new
        name = f'{image.name}.{zlib.crc32(bytes(image)):08x}.{os.getpid()}'
        with open(Path(FOLDER) / name, 'a', encoding='ascii') as file:
            file.write(f'{image}\n' if not file.tell() else '')
            file.writelines(f'{address:x}\n' for address in new)
    log.unlink()
