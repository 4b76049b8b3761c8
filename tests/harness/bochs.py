# SPDX-License-Identifier: BSD-3-Clause
"""One run of an ISO in Bochs: a second machine, of other authors, whose CPUs have x2APIC.

Bochs has no exit device: a guest ends by switching the power off (bare.exit=poweroff), at which
Bochs ends, too. Its screen is a terminal of ours that nobody looks at; the serial port is a file.
The VGA BIOS is SeaBIOS's: GRUB crashes on Bochs's own as soon as a kernel may have a framebuffer.
"""

import os
import pty
import subprocess
import threading
from pathlib import Path

from .guest import PATIENCE

BIOS = '/usr/share/bochs/BIOS-bochs-latest'
VGA_BIOS = '/usr/share/seabios/vgabios-stdvga.bin'
PLUGINS = '/usr/lib/x86_64-linux-gnu/bochs/plugins'
POWER_OFF = 'ACPI control: soft power off'

CONFIGURATION = """\
config_interface: textconfig
display_library: term
romimage: file={bios}
vgaromimage: file={vga_bios}
cpu: count={cpus}, model={model}, ips=10000000, reset_on_triple_fault=0
memory: guest=256, host=256
ata0-master: type=cdrom, path={image}, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev={logs}/console
pci: enabled=1, chipset=i440fx, slot1=e1000
e1000: card=0, enabled=1, mac=52:54:00:12:34:56, ethmod=null, ethdev={logs}/frames
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
log: {logs}/log
panic: action=fatal
error: action=report
info: action=ignore
"""


class BochsError(AssertionError):
    """The guest did not end as it should."""


def _swallow(terminal):
    """Read what Bochs draws, until it is gone."""
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass


def run_bochs(image, logs, cpus=1, model='corei7_haswell_4770', deadline=120):
    """Boot an ISO and give what it wrote on the serial port. It must switch itself off.

    deadline: seconds (times PATIENCE) until it is killed. `logs` is a directory for the files.
    """
    logs = Path(logs)
    (logs / 'bochsrc').write_text(CONFIGURATION.format(
        bios=BIOS, vga_bios=VGA_BIOS, cpus=cpus, model=model, image=image, logs=logs))
    (logs / 'commands').write_text('continue\n')  # to the debugger, which Debian's has
    console = logs / 'console'
    console.touch()
    ours, screen = pty.openpty()
    threading.Thread(target=_swallow, args=(ours,), daemon=True).start()
    try:
        subprocess.run(
            ['setpriv', '--pdeathsig', 'KILL', 'bochs-bin', '-q', '-f', logs / 'bochsrc', '-rc',
             logs / 'commands'], stdin=screen, stdout=screen, stderr=screen, cwd=logs,
            env={**os.environ, 'LTDL_LIBRARY_PATH': PLUGINS, 'TERM': 'linux'},
            timeout=deadline * PATIENCE)
    except subprocess.TimeoutExpired:
        raise BochsError(f'not off within {deadline} s:\n' + tail(console)) from None
    finally:
        os.close(screen)
        os.close(ours)
    if POWER_OFF not in (logs / 'log').read_text(errors='replace'):
        raise BochsError(f'Bochs ended by itself, see {logs}/log:\n' + tail(console))
    return console.read_text(errors='replace')


def tail(console, lines=40):
    """The last lines of a console."""
    return '\n'.join(console.read_text(errors='replace').splitlines()[-lines:])
