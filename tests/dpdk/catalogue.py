# SPDX-License-Identifier: BSD-3-Clause
"""Which tests a DPDK tree names, read from its own files.

Until 23.07 app/test/meson.build lists them; later each source file registers its tests for a suite,
and meson collects them with buildtools/get-test-suites.py. Conditions in meson.build are not looked
at: a test that was not built is one whose name the image does not know.
"""

import re
from pathlib import Path

_LISTED = re.compile(r"\[\s*'(\w+)'\s*,\s*(?:true|false)\s*,\s*(?:true|false)\s*\]")
_LIST_OF_PERF = re.compile(r'perf_test_names\s*(?:\+=|=)\s*(\[[^\]]*\]|\'\w+\')')
_REGISTERED = r'^\s*REGISTER_{suite}_TEST\s*\(\s*(\w+)'

# Tests that meson makes of others, or of a script, by a line of its own.
WITH_TRACES = '_with_traces'
_BY_SCRIPT = re.compile(r"\btest\('(\w+)'\s*,\s*find_program")


def _unique(names):
    return list(dict.fromkeys(names))


def _meson_text(tree):
    folder = Path(tree) / 'app' / 'test'
    return '\n'.join(path.read_text() for path in
                     [folder / 'meson.build', *sorted(folder.glob('*/meson.build'))])


def _registered(tree, suite):
    pattern = re.compile(_REGISTERED.format(suite=suite), re.MULTILINE)
    return [name for path in sorted((Path(tree) / 'app' / 'test').glob('*.c'))
            for name in pattern.findall(path.read_text(errors='replace'))]


def version(tree):
    """The release of a tree without its last number: 22.11."""
    return '.'.join((Path(tree) / 'VERSION').read_text().split('.')[:2])


def fast_tests(tree):
    """Names of the suite "fast-tests", in DPDK's order."""
    text = _meson_text(tree)
    names = _unique(_LISTED.findall(text) or _registered(tree, 'FAST'))
    if WITH_TRACES in text and 'trace_autotest' in names:
        names.append('trace_autotest' + WITH_TRACES)
    return names + _unique(_BY_SCRIPT.findall(text))


def perf_tests(tree):
    """Names of the suite "perf-tests"."""
    listed = ' '.join(_LIST_OF_PERF.findall(_meson_text(tree)))
    return _unique(re.findall(r"'(\w+)'", listed) or _registered(tree, 'PERF'))
