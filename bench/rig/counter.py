# SPDX-License-Identifier: BSD-3-Clause
"""Instructions, as the plugin count.so counts them: the file that it writes, and differences."""

import mmap
import re
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

# bench/count/count.h
CPUS = 256
BINS = 65536
_HEAD = struct.Struct(f'={4 + CPUS}Q')
_LONGEST_AT = 24
_BLOCKS_AT = _HEAD.size + 8 * BINS
_SIZE = _BLOCKS_AT + 8

# DPDK's receive functions of virtio, whichever of them a port uses; LTO adds a suffix.
_POLL = re.compile(r'virtio_recv_(mergeable_)?pkts(_packed|_inorder|_vec|_packed_vec)?'
                   r'(\.lto_priv\.\d+)?')


def symbols(elf):
    """{name: address} of a program's functions."""
    listing = subprocess.run(['nm', '--defined-only', elf], check=True, text=True, timeout=60,
                             stdout=subprocess.PIPE).stdout
    return {name: int(address, 16) for address, _, name in
            (line.split() for line in listing.splitlines())}


def poll_addresses(elf):
    """Addresses of the receive functions in a program that has symbols."""
    found = [address for name, address in symbols(elf).items() if _POLL.fullmatch(name)]
    if not found:
        raise ValueError(f'{elf}: no receive function of virtio among its symbols')
    return found


@dataclass
class Count:
    """The counters at a moment, or their growth between two moments."""

    total: int
    polls: int
    first_poll: int
    per_cpu: tuple
    between: dict  # {instructions between two polls: how often}

    def since(self, earlier):
        """What was counted after `earlier`."""
        grown = {turn: times - earlier.between.get(turn, 0) for turn, times in self.between.items()}
        return Count(self.total - earlier.total, self.polls - earlier.polls, self.first_poll,
                     tuple(now - then for now, then in zip(self.per_cpu, earlier.per_cpu)),
                     {turn: times for turn, times in grown.items() if times})


class Counter:
    """The plugin's file. Make it, give plugin() to QEMU, read at any time."""

    def __init__(self, build, path, poll=(), entry=None):
        self._words = [f'{build}/bench/count.so', f'counts={path}']
        self._words += [f'poll={address:x}' for address in poll]
        self._words += [f'entry={entry:x}'] if entry else []
        Path(path).write_bytes(bytes(_SIZE))
        with open(path, 'r+b') as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)

    def words(self):
        """For QEMU's command line. Counting by turns of the CPUs needs them to take turns."""
        return ['-plugin', ','.join(self._words)]

    def read(self):
        """A Count of this moment. The guest goes on meanwhile: a turn more or less."""
        total, polls, first_poll, _, *per_cpu = _HEAD.unpack_from(self._map)
        bins = struct.unpack_from(f'={BINS}Q', self._map, _HEAD.size)
        return Count(total, polls, first_poll, tuple(per_cpu),
                     {turn: times for turn, times in enumerate(bins) if times})

    def busy(self, cpus, empty):
        """(instructions of the CPUs, polls) without the turns of at most `empty` instructions.

        Far cheaper than read().
        """
        polls, = struct.unpack_from('=Q', self._map, 8)
        instructions = sum(struct.unpack_from('=Q', self._map, 32 + 8 * cpu)[0] for cpu in cpus)
        bins = struct.unpack_from(f'={empty + 1}Q', self._map, _HEAD.size)
        return (instructions - sum(turn * times for turn, times in enumerate(bins)),
                polls - sum(bins))

    def first_blocks(self):
        """Blocks that QEMU translated between the entry and the first poll."""
        return struct.unpack_from('=Q', self._map, _BLOCKS_AT)[0]

    def longest(self):
        """Instructions of the longest turn since the last call of this function."""
        value, = struct.unpack_from('=Q', self._map, _LONGEST_AT)
        struct.pack_into('=Q', self._map, _LONGEST_AT, 0)
        return value
