#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The inside of peer.py: sets up eth1 in the namespaces it is started in, hands its descriptor and
its process number over, and waits to be ended."""

import os
import signal
import socket
import sys

from own_network import make_tap, run


def main():
    """Set up, hand over, wait."""
    outside = socket.socket(fileno=int(sys.argv[1]))
    tap = make_tap('eth1')
    run('ip link set lo up')
    run('ip addr add 10.1.0.1/24 dev eth1')
    run('ip -6 addr add fd00:1::1/64 dev eth1 nodad')
    run('ip link set eth1 up')
    outside_id = os.readlink('/proc/self')  # of the namespace that /proc was mounted in
    socket.send_fds(outside, [outside_id.encode()], [tap])
    outside.close()
    signal.pause()


if __name__ == '__main__':
    main()
