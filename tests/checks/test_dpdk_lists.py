# SPDX-License-Identifier: BSD-3-Clause
"""The lists of DPDK's own tests agree: DPDK's, ours of what must pass, the table in the docs."""

import os
import re
import sys
from pathlib import Path

import pytest

from dpdk import __main__ as command
from dpdk import catalogue, report, verdict
from dpdk.session import Answer

ROOT = Path(__file__).parent.parent.parent
ROW = re.compile(r'^\| `(\w+)` \| (passed|failed|not applicable) \|', re.MULTILINE)


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
    """A failure known by its words is explained, a panic too; another of the same is not."""
    known = {'t': (verdict.FAILED, re.compile('PANIC in t'), 'a mistake of its own')}
    assert verdict.judge('t', Answer('died', 'PANIC in t', 1), known).explained
    assert verdict.judge('t', Answer('died', 'PANIC in u', 1), known).explained is False
    assert verdict.judge('t', Answer('ok', '', 1), known).result == verdict.PASSED


def test_names_are_read_from_either_kind_of_tree(tmp_path):
    """meson.build's lists, or the macros in the sources."""
    tests = tmp_path / 'app' / 'test'
    tests.mkdir(parents=True)
    (tests / 'meson.build').write_text("fast_tests = [\n  ['a_autotest', true, false],\n]\n"
                                       "fast_tests += [['b', false, true],\n"
                                       "['a_autotest', true, true]]\n"
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


@pytest.mark.parametrize('release', ['22.11', '24.11', '25.11'])
def test_releases_have_lists(release):
    """Each release that was tried has its list, and names no test twice."""
    names = verdict.expected(release, 'fast')
    assert len(names) == len(set(names)) >= 75


def test_last_words():
    """The panic's line; a headline of a test's own is none."""
    said = '*** Running the first part...\n*** Running the second part...\n'
    assert Answer('hung', said, 1).last_words() == '*** Running the second part...'
    assert Answer('died', f'{said}*** PANIC on CPU 1: t\nstack\n', 1).last_words() == \
        'PANIC on CPU 1: t'


@pytest.mark.parametrize('suite', ['fast', 'perf'])
@pytest.mark.parametrize('answers, status', [
    ({'a': 'ok', 'b': 'ok'}, 0), ({'a': 'ok', 'b': 'failed'}, 1), ({'a': 'failed', 'b': 'ok'}, 1)])
def test_command_fails(tmp_path, monkeypatch, capsys, suite, answers, status):
    """make dpdk-tests fails when a test of the release's list is lost, or one fails unexplained."""
    class Told:
        """Stands for Runner: gives the answers."""

        def __init__(self, *_):
            pass

        def run(self, names, told):
            """The answers, as from machines."""
            for name in names:
                told(name, Answer(answers[name], '', 1))

    (tmp_path / 'app' / 'test').mkdir(parents=True)
    (tmp_path / 'app' / 'test' / 'meson.build').write_text(
        "[['a', true, true], ['b', true, true]]" if suite == 'fast' else
        "perf_test_names = ['a', 'b']")
    (tmp_path / 'VERSION').write_text('30.11.1\n')
    (tmp_path / f'expected-30.11-{suite}.txt').write_text('# those\na slow\n')
    monkeypatch.setattr(verdict, 'HERE', tmp_path)
    monkeypatch.setattr(command, 'Runner', Told)
    monkeypatch.setattr(sys, 'argv', ['dpdk-tests', suite, '--build', str(tmp_path),
                                      '--tree', str(tmp_path)])
    with pytest.raises(SystemExit) as end:
        command.main()
    assert end.value.code == status
    assert ('lost: a must pass' in capsys.readouterr().out) == (answers['a'] != 'ok')
