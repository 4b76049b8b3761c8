# SPDX-License-Identifier: BSD-3-Clause
"""The pure parts of tests/conformance/: minimiser, what is read, the table of differences."""

import pytest

from conformance import known
from conformance.episodes import call, first_difference, parse, shape
from conformance.minimise import minimise, run_all
from conformance.search import Search
from conformance.sides import Run, Side, ranges


@pytest.mark.parametrize('needed', [set(), {0}, {5}, {3, 4}, {0, 17, 38}, set(range(20, 30)),
                                    set(range(40))])
def test_minimise(needed):
    """What is left is what the difference needs, and its own step."""
    asked = []

    def ask(tries):
        asked.append(len(tries))
        return [needed <= set(steps) for _, steps in tries]

    assert run_all({'a': minimise(list(range(41)))}, ask) == {'a': sorted(needed | {40})}
    assert len(asked) < 80


def test_minimise_either():
    """Of two ways to come about one is kept; pieces that cannot both go do not."""
    def ask(tries):
        return [bool({3, 11} & set(steps)) for _, steps in tries]

    assert run_all({'a': minimise(list(range(21)))}, ask)['a'] in ([3, 20], [11, 20])


def test_minimise_together():
    """Several are asked for at once."""
    needs = {'a': {1}, 'b': {2, 9}, 'c': set()}
    found = run_all({key: minimise(list(range(11))) for key in needs},
                    lambda tries: [needs[key] <= set(steps) for key, steps in tries])
    assert found == {'a': [1, 10], 'b': [2, 9, 10], 'c': [10]}


def test_minimise_one_step():
    """A difference in the first step is short already."""
    assert run_all({'a': minimise([7])}, lambda tries: []) == {'a': [7]}


CONSOLE = """[ 0.1] Linuxless
@ 0
= files 3 00112233
@ 1
# files 4
| 0 open("a") = ok
libc: call 27 (mincore) is not served
| 3 read(f1, 3) = 2 "ab"
"""


def test_parse():
    """Hashes and lines by run and number; the kernel's log is not theirs."""
    output = parse(CONSOLE + '.\n')
    assert output.ended and output.digests == {0: {3: '00112233'}}
    assert output.texts == {1: {4: ['| 0 open("a") = ok', '| 3 read(f1, 3) = 2 "ab"']}}


def test_parse_ends():
    """How a run ends otherwise."""
    assert parse(CONSOLE + '! files 4 hangs in step 9\n').hang == (1, 4)
    assert parse(CONSOLE + '\n*** PANIC on CPU 1: no\n').panic == 'PANIC: no'
    assert not parse(CONSOLE).ended and parse(CONSOLE).panic


def lines(*texts):
    """Lines of an episode."""
    return [f'| {number} {text}' for number, text in enumerate(texts)]


def test_first_difference():
    """The first line that differs, and what one side lacks."""
    left, right = lines('a() = 1', 'b(f1) = 2', 'c() = 3'), lines('a() = 1', 'b(f1) = EIO')
    assert first_difference(left, left) is None
    found = first_difference(left, right)
    assert (found.step, found.signature) == (1, ('b', 'succeeds', 'EIO'))
    assert first_difference(left, left[:2]).step == 2
    assert first_difference(left, lines('a() = 1', 'z() = 1')).signature == ('b', 'calls', 'z')


def test_call():
    """A line's parts, with or without an answer."""
    assert call('| 4 f("a = (b)", 3) = 7 x') == call('| 4 f("a = (b)", 3) = 7 x')
    parts = call('| 4 f("a", 3) = 7 "x) = 1"')
    assert (parts.step, parts.name, parts.arguments) == (4, 'f', '"a", 3')
    assert call('| 4 store(1+1)').answer == ''


def test_shape():
    """Numbers, contents and the order of words do not make two mistakes of one."""
    assert shape('3 "abc" #0011aabb') == shape('17 "x" #99999999')
    assert shape('1 f3:EPOLLIN|EPOLLHUP') == shape('2 f5:EPOLLHUP|EPOLLIN')
    assert shape('EIO') != shape('EBADF')


TABLE = f"""text
{known.MARK}
| call | condition | Linux | here | why |
|---|---|---|---|---|
| `fork\\|vfork` | `.*` | `0` | `ENOSYS` | one program |

after
"""


def test_known():
    """A row matches by all four expressions, wholly."""
    table = known.read(TABLE)
    assert [row.call for row in table] == ['fork|vfork']
    assert known.find(table, first_difference(lines('vfork(x) = 0'), lines('vfork(x) = ENOSYS')))
    for left, right in (('vfork() = 0', 'vfork() = EIO'), ('vfork() = 10', 'vfork() = ENOSYS'),
                        ('forks() = 0', 'forks() = ENOSYS'), ('fork(1) = 0', 'fork(2) = ENOSYS')):
        assert not known.find(table, first_difference(lines(left), lines(right)))


@pytest.mark.parametrize('wrong', [
    'no mark', known.MARK, TABLE.replace('one program', ''), TABLE.replace('`.*`', '.*'),
    TABLE.replace('| `0` ', ''), TABLE.replace('`.*`', '`(`')])
def test_known_is_checked(wrong):
    """A table that is not one, a row without a reason, what is no expression."""
    with pytest.raises(Exception):  # noqa: B017 (ValueError, or re.error)
        known.read(wrong)


class Made(Side):
    """A side that answers each step with its number; some steps otherwise, after others."""

    def __init__(self, wrong=()):
        self.wrong = wrong  # (step, steps that must have been made before, answer)

    def make(self, runs):
        return [self._one(run) for run in runs]

    def _one(self, run):
        steps = [step for step in range(30) if step not in run.skip]
        text = [f'| {step} call{step}() = ' + next(
            (answer for at, before, answer in self.wrong
             if at == step and before <= set(steps)), 'ok') for step in steps]
        return {number: str(text) if run.digest else text
                for number in range(run.first, run.first + run.count)}


def test_search():
    """Each difference of an episode is found, made short, and known ones are counted alone."""
    table = known.read(TABLE.replace('fork\\|vfork', 'call3').replace('`0`', '`ok`'))
    ours = Made([(3, set(), 'ENOSYS'), (9, {2, 5}, 'EIO'), (20, {11}, 'EBADF')])
    search = Search(Made(), ours, table)
    found = search.all([Run('made', 0, 5)])
    assert [finding.difference.signature for finding in found] == [
        ('call9', 'succeeds', 'EIO'), ('call20', 'succeeds', 'EBADF')]
    assert [[line.split()[1] for line in finding.calls] for finding in found] == [
        ['2', '5', '9'], ['11', '20']]
    assert sum(search.known_seen.values()) == 5
    assert not Search(Made(), Made()).all([Run('made', 0, 5)])


def test_ranges():
    """Steps as the program reads them."""
    assert ranges([]) == '' and ranges([4, 1, 5, 6, 9]) == '1,4-6,9'
