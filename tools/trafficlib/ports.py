# SPDX-License-Identifier: BSD-3-Clause
"""The machine's ports as the command line asks for them, and what each is connected to."""

import re
from pathlib import Path

from harness import Nic

# What people call QEMU's models.
MODELS = {'virtio': 'virtio-net-pci'}
DEFAULT = 'virtio'
NONE = 'none'

PORTS = 2  # where nothing is said
PORTS_MAX = 28  # devices that fit on the first bus
INTERFACE_MAX = 15  # characters


class PortError(Exception):
    """No such ports can be; the message says why."""


def add_arguments(parser):
    """Give a parser the options that choose ports."""
    parser.add_argument('--nic', action='append', default=[], metavar='MODEL[,OPTIONS]',
                        help='a port, by QEMU\'s device model with its options: virtio, e1000e, '
                             'vmxnet3, igb, virtio-net-pci,packed=on; repeated for more ports; '
                             f'none: without ports; default: {PORTS} of {DEFAULT}')
    parser.add_argument('--ports', type=int, metavar='N', help='so many ports of one --nic')
    parser.add_argument('--tap', action='append', default=[], metavar='INTERFACE',
                        help='connect the first port to this TAP interface of the host, which '
                             'must exist; repeated for the next ports')
    parser.add_argument('--pcap', type=Path, metavar='FILE',
                        help='write the frames that go through to FILE, in both directions; with '
                             'several ports to one file a port: NAME.0.pcap, NAME.1.pcap')


def kinds(options):
    """The (model, options) of each port."""
    asked = options.nic or [DEFAULT]
    count = options.ports
    if NONE in asked:
        if len(asked) > 1 or count:
            raise PortError('--nic none goes with no other port')
        return []
    if count is None:
        count = len(asked) if options.nic else max(PORTS, len(options.tap))
    elif len(asked) > 1:
        raise PortError('--ports is the number of ports of one --nic')
    if not 0 <= count <= PORTS_MAX:
        raise PortError(f'--ports: 0 to {PORTS_MAX}')
    words = asked if len(asked) > 1 else asked * count
    return [(MODELS.get(model, model), rest)
            for model, _, rest in (word.partition(',') for word in words)]


def back_end(interface, captured):
    """QEMU's words for a port on a TAP interface.

    A capture has frames alone in it if there is no virtio header before them.
    """
    if not re.fullmatch(rf'[^\s,/]{{1,{INTERFACE_MAX}}}', interface):
        raise PortError(f'--tap {interface}: no name of an interface')
    header = ',vnet_hdr=off' if captured else ''
    return f'tap,ifname={interface},script=no,downscript=no{header}'


def make(options):
    """The ports."""
    ports = [Nic(model, rest) for model, rest in kinds(options)]
    if len(options.tap) > len(ports):
        raise PortError(f'{len(options.tap)} --tap, but {len(ports)} ports')
    for port, interface in zip(ports, options.tap):
        port.netdev = back_end(interface, options.pcap)
    return ports


def captures(options, ports):
    """The files of --pcap, one a port."""
    if not options.pcap or not ports:
        return []
    file = options.pcap
    if len(ports) == 1:
        return [file]
    return [file.with_name(f'{file.stem}.{number}{file.suffix}') for number in range(len(ports))]


def capture_words(files):
    """QEMU's words that make them."""
    words = []
    for number, file in enumerate(files):
        name = str(file.absolute()).replace(',', ',,')
        words += ['-object', f'filter-dump,id=dump{number},netdev=port{number},file={name}']
    return words


def pairs(ports):
    """The (number, number) of ports between which frames can be sent: neighbours without --tap."""
    return [(number, number + 1) for number in range(0, len(ports) - 1, 2)
            if not ports[number].netdev and not ports[number + 1].netdev]
