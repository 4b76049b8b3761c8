# SPDX-License-Identifier: BSD-3-Clause
"""The inside of a namespace for tap.py: makes a tap device, and hands over its descriptors.

    unshare ... own_tap.py SOCKET QUEUES

Over the inherited SOCKET go a descriptor for each queue, and a packet socket on the device's other
side. All of them go on to work when this process and its namespace's name are gone.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, IFF_MULTI_QUEUE = 0x400454ca, 2, 0x1000, 0x4000, 0x100
NAME = 'tap0'
ETH_P_ALL = 3


def make_queue():
    """A queue of the device; the first makes it."""
    tap = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE
    fcntl.ioctl(tap, TUNSETIFF, struct.pack('16sH14x', NAME.encode(), flags))
    return tap


def main():
    """Make the device, bring it up, hand it over."""
    outside = socket.socket(fileno=int(sys.argv[1]))
    taps = [make_queue() for _ in range(int(sys.argv[2]))]
    subprocess.run(['ip', 'link', 'set', NAME, 'up'], check=True, timeout=30)
    packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    packets.bind((NAME, 0))
    socket.send_fds(outside, [b'tap'], [*taps, packets.fileno()])


if __name__ == '__main__':
    main()
