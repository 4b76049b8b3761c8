# SPDX-License-Identifier: BSD-3-Clause
"""The lists of DPDK's own tests agree: DPDK's, ours of what must pass, and the table in the docs."""

import os
import re
from pathlib import Path

import pytest

from dpdk import catalogue, report, verdict
from dpdk.session import Answer

ROOT = Path(__file__).parent.parent.parent
ROW = re.compile(r'^\| `(\w+)` \| ([\w ]+) \|', re.MULTILINE)


def table():
    """{test: result} as docs/dpdk-tests.md has it."""
    return dict(ROW.findall((ROOT / 'docs' / 'dpdk-tests.md').read_text()))


def test_expected_tests_exist():
    """What must pass is a test of the DPDK that is built."""
    tree = os.environ.get('DPDK_TREE')
    if not tree:
        pytest.skip('DPDK_TREE is not set: run by make')
    release = catalogue.version(tree)
    for suite in ('fast', 'perf'):
        named = getattr(catalogue, f'{suite}_tests')(tree)
        assert len(named) > 30
        assert set(verdict.expected(release, suite)) <= set(named)


def test_documented_results():
    """The table says of each test what the lists hold it to, and explains all that did not pass."""
    results = table()
    passed = {name for name, result in results.items() if result == verdict.PASSED}
    assert passed == set(verdict.expected('22.11', 'fast'))
    assert len(passed) >= 75
    known = {name: result for name, (result, *_) in verdict.exceptions().items()}
    others = {name: result for name, result in results.items() if name not in passed}
    assert others.items() <= known.items()


def test_known_failures():
    """A failure that is known by its words is explained, a panic too; another of the same is not."""
    known = {'t': (verdict.FAILED, re.compile('PANIC in t'), 'a mistake of its own')}
    assert verdict.judge('t', Answer('died', 'PANIC in t', 1), known).explained
    assert verdict.judge('t', Answer('died', 'PANIC in u', 1), known).explained is False
    assert verdict.judge('t', Answer('ok', '', 1), known).result == verdict.PASSED


def test_names_are_read_from_either_kind_of_tree(tmp_path):
    """meson.build's lists, or the macros in the sources."""
    tests = tmp_path / 'app' / 'test'
    tests.mkdir(parents=True)
    (tests / 'meson.build').write_text("fast_tests = [\n  ['a_autotest', true, false],\n]\n"
                                       "fast_tests += [['b', false, true], ['a_autotest', true, true]]\n"
                                       "perf_test_names = [\n 'c',\n 'd',\n]\n"
                                       "perf_test_names += 'e'\n"
                                       "test('script', find_program('x.sh'))\n")
    assert catalogue.fast_tests(tmp_path) == ['a_autotest', 'b', 'script']
    assert catalogue.perf_tests(tmp_path) == ['c', 'd', 'e']
    (tests / 'meson.build').write_text('')
    (tests / 'test_x.c').write_text('REGISTER_FAST_TEST(x, true, true, f);\n'
                                    'REGISTER_PERF_TEST(y, f);\nREGISTER_TEST_COMMAND(z, f);\n')
    assert catalogue.fast_tests(tmp_path) == ['x']
    assert catalogue.perf_tests(tmp_path) == ['y']


@pytest.mark.parametrize('kind, text, result', [
    ('ok', 'fine', verdict.PASSED), ('ok', 'no second process', verdict.NOT_APPLICABLE),
    ('failed', 'no second process', verdict.NOT_APPLICABLE), ('failed', 'oops', verdict.FAILED),
    ('hung', 'no second process', verdict.FAILED), ('died', '*** PANIC', verdict.FAILED),
    ('skipped', '', verdict.FAILED), ('unknown', '', verdict.FAILED)])
def test_verdicts(kind, text, result):
    """An answer is excused only by the words that are known, and never a hang or a panic."""
    known = {'t': (verdict.NOT_APPLICABLE, re.compile('no second process'), 'one process')}
    given = verdict.judge('t', Answer(kind, text, 1), known)
    assert given.result == result
    assert given.explained == (result != verdict.FAILED)
    assert verdict.lost([given], ['t']) == ([] if result == verdict.PASSED else ['t'])


def test_table_is_put_between_the_marks():
    """The rest of a document stays; one without marks is refused."""
    rows = report.table('DPDK', [verdict.Verdict('t', verdict.FAILED, 'a | b')])
    document = f'before\n{report.BEGIN}old\n{report.END}after\n'
    assert report.put_table(document, rows) == f'before\n{report.BEGIN}{rows}{report.END}after\n'
    assert '0 passed, 1 failed, 0 not applicable; none unexplained' in rows and 'a \\| b' in rows
    with pytest.raises(ValueError):
        report.put_table('no marks', rows)
