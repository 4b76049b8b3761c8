# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of the SDK's tools have in common."""

import subprocess

import pytest


@pytest.fixture
def work(tmp_path, monkeypatch):
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cc(environment, work):
    """cc('-c', 'a.c'): run linuxless-cc, or another tool of the SDK's; gives what it did."""
    def run(*arguments, tool='linuxless-cc', **changed):
        return subprocess.run([tool, *arguments], env={**environment, **changed}, timeout=300,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)
    return run
