# SPDX-License-Identifier: BSD-3-Clause
"""Boots each small kernel tests/guest/*.c and compares how it ends with what its source says.

Comments in the source describe the run; each stands on a line of its own, all are optional:

    /* QEMU: -smp 4 -m 512 -cpu Haswell */    the machine; -nodes is NUMA's; the rest is QEMU's
    /* ARGS: one two bare.loglevel=debug */   its command line
    /* MODULE: tests/data/rules.cfg */        a multiboot module under that path; may be
                                              repeated
    /* EXPECT: regular expression */          something that the console must say
    /* TYPE: text\\n */                        typed on the console
    /* MONITOR: system_powerdown */           a command of QEMU's monitor (QMP)
    /* EXIT: 3 */                             the status it ends with, 0 by default
    /* SECONDS: 60 */                         how long it may take
    /* EXACT: what */                         counts what a checked build has more of: not with it

EXPECT, TYPE and MONITOR are taken in order: each is over before the next.
"""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from harness import Machine

HERE = Path(__file__).parent
NOTE = re.compile(r'^/\* (QEMU|ARGS|MODULE|EXPECT|TYPE|MONITOR|EXIT|SECONDS|EXACT): (.*?) \*/$',
                  re.MULTILINE)


def notes(name):
    """The comments of a guest's source, as (word, text) in order."""
    return NOTE.findall((HERE / f'{name}.c').read_text())


def guests():
    """The names of all, with what each is only for."""
    for name in sorted(path.stem for path in HERE.glob('*.c')):
        marks = [pytest.mark.only('usual')] if 'EXACT' in dict(notes(name)) else []
        yield pytest.param(name, marks=marks)


def machine_for(kernel, root, comments):
    """The machine that the comments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument('-smp', type=int, default=1)
    parser.add_argument('-m', type=int, default=128)
    parser.add_argument('-cpu', default='max')
    parser.add_argument('-M', default='q35')
    parser.add_argument('-nodes', type=int, default=1)
    words = [word for key, text in comments if key == 'QEMU' for word in shlex.split(text)]
    options, extra = parser.parse_known_args(words)
    args = [text for key, text in comments if key == 'ARGS']
    modules = tuple((root / text, f'/{text}') for key, text in comments if key == 'MODULE')
    return Machine(kernel=kernel, args=' '.join(['bare.exit=debug', 'bare.panic=debug', *args]),
                   modules=modules, cpus=options.smp, memory=options.m, cpu=options.cpu,
                   board=options.M, nodes=options.nodes, extra=extra)


@pytest.mark.parametrize('name', guests())
def test_guest(name, boot, build, root):
    """One kernel, one subject."""
    comments = notes(name)
    seconds = max([int(text) for key, text in comments if key == 'SECONDS'], default=60)
    status = max([int(text) for key, text in comments if key == 'EXIT'], default=0)
    guest = boot(machine_for(build / 'guest' / f'{name}.elf', root, comments), seconds)
    at = 0
    for key, text in comments:
        if key == 'EXPECT':
            at = guest.wait_for(text, within=seconds, after=at).end()
        elif key == 'TYPE':
            guest.type(text.encode().decode('unicode_escape'))
        elif key == 'MONITOR':
            guest.monitor.execute(text)
    assert guest.wait_exit(within=seconds) == status
