# SPDX-License-Identifier: BSD-3-Clause
"""The measurements' pure parts: statistics, the comparison of exact figures, tables and plots."""

import struct
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / 'bench'))

from rig import (counter, exact, insn, linux, plot, report, results, rows_start,  # noqa: E402
                 sides, stats, targets, tasks)  # (they need the path above)


def test_median():
    """The middle one, or between the two in the middle; order does not matter."""
    assert stats.median([3, 1, 2]) == 2
    assert stats.median([4, 1, 2, 3]) == 2.5
    with pytest.raises(ValueError):
        stats.median([])


@pytest.mark.parametrize('fraction, value', [(0.5, 50), (0.99, 99), (1, 100), (0.001, 1)])
def test_quantile(fraction, value):
    """Of 1..100, the value that so many do not exceed."""
    assert stats.quantile(list(range(100, 0, -1)), fraction) == value


def test_quantile_between():
    """A fraction that falls between two values takes the greater."""
    assert stats.quantile([1, 2, 3], 0.5) == 2
    assert stats.quantile([1, 2, 3], 0.34) == 2


def test_weighted_median():
    """As the median of each value repeated so often."""
    assert stats.weighted_median({7: 1, 5: 3, 100: 1}) == 5
    assert stats.weighted_median({7: 3, 5: 1, 100: 1}) == 7
    assert stats.weighted_median({1: 1, 2: 1}) == 1
    with pytest.raises(ValueError):
        stats.weighted_median({})


def test_spread():
    """Median, extremes and number."""
    assert stats.Spread.of([5, 1, 3]) == stats.Spread(3, 1, 5, 3)


@pytest.mark.parametrize('before, now, verdict', [
    (100, 100, ''), (100, 102, ''), (100, 102.1, 'WORSE'), (100, 98, ''), (100, 97.9, 'better'),
    (None, 1, 'NEW'), (1, None, 'GONE')])
def test_compare(before, now, verdict):
    """More than 2 % either way is told; worse, new and gone fail."""
    committed = {} if before is None else {'figure': before}
    figures = {} if now is None else {'figure': now}
    rows = exact.compare(committed, figures)
    assert rows == [('figure', before, now, verdict)]
    assert exact.failed(rows) == verdict.isupper()


def test_count_since():
    """Counters grow from reading to reading; turns that did not happen between are not listed."""
    first = counter.Count(100, 2, 60, (100, 0), {50: 1, 70: 2})
    then = counter.Count(350, 5, 60, (300, 50), {50: 4, 70: 2, 90: 1})
    assert then.since(first) == counter.Count(250, 3, 60, (200, 50), {50: 3, 90: 1})


# -- Files, tables and plots --------------------------------------------------------------------

OURS = results.Key(1, 'per packet, burst 32, instructions', 'bridge', 'default', 'Linuxless')
THEIRS = results.Key(1, 'per packet, burst 32, instructions', 'bridge', 'default', 'Linux')


@pytest.fixture(name='measured')
def fixture_measured():
    """Figures of both sides, one with a comma in its name."""
    got = results.Results({'cpu': 'a, b'})
    for key, values in ((OURS, [400, 410, 390]), (THEIRS, [500])):
        for value in values:
            got.add(key, value)
    got.fail('round 1: what', 'why')
    return got


def test_results_are_kept(measured, tmp_path):
    """What is saved is loaded again; the CSV has a line a figure."""
    measured.save(tmp_path)
    again = results.Results.load(tmp_path)
    assert (again.about, again.values, again.failures) == (
        measured.about, measured.values, measured.failures)
    lines = (tmp_path / 'results.csv').read_text().splitlines()
    assert lines[1] == ('1,"per packet, burst 32, instructions",bridge,default,Linuxless,'
                        '400,390,410,3')
    assert len(lines) == 3


def test_table(measured):
    """Medians with their spread, and ours by Linux's."""
    last = report.table(measured, 1).splitlines()[-1]
    assert last == ('| bridge, default | per packet, burst 32, instructions | '
                    '400 (390 to 410) | 500 | 0.80 |')


def test_insert(measured, tmp_path):
    """What is between the marks is replaced, and the rest stays; without marks it is refused."""
    document = tmp_path / 'page.md'
    document.write_text('before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n')
    report.insert(measured, document)
    report.insert(measured, document)
    text = document.read_text()
    assert text.startswith('before\n') and text.endswith('after\n')
    assert 'old' not in text and text.count('0.80') == 1
    document.write_text('no marks')
    with pytest.raises(ValueError):
        report.insert(measured, document)


def test_plot(measured):
    """Well-formed XML, with bars whose lengths are as the figures."""
    groups = [('a < b', {'Linuxless': measured.spread(OURS), 'Linux': measured.spread(THEIRS)})]
    root = ElementTree.fromstring(plot.bars('t & t', 'us', groups, ('Linuxless', 'Linux')))
    bars = [float(rect.get('width')) for rect in root.iter('{http://www.w3.org/2000/svg}rect')
            if rect.get('x') == str(plot.LABEL_WIDTH)]
    assert bars[0] / bars[1] == pytest.approx(0.8, rel=0.01)
    with pytest.raises(ValueError):
        plot.bars('empty', 'us', [], ())


def test_plot_cuts_what_is_far_longer(measured):
    """Or the others could not be told apart: the bar says its figure and is marked as cut."""
    other = stats.Spread.of([8000])
    groups = [('a', {'Linuxless': measured.spread(OURS), 'Linux': measured.spread(THEIRS)}),
              ('b', {'Linuxless': other}), ('c', {'Linuxless': measured.spread(OURS)})]
    text = plot.bars('t', 'us', groups, ('Linuxless', 'Linux', 'nobody'))
    root = ElementTree.fromstring(text)
    bars = [float(rect.get('width')) for rect in root.iter('{http://www.w3.org/2000/svg}rect')
            if rect.get('x') == str(plot.LABEL_WIDTH)]
    assert bars[2] == max(bars) < 4.5 * bars[1]
    assert '8,000' in text and 'nobody' not in text


@pytest.mark.parametrize('top, figures', [(10, [0, 2, 4, 6, 8, 10]), (3.4, [0, 1, 2, 3]),
                                          (1660, [0, 500, 1000, 1500])])
def test_ticks(top, figures):
    """Round ones that do not pass the top."""
    assert plot.ticks(top) == figures


@pytest.mark.parametrize('value, text', [(0.123, '0.12'), (12.34, '12.3'), (123.4, '123'),
                                         (1234.5, '1,234')])
def test_number(value, text):
    """Digits that say something."""
    assert plot.number(value) == text


def test_targets(measured):
    """A target is met, not met, or not measured, never guessed from a part of its figures."""
    def states():
        return {verdict.target.split(':')[0]: verdict for verdict in targets.judge(measured)}

    bursts, best = 'instructions per packet, burst 32, `make fast`', 'and at most 80 % in the best'
    measured.add(results.Key(1, OURS.quantity, 'bridge', 'default', targets.FAST), 400)
    assert states()[bursts].met is None
    for device in ('mrg_rxbuf=off', 'packed', 'vectorized'):
        for side, value in ((targets.FAST, 440), (targets.LINUX, 500)):
            measured.add(results.Key(1, OURS.quantity, 'bridge', device, side), value)
    assert states()[bursts].met is True
    assert states()[best].met is True
    measured.add(results.Key(1, OURS.quantity, 'bridge', 'packed', targets.FAST), 600)
    assert states()[bursts].met is False


def test_rates_of_both_images(measured):
    """Each image has a verdict of its own, by the isolated Linux where the lcore is isolated."""
    def verdicts():
        return [verdict for verdict in targets.judge(measured)
                if verdict.target.startswith('packets a second')]

    def add(configuration, side, value):
        measured.add(results.Key(2, 'one direction, 64 B, Mpps', 'bridge', configuration, side),
                     value)

    for configuration in ('default', 'vectorized'):
        add(configuration, targets.LINUX, 2)
        add(configuration, targets.OURS, 2.2)
        add(configuration, targets.FAST, 2.6)
    add('default, lcore 1', targets.ISOLATED, 2)
    add('default, lcore 1', targets.OURS, 3)
    assert [verdict.met for verdict in verdicts()] == [False, None]
    add('default, lcore 1', targets.FAST, 3)
    assert [verdict.met for verdict in verdicts()] == [False, True]
    assert 'default, lcore 1 150.0 %' in verdicts()[1].reached


def test_moments_of_a_start(monkeypatch):
    """The first byte, and the bridge's line, which comes in pieces; later words change nothing."""
    clock = SimpleNamespace(monotonic=iter(range(1, 9)).__next__)
    monkeypatch.setattr(rows_start, 'time', clock)
    console = rows_start.Console()
    for piece in ('Linuxless\nbridge: forw', 'arding'):
        console.hear(piece)
        assert not console.is_up.is_set()
    for piece in (' between 2 ports', ' on 1 lcore\nbridge: forwarding between'):
        console.hear(piece)
        assert console.is_up.is_set()
    assert (console.first, console.up) == (1, 3)


def test_images(tmp_path):
    """An example's image is the bench's, though `make EXAMPLE=` made one too; others are make's."""
    bare = tmp_path / 'bench' / 'bare'
    bare.mkdir(parents=True)
    for image in (bare / 'l3fwd.elf', tmp_path / 'l3fwd.elf', tmp_path / 'bridge.elf'):
        image.touch()
    bench = tasks.Bench(tmp_path)
    assert bench.bare('l3fwd').image == bare / 'l3fwd.elf'
    assert bench.bare().image == tmp_path / 'bridge.elf'


def test_machine(tmp_path):
    """What was measured is known by its commit and DPDK's version, as far as there are such."""
    (tmp_path / 'VERSION').write_text('1.2.3\n')
    about = results.machine(tmp_path)
    assert about['its dpdk'] == '1.2.3'
    assert about['memory'].endswith(' GB')
    assert results.machine(tmp_path / 'none')['its dpdk'] == 'unknown'
    assert results.commit(tmp_path) == 'unknown'


@pytest.mark.parametrize('own, words', [('', '-l 1 -- -p 3 -q 2 -T 0'), ('-p 1', '-l 1 -- -p 1')])
def test_arguments(own, words):
    """A program's usual words, or others in their place."""
    assert sides.arguments('l2fwd', '1', own=own) == words


# -- Words of other programs --------------------------------------------------------------------

@pytest.mark.parametrize('text, numbers', [('0', [0]), ('1,3', [1, 3]), ('0-2', [0, 1, 2])])
def test_lcores(text, numbers):
    """DPDK's lists."""
    assert insn.lcore_list(text) == numbers


def test_kernel_payload():
    """Where the boot protocol says, and no compression that is not known."""
    image = bytearray(4096)
    image[0x1f1] = 3
    struct.pack_into('<II', image, 0x248, 16, 32)
    begin = 4 * 512 + 16
    image[begin:begin + 6] = b'\xfd7zXZ\0'
    assert linux.payload(bytes(image)) == (bytes(image[begin:begin + 32]), 'xz')
    image[begin] = 0
    with pytest.raises(ValueError):
        linux.payload(bytes(image))


def test_ticks_are_no_packets():
    """Empty turns that an interrupt made long are taken out, by their mean."""
    assert insn.single_mean({600: 95, 700: 5}, 100, 0) == 605
    assert insn.single_mean({600: 95, 700: 5, 5000: 10}, 100, 5000) == 605
    assert insn.single_mean({600: 99}, 100, 5000) == 594


def test_short_bursts_are_corrected():
    """A turn of 300 instructions and 200 a packet, whatever a burst brought."""
    for fill in (32, 31.5, 20):
        assert insn.at_full_bursts(200 + 300 / fill, fill, 300) == pytest.approx(200 + 300 / 32)


def test_missing_files_are_told(tmp_path):
    """Of what the rows need, each once, without those that are there."""
    (tmp_path / 'bridge.elf').touch()
    assert tasks.missing(tmp_path, [4]) == ['bench/linux/bridge']
    assert tasks.missing(tmp_path, [2, 4]) == ['bench/load', 'bench/count.so', 'bench/linux/bridge',
                                         'fast/bridge.elf']
    assert set(tasks.NEEDS) == {1, 2, 4, 5, 6, 7, 8}
