#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The inside of a network of its own: interface eth1 with 10.1.0.1, and servers on it.

Run by servers.py in namespaces of its own (user, network, mounts, processes), so that no root
rights are needed and nothing outside changes:

    unshare ... own_network.py SOCKET DIRECTORY SERVER...

DIRECTORY appears as /srv/linuxless. eth1 is a tap device, whose file descriptor (the far end of the
cable) is sent over the inherited SOCKET once the servers run. Ends when one of them does.
"""

import fcntl
import os
import shlex
import socket
import struct
import subprocess
import sys
import time

SETTLE_SECONDS = 1  # what a server does not like of its configuration it says at once
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 2, 0x1000


def run(line):
    """A command that must succeed."""
    subprocess.run(shlex.split(line), check=True, timeout=30)


def make_tap(name):
    """A tap device; it lives as long as its descriptor."""
    tap = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack('16sH14x', name.encode(), IFF_TAP | IFF_NO_PI))
    return tap


def main():
    """Set up, start, hand over, wait."""
    outside = socket.socket(fileno=int(sys.argv[1]))
    run('mount -t tmpfs none /srv')
    os.mkdir('/srv/linuxless')
    run(f'mount --bind {shlex.quote(sys.argv[2])} /srv/linuxless')
    tap = make_tap('eth1')
    run('ip link set lo up')
    run('ip addr add 10.1.0.1/24 dev eth1')
    run('ip link set eth1 up')
    servers = [subprocess.Popen(shlex.split(line), stdin=subprocess.DEVNULL)
               for line in sys.argv[3:]]
    time.sleep(SETTLE_SECONDS)
    if any(server.poll() is not None for server in servers):
        sys.exit('a server does not run')
    socket.send_fds(outside, [b'tap'], [tap])
    outside.close()
    os.wait()
    sys.exit('a server has ended')


if __name__ == '__main__':
    main()
