# SPDX-License-Identifier: BSD-3-Clause
"""linuxless-cc --malloc=mimalloc, and what it says where that is not to be had."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from harness import Machine

SOURCE = Path(__file__).parent / 'malloc' / 'main.c'


def link(sdk, *words, **environment):
    """linuxless-cc's end and what it said."""
    return subprocess.run([sdk / 'bin' / 'linuxless-cc', '-O2', SOURCE, *words], timeout=120,
                          check=False, text=True, stderr=subprocess.PIPE,
                          env={**os.environ, **environment})


def test_mimalloc(sdk, boot, tmp_path):
    """Eight threads free what others allocated; what is freed goes back when it is asked for."""
    made = link(sdk, '-o', tmp_path / 'program', LINUXLESS_MALLOC='mimalloc')
    assert made.returncode == 0, made.stderr
    guest = boot(Machine(kernel=tmp_path / 'program', args='bare.exit=debug bare.panic=debug'))
    said = guest.wait_for(r'mimalloc \d+: (\d+) wrong, (\d+) MB taken, (-?\d+) kept', within=60)
    wrong, taken, kept = map(int, said.groups())
    assert wrong == 0 and taken >= 100 and kept <= 8
    assert guest.wait_exit() == 0


def test_usual_malloc(sdk, tmp_path):
    """It is musl's, also where the command line takes back what the environment asks for."""
    made = link(sdk, '--malloc=musl', '-o', tmp_path / 'program', LINUXLESS_MALLOC='mimalloc')
    assert made.returncode and re.search('undefined: mi_collect, mi_version:', made.stderr)


def test_not_to_be_had(sdk, tmp_path):
    """Another name, another C library, an SDK without it: each is told by its own words."""
    assert 'no malloc other: musl or mimalloc' in link(sdk, '--malloc=other').stderr
    asked = link(sdk, '--malloc=mimalloc', '--libc=glibc')
    assert "--malloc is for musl: glibc's own is as fast" in asked.stderr
    bare = tmp_path / 'sdk'
    shutil.copytree(sdk, bare, symlinks=True,
                    ignore=lambda folder, names: {'mimalloc', 'c++', 'dpdk'} & set(names))
    assert "'make sdk-malloc' adds it" in link(bare, '--malloc=mimalloc').stderr
