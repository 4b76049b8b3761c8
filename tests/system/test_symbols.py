# SPDX-License-Identifier: BSD-3-Clause
"""Function names for backtraces: all of real images, found by the code that the kernel has."""

import ctypes
import re
import subprocess

import pytest

NAME_MAX = 128

# What the table's place and the offsets in it are told by.
MARKS = {'__linuxless_image_start', '__linuxless_symbols_start', '__linuxless_symbols_end'}

# Where the image's parts begin and end, and the assembler's own labels.
NO_FUNCTION = re.compile(r'__linuxless_\w+_(start|end)|\.\.@.*')


@pytest.fixture(scope='module')
def kernel(root, tmp_path_factory):
    """kernel/end/symbols.c as a library of the host."""
    library = tmp_path_factory.mktemp('symbols') / 'symbols.so'
    subprocess.run(['gcc', '-std=gnu11', '-O1', '-I.', '-shared', '-fPIC', 'kernel/end/symbols.c',
                    '-o', library], cwd=root, check=True, timeout=60)
    return ctypes.CDLL(str(library))


def functions(image):
    """{address: names} of the functions and of the marks, as nm tells them."""
    found = {}
    said = subprocess.run(['nm', image], check=True, capture_output=True, text=True, timeout=60)
    for address, kind, name in re.findall(r'^([0-9a-f]{16}) (\w) (\S+)$', said.stdout, re.M):
        if kind in 'TtWw' or name in MARKS:
            found.setdefault(int(address, 16), set()).add(name)
    return found


def table_of(image, found, scratch):
    """(__linuxless_image_start, the table's bytes) of an image."""
    places = {name: address for address, names in found.items() for name in names}
    subprocess.run(['objcopy', '-O', 'binary', '--only-section=.symbols', image, scratch],
                   check=True, timeout=60)
    table = scratch.read_bytes()
    assert len(table) == places['__linuxless_symbols_end'] - places['__linuxless_symbols_start']
    return places['__linuxless_image_start'], table


@pytest.mark.parametrize('name', ['bridge.elf', 'guest/traps.elf'])
def test_every_function_is_found(kernel, build, tmp_path, name):
    """At its first byte, and one byte before it the function there."""
    image = build / name
    found = functions(image)
    start, table = table_of(image, found, tmp_path / 'table')
    text = ctypes.create_string_buffer(NAME_MAX)
    distance = ctypes.c_uint64()

    def find(address):
        known = kernel.symbols_find(table, ctypes.c_size_t(len(table)),
                                    ctypes.c_uint32(address - start), text, ctypes.byref(distance))
        return (text.value.decode(), address - distance.value) if known & 0xff else None

    text_functions = sorted(address for address, names in found.items()
                            if not all(NO_FUNCTION.fullmatch(name) for name in names))
    assert len(text_functions) > 300
    for before, address in zip([None] + text_functions, text_functions):
        label, where = find(address)
        assert where == address and label in found[address], f'{address:#x}: {label}'
        if before is not None:
            label, where = find(address - 1)
            assert where == before and label in found[before], f'{address - 1:#x}: {label}'


def test_start_order_is_current(root, build):
    """bench/start_order.ld names nothing that the bridge no longer has."""
    ordered = set(re.findall(r'\.text\.[\w.$]+', (root / 'bench' / 'start_order.ld').read_text()))
    there = set(re.findall(r'\.text\.[\w.$]+', (build / 'bridge.elf.map').read_text()))
    assert len(ordered) > 500
    assert ordered - there == set(), 'make the list anew: bench/start-order'
