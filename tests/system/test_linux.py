# SPDX-License-Identifier: BSD-3-Clause
"""The applications are ordinary: the same sources build and run on Linux."""

import os
import subprocess

import pytest

CC = ['gcc', '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE']


def compile_app(root, name, output, *options):
    """Build apps/NAME with the host's compiler."""
    sources = sorted((root / 'apps' / name).glob('*.c'))
    subprocess.run([*CC, *sources, '-o', output, *options], check=True, timeout=120)


def pkg_config(what):
    """What stock DPDK needs for compiling or linking."""
    return subprocess.run(['pkg-config', what, 'libdpdk'], stdout=subprocess.PIPE, text=True,
                          check=True, timeout=30).stdout.split()


def test_hello(root, tmp_path):
    """hello on Linux."""
    compile_app(root, 'hello', tmp_path / 'hello', '-pthread')
    done = subprocess.run([tmp_path / 'hello'], stdout=subprocess.PIPE, text=True, check=False,
                          timeout=60)
    assert done.returncode == 0
    assert len(os.sched_getaffinity(0)) == done.stdout.count('\nthread on CPU')


@pytest.fixture(scope='session')
def linux_bridge(root, tmp_path_factory):
    """The bridge, built against the distribution's DPDK."""
    output = tmp_path_factory.mktemp('linux') / 'bridge'
    compile_app(root, 'bridge', output, '-DALLOW_EXPERIMENTAL_API', *pkg_config('--cflags'),
                *pkg_config('--libs'))
    return output


def test_bridge(linux_bridge):
    """Two null ports, no huge pages, no root: it starts, forwards, and ends at q."""
    done = subprocess.run(
        [linux_bridge, '--no-shconf', '--no-huge', '-m', '128', '--no-pci', '--no-telemetry',
         '--lcores', f'0@{min(os.sched_getaffinity(0))}',
         '--vdev', 'net_null0', '--vdev', 'net_null1'],
        input='q\n', stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        timeout=60)
    assert done.returncode == 0, done.stdout
    assert 'bridge: totals' in done.stdout
