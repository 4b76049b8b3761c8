# SPDX-License-Identifier: BSD-3-Clause
"""What was built says which source it is of: the console's first line, and the SDK."""

import re
import subprocess

import pytest


@pytest.fixture
def name(build):
    """The name that make gave."""
    return (build / 'flags' / 'version').read_text().strip()


def test_first_line(hello, name, root):
    """The kernel's first line has the name, which begins with VERSION."""
    guest = hello()
    guest.wait_exit()
    first = re.search(r'\[ *\d+\.\d+\] (.*)', guest.console)
    assert first[1].strip() == f'Linuxless {name}'
    assert name.startswith((root / 'VERSION').read_text().strip())


def test_sdk(build, name):
    """The compiler says it behind gcc's words, by which build systems know it; and the .pc does."""
    tools = build / 'sdk' / 'bin'
    said = subprocess.run([tools / 'linuxless-cc', '--version'], stdout=subprocess.PIPE, text=True,
                          check=True, timeout=30).stdout
    assert re.match(r'gcc .* \d+\.\d+\.\d+\n', said)
    assert said.endswith(f'linuxless-cc: Linuxless {name}\n')
    said = subprocess.run([tools / 'linuxless-pkg-config', '--variable=linuxless_version',
                           'libdpdk'], stdout=subprocess.PIPE, text=True, check=True,
                          timeout=30).stdout
    assert said.strip() == name
