# SPDX-License-Identifier: BSD-3-Clause
"""The figures that are the same at every run: instructions, and sizes of images.

They depend on what compiles (gcc, DPDK) and, through the CPU that it emulates, on QEMU, so the
versions are kept with them.
"""

import re
import subprocess
import tempfile
from pathlib import Path

from . import insn, sides

TOLERANCE = 0.02

IMAGES = {'bridge.elf': 'bridge', 'fast/bridge.elf': 'bridge, make fast'}
FAST_DEVICES = ('default', 'packed')  # of the image of `make fast`: each takes half a minute


def versions(tree):
    """{tool: version} of what the figures depend on. tree: DPDK's sources."""
    def said(*command):
        text = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE,
                              timeout=60).stdout
        return re.search(r'\d+\.\d+\.\d+', text)[0]

    return {'qemu': said('qemu-system-x86_64', '--version'), 'gcc': said('gcc', '-dumpfullversion'),
            'dpdk': (Path(tree) / 'VERSION').read_text().strip()}


def stripped_size(elf):
    """Bytes of an image as boot media have it: without symbols and the debugger's tables."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(['strip', '-R', '.eh_frame', '-o', file.name, elf], check=True, timeout=60)
        return Path(file.name).stat().st_size


def _instructions(build, image, device, progress):
    """{figure: value} of an image with that device: instructions, and to the first poll."""
    subject = f'{IMAGES[image]}, {device}'
    progress(f'instructions: {subject}')
    got = insn.measure(build, sides.Bare(build / image), build / 'bench' / 'logs', device)
    figures = {f'{subject}: per packet, burst 32': round(got.burst32, 1),
               f'{subject}: single packet': got.single,
               f'{subject}: empty poll': round(got.empty, 1)}
    if device == 'default':
        figures[f'{subject}: to the first poll'] = got.boot
        figures[f'{subject}: blocks to the first poll'] = got.blocks
    return figures


def measure(build, progress=print):
    """{figure: value} of the images in `build`. progress: is told each step."""
    figures = {}
    for name, image in (('all drivers', build / 'bridge.elf'),
                        ('virtio', build / 'bench' / 'bridge-virtio.elf'),
                        ('virtio, small', build / 'small' / 'bridge.elf')):
        figures[f'bridge, {name}: bytes'] = stripped_size(image)
    for device in sides.DEVICES:
        figures.update(_instructions(build, 'bridge.elf', device, progress))
    for device in FAST_DEVICES:
        figures.update(_instructions(build, 'fast/bridge.elf', device, progress))
    return figures


def compare(committed, figures):
    """[(figure, committed, now, verdict)], verdict one of '', 'better', 'WORSE', 'NEW', 'GONE'."""
    rows = []
    for name in sorted(committed.keys() | figures.keys()):
        before, now = committed.get(name), figures.get(name)
        if before is None or now is None:
            verdict = 'NEW' if before is None else 'GONE'
        elif now > before * (1 + TOLERANCE):
            verdict = 'WORSE'
        else:
            verdict = 'better' if now < before * (1 - TOLERANCE) else ''
        rows.append((name, before, now, verdict))
    return rows


def failed(rows):
    """Whether a comparison is to fail: a figure is worse, unknown or missing."""
    return any(verdict in ('WORSE', 'NEW', 'GONE') for *_, verdict in rows)
