# SPDX-License-Identifier: BSD-3-Clause
"""docs/messages.md explains every complaint that the kernel and the environment layer can make.

Both ways: a message of the sources that no row explains, and a row whose message nothing says any
more, are faults. A row's message may use any words for what varies (%u, %s).
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BOOK = ROOT / 'docs' / 'messages.md'
FOLDERS = ('kernel', 'libc', 'eal_bare', 'checked')

STRING = r'"(?:[^"\\]|\\.)*"'
# Strings and names of string macros, which C joins; a name stands for what varies.
TEXT = rf'((?:\s*(?:{STRING}|[A-Z][A-Za-z0-9_]*\b))+)'
SAYS = [(before, re.compile(pattern + TEXT, re.MULTILINE)) for before, pattern in (
    ('', r'\blog_(?:error|warning)\('), ('', r'(?<!rte_)\bpanic\('),
    ('boot: ignored: ', r'\bboot_info_warn\(info,'), ('console: .+? ', r'\bcomplaint = '),
    ('EAL: ', r'\bRTE_LOG\((?:ERR|WARNING),\s*EAL,'), ('', r'\brte_panic\('),
    ('EAL: FATAL: ', r'\binit_alert\('),
    ('EAL: FATAL: ', r'^\t\{"[^"]*", (?:rte|eal|compat|phase)\w*,'))]
CPU_LACKS = re.compile(r'^\trequire \d+, "([^"]*)"|^missing_cpuid:\tdb "([^"]*)"',
                       re.MULTILINE)
CONVERSION = re.compile(r'%[-+ #0]*\d*(?:\.\d+)?(?:ll|l|z|h)?[duxXspc]|%?\0')


def pattern_of(text):
    """What a message may look like; None if nothing of it is fixed."""
    joined = ''.join(part[1:-1] if part.startswith('"') else '\0'
                     for part in re.findall(rf'{STRING}|[A-Z]\w+', text))
    joined = joined.replace(r'\n', '').replace(r'\"', '"').replace('%%', '\1')
    words = [re.escape(word) for word in CONVERSION.split(joined)]
    if not any(re.search('[a-z]{3}', word) for word in words):
        return None
    return '.+?'.join(words).replace('\1', '%')


def complaints():
    """(where, pattern) of each message of the sources."""
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob('*.c')):
        text = re.sub(r'/\*.*?\*/', '', path.read_text(), flags=re.DOTALL)
        for before, says in SAYS:
            for found in says.finditer(text):
                if pattern := pattern_of(found[1]):
                    yield path.relative_to(ROOT).as_posix(), before + pattern
    for found in CPU_LACKS.finditer((ROOT / 'boot' / 'entry.asm').read_text()):
        yield 'boot/entry.asm', 'Linuxless: this CPU lacks ' + re.escape(found[1] or found[2])
    room = re.findall(r'^text_\w+:\tdb .*?"([^"]*)"', (ROOT / 'boot' / 'room.asm').read_text(),
                      re.MULTILINE)
    yield 'boot/room.asm', '.+?'.join(re.escape(text) for text in room)


def explained():
    """The messages of the book: what stands between backquotes at the beginning of a row."""
    return re.findall(r'^\| `([^`]+)`', BOOK.read_text(), re.MULTILINE)


def test_every_message_is_explained():
    """Whoever stands before a machine finds each message, with its meaning and its remedy."""
    rows = explained()
    wrong = [f'{where}: not in {BOOK.name}: {pattern}' for where, pattern in complaints()
             if not any(re.fullmatch(pattern, row) for row in rows)]
    if wrong:
        pytest.fail('\n'.join(wrong), pytrace=False)


def test_no_row_is_stale():
    """What is explained can still be said."""
    patterns = [pattern for _, pattern in complaints()]
    wrong = [row for row in explained()
             if not any(re.fullmatch(pattern, row) for pattern in patterns)]
    if wrong:
        pytest.fail('\n'.join(wrong), pytrace=False)
