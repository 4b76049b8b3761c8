# SPDX-License-Identifier: BSD-3-Clause
"""Multiboot modules, and the program's command line, as the tools are given them.

A module is FILE, or FILE=/PATH: where the application finds it; without a path it is /NAME, the
file's own name. Loaders hand the path over as a word of a string
(kernel/loader/boot_info_internal.h).
"""

import argparse
import shlex
from dataclasses import dataclass
from pathlib import Path

HELP = ('a file that the application finds as /NAME, or, given as FILE=/PATH, as that; '
        'may be repeated')

PATH_BYTES_MAX = 1024  # a loader's, and the kernel's, room for names is not for more


@dataclass(frozen=True)
class Module:
    """A file here and its path there."""

    file: Path
    path: str

    @property
    def name(self):
        """The path there as a word of a command line: in quotes if it needs them."""
        return shlex.quote(self.path)


def parse(text):
    """--module's argument."""
    file, separator, path = text.rpartition('=/')
    if not separator or Path(text).is_file():
        file, path = text, Path(text).name
    if not Path(file).is_file():
        raise argparse.ArgumentTypeError(f'there is no file {file}')
    parts = path.split('/')
    if not all(parts) or {'.', '..'} & set(parts) or not path.isprintable():
        raise argparse.ArgumentTypeError(f'{text}: /{path} is no path of a file')
    if len(path.encode()) > PATH_BYTES_MAX:
        raise argparse.ArgumentTypeError(f'{text}: the path is longer than {PATH_BYTES_MAX} bytes')
    return Module(Path(file), f'/{path}')


def clash(modules):
    """The path of two modules, or of one that is another's directory; None if there is none."""
    paths = [module.path for module in modules]
    for number, path in enumerate(paths):
        if path in paths[:number] or any(other.startswith(f'{path}/') for other in paths):
            return path
    return None


def command_line(words):
    """A tool's own words, with --args and the line behind it joined: that may begin with a dash."""
    joined = []
    for word in words:
        if joined and joined[-1] == '--args':
            joined[-1] = f'--args={word}'
        else:
            joined.append(word)
    return joined


def add_argument(parser):
    """Give a parser the option --module."""
    parser.add_argument('--module', type=parse, action='append', default=[],
                        metavar='FILE[=/PATH]', help=HELP)
