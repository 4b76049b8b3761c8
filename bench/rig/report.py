# SPDX-License-Identifier: BSD-3-Clause
"""The figures as Markdown tables and SVG plots, and into the document that shows them."""

import re

from . import plot, targets

TITLES = {1: 'Instructions', 2: 'Packets a second', 3: 'Latency of single packets',
          4: 'Start', 5: 'Size and memory', 6: 'Quietness', 7: 'Growth',
          8: 'Cycles on the host\'s own processor'}
SIDES = ('Linuxless', 'Linuxless, make fast', 'Linux', 'Linux, isolated', 'Linux, kernel bridge',
         'Linuxless, mimalloc')

# (file, title, unit, row, quantity, program) of each plot; a configuration is a group of bars.
PLOTS = (
    ('instructions.svg', 'bridge: instructions per packet, bursts of 32', 'instructions', 1,
     'per packet, burst 32, instructions', 'bridge'),
    ('rates.svg', 'bridge: million packets a second, 64 B, one direction', 'Mpps', 2,
     'one direction, 64 B, Mpps', 'bridge'),
    ('latency.svg', 'bridge: time of single packets, median', 'us', 3,
     'single packet, median, us', 'bridge'),
    ('start.svg', 'bridge: QEMU start to first forwarded packet', 'ms', 4,
     'start to first packet, ms', 'bridge'),
    ('growth.svg', 'bridge: instructions per packet by ports and lcores', 'instructions', 7,
     'per packet, burst 32, instructions', 'bridge'),
)

_FIGURES = re.compile(r'(<!-- figures -->\n).*(<!-- end of figures -->)', re.DOTALL)


def cell(spread):
    """A Spread in a table: the extremes are left out where all runs agree."""
    if spread is None:
        return ''
    low, middle, high = map(plot.number, (spread.least, spread.median, spread.greatest))
    return middle if low == high else f'{middle} ({low} to {high})'


def _by_side(results, row):
    """{(program, configuration, quantity): {side: Spread}} in the order of measuring."""
    lines = {}
    for key in results.of_row(row):
        line = lines.setdefault((key.program, key.configuration, key.quantity), {})
        line[key.side] = results.spread(key)
    return lines


def table(results, row):
    """A row's Markdown table; columns for the sides that have figures."""
    lines = _by_side(results, row)
    sides = [side for side in SIDES if any(side in by_side for by_side in lines.values())]
    text = [f'| program, configuration | figure | {" | ".join(sides)} | ours : Linux |',
            '|---|---|' + '---:|' * (len(sides) + 1)]
    for (program, configuration, quantity), by_side in lines.items():
        cells = ' | '.join(cell(by_side.get(side)) for side in sides)
        other = by_side.get('Linux') or by_side.get('Linux, isolated')
        ours = by_side.get('Linuxless')
        ratio = f'{ours.median / other.median:.2f}' if ours and other and other.median else ''
        text.append(f'| {program}, {configuration} | {quantity} | {cells} | {ratio} |')
    return '\n'.join(text)


def target_table(verdicts):
    """The targets, reached or not."""
    words = {True: 'met', False: '**not met**', None: 'not measured'}
    lines = [f'| {verdict.target} | {verdict.reached} | {words[verdict.met]} |'
             for verdict in verdicts]
    return '\n'.join(['| target | reached | |', '|---|---|---|', *lines])


def plots(results):
    """{file name: SVG} of what was measured."""
    made = {}
    for name, title, unit, row, quantity, program in PLOTS:
        groups = [(configuration, by_side) for (whose, configuration, what), by_side
                  in _by_side(results, row).items() if (whose, what) == (program, quantity)]
        if groups:
            made[name] = plot.bars(title, unit, groups, SIDES)
    return made


def markdown(results):
    """All tables, with the plots between them."""
    about = ', '.join(f'{what} {value}' for what, value in results.about.items())
    parts = [f'Measured with: {about}.', '### Targets', target_table(targets.judge(results))]
    made = plots(results)
    for row, title in TITLES.items():
        if not results.of_row(row):
            continue
        parts += [f'### {row}. {title}', table(results, row)]
        parts += [f'![{about_plot}](performance/{name})'
                  for name, about_plot, _, of_row, *_ in PLOTS if of_row == row and name in made]
    if results.failures:
        parts.append('### Boots that failed')
        parts.append('\n'.join(f'- {failure["what"]}: {failure["why"]}'
                               for failure in results.failures))
    return '\n\n'.join(parts) + '\n'


def write_plots(results, directory):
    """The plots as files."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, svg in plots(results).items():
        (directory / name).write_text(svg)


def write(results, directory):
    """Tables and plots as files."""
    write_plots(results, directory / 'performance')
    (directory / 'results.md').write_text(markdown(results))


def insert(results, document):
    """Put the tables between the marks of a Markdown document."""
    text, count = _FIGURES.subn(lambda found: f'{found[1]}\n{markdown(results)}\n{found[2]}',
                                document.read_text())
    if count != 1:
        raise ValueError(f'{document}: no marks for the figures')
    document.write_text(text)
