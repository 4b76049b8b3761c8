# SPDX-License-Identifier: BSD-3-Clause
"""Which build the small kernels are of: that of BUILD, and beside it those of CHECKED_BUILD and of
GLIBC_BUILD, whose C library is glibc.

`make test` names all: each test then runs with each, but for what one of them alone has, and for
what the C library is nothing to.
"""

import os
from pathlib import Path

import pytest

USUAL = Path(os.environ.get('BUILD', Path(__file__).parents[2] / 'build')).resolve()
BUILDS = {'checked' if os.environ.get('CHECKED') else 'usual': USUAL}
if os.environ.get('CHECKED_BUILD'):
    BUILDS['checked'] = Path(os.environ['CHECKED_BUILD']).resolve()
if os.environ.get('GLIBC_BUILD'):
    BUILDS['glibc'] = Path(os.environ['GLIBC_BUILD']).resolve()


@pytest.fixture(scope='session', params=BUILDS)
def build(request):
    """The directory that holds what was built."""
    return BUILDS[request.param]


def applies(item):
    """Is there something to be seen by a test with its build?"""
    kind = item.callspec.params.get('build') if hasattr(item, 'callspec') else None
    if kind == 'glibc' and item.originalname != 'test_guest':
        return False
    return all(only.args[0] == kind for only in item.iter_markers('only'))


def pytest_collection_modifyitems(config, items):
    """Take away what says nothing."""
    config.hook.pytest_deselected(items=[item for item in items if not applies(item)])
    items[:] = [item for item in items if applies(item)]
