# SPDX-License-Identifier: BSD-3-Clause
"""What mkiso and mkpxe have in common: GRUB with its modules in one file, its menu, the files.

Below the medium's directory boot/ are NAME.elf (the kernel, stripped), files/ (the multiboot
modules) and grub/grub.cfg. The menu has one entry, whose title is the command line; it boots by
itself after a second, and can be edited ("e").

A medium depends on what is on it alone: its dates are those of SOURCE_DATE_EPOCH in the
environment, as reproducible-builds.org has it, or else the first that a FAT file system can hold.
"""

import argparse
import os
import re
import shlex
import shutil
import struct
import subprocess
from pathlib import Path
from urllib.parse import quote

import modulefile

GRUB_DIRECTORY = Path('/usr/lib/grub')

PT_LOAD = 1
FIRMWARE_KEEPS = 128 << 10

FAT_EPOCH = 315532800  # 1 January 1980, in seconds of 1970

# What goes into GRUB's image everywhere: menu and editor, both terminals, screens that the kernel
# may be given, and a few commands for whoever stands before a machine that will not boot.
MODULES = ('search search_label configfile normal multiboot2 terminal serial all_video echo test '
           'ls cat halt reboot').split()

# Both terminals where both exist: a machine without a serial port must not lose the menu. Under
# UEFI the firmware's own console is often on the serial port already, so GRUB stays off it there.
MENU = '''\
if [ "$grub_platform" != efi ]; then
	if serial --unit=0 --speed=115200; then
		terminal_input console serial
		terminal_output console serial
	fi
fi
set timeout=1
set default=0
menuentry {title} {{
	insmod all_video
	multiboot2 /boot/{kernel} {args}
	if [ $? != 0 ]; then echo {needs}; fi
{modules}}}
'''


class MediumError(Exception):
    """The medium cannot be made; the message says why."""


def argument_parser(description, output):
    """A parser with the arguments that every medium has; `output` is said to be the default."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('kernel', type=Path, help='the application, linked to an ELF file')
    parser.add_argument('-o', '--output', type=Path, help=f'default: {output}')
    parser.add_argument('--args', default='', help='the command line')
    modulefile.add_argument(parser)
    return parser


def epoch():
    """The date of all that is on a medium, in seconds of 1970."""
    return os.environ.get('SOURCE_DATE_EPOCH') or str(FAT_EPOCH)


def run(*command):
    """Run a tool, which finds its dates; what it says is shown only if it fails."""
    environment = {**os.environ, 'SOURCE_DATE_EPOCH': epoch(), 'TZ': 'UTC', 'LC_ALL': 'C'}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=environment)
    if done.returncode:
        raise MediumError(f'{command[0]} failed:\n{done.stdout}')


def make_grub(platform, output, early, *modules):
    """GRUB for a platform in one file; the text `early` runs first, to find the medium."""
    script = Path(output).with_suffix('.early')
    script.write_text(early)
    run('grub-mkimage', '-O', platform, '-o', output, '-c', script, '-p', '/boot/grub',
        *MODULES, *modules)
    script.unlink()


def split(line):
    """The words of a command line."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise MediumError(f'command line {line!r}: {error}') from error


def grub_word(word):
    """A word of GRUB's language, whose special characters are more than ours.

    GRUB leaves an empty word out, and puts quotes around a word with spaces alone.
    """
    if not word or set(word) & set('\t\n\r'):
        word = f'bare.arg={quote(word)}'
    return shlex.quote(word)


def ram_needed(kernel):
    """MB from address 0 to the image's end and what firmware keeps behind it (ELF-64 headers)."""
    with kernel.open('rb') as file:
        header = struct.unpack('<16s2HI3QI6H', file.read(64))
        file.seek(header[5])
        segments = [struct.unpack('<2I6Q', file.read(56)) for _ in range(header[10])]
    end = max((start + size for kind, _, _, start, _, _, size, _ in segments if kind == PT_LOAD),
              default=0)
    return -(-(end + FIRMWARE_KEEPS) // (1 << 20))


def menu(options, line):
    """GRUB's configuration for this kernel, these modules and the command line `line`."""
    kernel = shlex.quote(f'{options.kernel.stem}.elf')
    words = ' '.join(grub_word(word) for word in split(line))
    title = f'{options.kernel.stem} {line}'.strip()
    modules = ''.join(f'\tmodule2 {shlex.quote("/boot/files" + module.path)} {module.name}\n'
                      for module in options.module)
    needs = f'{options.kernel.stem} needs {ram_needed(options.kernel)} MB of RAM in one piece.'
    return MENU.format(title=shlex.quote(title), kernel=kernel, args=words, modules=modules,
                       needs=shlex.quote(needs))


def strip(kernel, output):
    """Copy an image without what is for a debugger. The tables of C++'s exceptions are loaded."""
    sections = subprocess.run(['readelf', '--section-headers', '--wide', kernel], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
    loaded = re.search(r' \.eh_frame +\S+ +\S+ +\S+ +\S+ +\S+ +\S*A', sections)
    run('strip', *([] if loaded else ['-R', '.eh_frame']), '-o', output, kernel)


def fill(tree, options):
    """Lay out kernel, modules and menu below the directory `tree`."""
    if modulefile.clash(options.module):
        raise MediumError(f'two modules are {modulefile.clash(options.module)}')
    boot = Path(tree) / 'boot'
    for directory in ('grub', 'files'):
        (boot / directory).mkdir(parents=True)
    (boot / 'grub' / 'grub.cfg').write_text(menu(options, options.args))
    strip(options.kernel, boot / f'{options.kernel.stem}.elf')
    for module in options.module:
        copy = Path(f'{boot}/files{module.path}')
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(module.file, copy)
