# SPDX-License-Identifier: BSD-3-Clause
"""What people see of the results: lines, a summary, and the table in docs/dpdk-tests.md."""

from .verdict import FAILED, NOT_APPLICABLE, PASSED

BEGIN = '<!-- begin: make dpdk-tests-table -->\n'
END = '<!-- end -->\n'


def line(verdict):
    """One test's result, as it is printed while the tests run."""
    remark = f': {verdict.remark}' if verdict.remark else ''
    return f'{verdict.name:36} {verdict.seconds:6.1f} s  {verdict.result}{remark}'


def summary(verdicts):
    """The count of each result."""
    results = [verdict.result for verdict in verdicts]
    unexplained = sum(not verdict.explained for verdict in verdicts)
    return (f'{results.count(PASSED)} passed, {results.count(FAILED)} failed, '
            f'{results.count(NOT_APPLICABLE)} not applicable; {unexplained or "none"} unexplained')


def table(title, verdicts):
    """A Markdown table; nothing in it changes from run to run but results."""
    rows = [f'{title}: {summary(verdicts)}.', '', '| Test | Result | |', '|---|---|---|']
    for verdict in verdicts:
        remark = verdict.remark.replace('|', '\\|')
        rows.append(f'| `{verdict.name}` | {verdict.result} | {remark} |')
    return '\n'.join(rows) + '\n'


def put_table(document, text):
    """Replace the part of a document between the marks."""
    before, begun, rest = document.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError('the document has no marks for the table')
    return before + BEGIN + text + END + after
