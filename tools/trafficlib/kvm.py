# SPDX-License-Identifier: BSD-3-Clause
"""Does KVM work here? That /dev/kvm is there, and opens, does not tell: within some virtual
machines QEMU fails with it, or the guest does at the first instruction that KVM cannot do. So a
guest of a few instructions is run.
"""

import os
import struct
import subprocess
import tempfile
from pathlib import Path

from harness.machine import DEBUG_EXIT, QEMU

SECONDS = 5
STATUS = 0x15  # what the guest writes to the port that ends QEMU
LOAD = 0x100000

MULTIBOOT_MAGIC, MULTIBOOT_ADDRESSES = 0x1badb002, 1 << 16
HEADER_BYTES = 32

# In protected mode, without paging; behind the code is room for the registers' state.
CODE = bytes.fromhex(
    '0f20e0'  # mov eax, cr4
    '0d00060000'  # or eax, OSFXSR | OSXMMEXCPT
    '0f22e0'  # mov cr4, eax
    '31c0 0fa2'  # cpuid, leaf 0
    '0f31'  # rdtsc
    'dbe3'  # fninit
    '0fae0500021000'  # fxsave [LOAD + 0x200]
    '0f57c0'  # xorps xmm0, xmm0
    '0fae0d00021000'  # fxrstor [LOAD + 0x200]
    'b015'  # mov al, STATUS
    'e6f4'  # out 0xf4, al
    'f4ebfd'  # hlt, again
)


def guest():
    """The guest's file: a multiboot header with addresses, and the code."""
    flags = MULTIBOOT_ADDRESSES
    end = LOAD + HEADER_BYTES + len(CODE)
    header = struct.pack('<8I', MULTIBOOT_MAGIC, flags, -(MULTIBOOT_MAGIC + flags) & 0xffffffff,
                         LOAD, LOAD, end, LOAD + 0x1000, LOAD + HEADER_BYTES)
    return header + CODE


def works(accelerator='kvm', cpu='max'):
    """Whether QEMU runs the guest with that accelerator and model of CPU."""
    if accelerator == 'kvm' and not os.access('/dev/kvm', os.R_OK | os.W_OK):
        return False
    with tempfile.TemporaryDirectory(prefix='linuxless-kvm-') as scratch:
        image = Path(scratch) / 'guest'
        image.write_bytes(guest())
        command = ['setpriv', '--pdeathsig', 'KILL', QEMU, '-nodefaults', '-no-user-config',
                   '-display', 'none', '-no-reboot', '-M', 'q35', '-m', '32M', '-cpu', cpu,
                   '-accel', accelerator, '-device', DEBUG_EXIT, '-kernel', str(image)]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == STATUS << 1 | 1
