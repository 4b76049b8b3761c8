# SPDX-License-Identifier: BSD-3-Clause
"""Equal sources make equal files, wherever they lie and whenever they are built.

A program without DPDK, its medium and the machine's object are built twice. DPDK takes minutes
to build: of it, and of all that holds parts of it, it is seen that no file names a folder of the
build, which is what a second build would have differently.
"""

import os
import shutil
import subprocess

import pytest

BUILT = ('build/hello.elf', 'build/hello.iso', 'build/sdk/bare.o')
# What may differ from one build to the next: folder, time zone, language, file modes, jobs.
ONE = ('short', {'TZ': 'UTC', 'LC_ALL': 'C.UTF-8'}, 0o022, '-j1')
OTHER = ('another/folder/of/a longer name', {'TZ': 'Pacific/Auckland', 'LANG': 'de_DE'}, 0o002,
         '-j2')
LEFT_OUT = shutil.ignore_patterns('build', '.git', '__pycache__', '.pytest_cache')
SECONDS = 300


def make(root, tmp_path, folder, settings, mask, jobs):
    """Build in a copy of the sources, without what the make that runs this has exported."""
    tree = tmp_path / folder
    shutil.copytree(root, tree, symlinks=True, ignore=LEFT_OUT)
    environment = {'PATH': os.environ['PATH'], 'HOME': str(tmp_path), **settings}
    subprocess.run(['make', jobs, *BUILT], cwd=tree, env=environment, umask=mask, check=True,
                   timeout=SECONDS)
    return tree


def test_two_builds_are_equal(root, tmp_path):
    """The same bytes in two folders."""
    one, other = (make(root, tmp_path, *how) for how in (ONE, OTHER))
    assert not [file for file in BUILT if (one / file).read_bytes() != (other / file).read_bytes()]


def names_in(files, folders):
    """The files that hold the path of a folder."""
    words = [os.fsencode(folder) for folder in folders]
    return [str(file) for file in files if any(word in file.read_bytes() for word in words)]


@pytest.fixture
def folders(root, build, tree):
    """Those that a build may have named; meson names DPDK's sources from within its own folder."""
    dpdk_build = os.environ.get('DPDK_BUILD', str(build / 'dpdk'))
    absolute = {os.path.realpath(folder) for folder in (root, build, tree, dpdk_build)}
    return [*absolute, os.path.relpath(os.path.realpath(tree), f'{dpdk_build}/meson'), '/../../']


# Images that name a folder, and why.
NAMED = {
    'glibc/guest/commands.elf': "glibc's own, in an assertion of ftw.c",
    'glibc/guest/file_pages.elf': "glibc's own, in an assertion of ftw.c",
    'fast/bridge.elf': 'link-time optimisation compiles in the folder of the link',
    'ipsec-secgw.elf': "built by its own Makefile, with the SDK's headers by their full path",
}


def test_images_name_no_folder(build, folders):
    """All images that were built, whatever of DPDK is in them, but for the known ones."""
    images = sorted(path for path in build.rglob('*.elf')
                    if path.relative_to(build).as_posix() not in NAMED)
    assert build / 'bridge.elf' in images
    assert not names_in(images, folders)


def test_sdk_names_no_folder(build, folders):
    """All files of the SDK: archives, objects, texts."""
    files = [path for path in sorted((build / 'sdk').rglob('*')) if path.is_file()]
    assert any(path.name == 'librte_eal.a' for path in files)
    assert not names_in(files, folders)
