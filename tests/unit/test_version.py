# SPDX-License-Identifier: BSD-3-Clause
"""tools/version: the source's name is a property of the source, wherever it lies."""

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
GIT = {'GIT_AUTHOR_NAME': 'a', 'GIT_AUTHOR_EMAIL': 'a@b', 'GIT_COMMITTER_NAME': 'a',
       'GIT_COMMITTER_EMAIL': 'a@b', 'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_NOSYSTEM': '1'}
VERSION = (ROOT / 'VERSION').read_text().strip()


def git(tree, *words):
    """Run git in the tree; gives what it says."""
    return subprocess.run(['git', *words], cwd=tree, env={**os.environ, **GIT}, check=True,
                          stdout=subprocess.PIPE, timeout=60).stdout


def name_of(tree):
    """What tools/version says there."""
    return subprocess.run([tree / 'tools' / 'version'], stdout=subprocess.PIPE, text=True,
                          check=True, timeout=60, env={**os.environ, **GIT}).stdout.strip()


@pytest.fixture
def tree(tmp_path):
    """A source that is VERSION and the tool, in a repository of its own."""
    made = tmp_path / 'tree'
    (made / 'tools').mkdir(parents=True)
    for file in ('VERSION', '.gitattributes', 'tools/version'):
        shutil.copy(ROOT / file, made / file)
    git(made, 'init', '-q')
    git(made, 'add', '.')
    git(made, 'commit', '-qm', 'first')
    return made


def archive_of(tree, folder):
    """The tree as git archive writes it."""
    with tarfile.open(fileobj=io.BytesIO(git(tree, 'archive', 'HEAD'))) as archive:
        archive.extractall(folder)
    return folder


def test_commit(tree, tmp_path):
    """Between releases the commit is named, by the repository and by an archive of it."""
    commit = git(tree, 'rev-parse', 'HEAD').decode()[:12]
    assert name_of(tree) == f'{VERSION}+{commit}'
    assert name_of(archive_of(tree, tmp_path / 'archive')) == f'{VERSION}+{commit}'
    (tree / 'VERSION').write_text(f'{VERSION}\n\n')
    assert name_of(tree) == f'{VERSION}+{commit}.dirty'


def test_release(tree, tmp_path):
    """The tag of VERSION makes it the release; another tag does not, nor does a change."""
    git(tree, 'tag', 'v0.0.1')
    assert name_of(tree) != VERSION
    git(tree, 'tag', '-a', '-m', 'release', f'v{VERSION}')
    assert name_of(tree) == VERSION
    assert name_of(archive_of(tree, tmp_path / 'archive')) == VERSION
    (tree / 'VERSION').write_text(f'{VERSION}\n\n')
    assert name_of(tree) == f'{VERSION}+dirty'


def test_without_git(tree, tmp_path):
    """A copy alone is VERSION, also below another repository."""
    git(tmp_path, 'init', '-q')
    shutil.rmtree(tree / '.git')
    assert name_of(tree) == VERSION
