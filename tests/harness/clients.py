# SPDX-License-Identifier: BSD-3-Clause
"""Addresses of the two machines, and programs that Linux runs (Peer.python)."""

import socket

GUEST = '10.1.0.2'
GUEST6 = 'fd00:1::2'
LINUX = '10.1.0.1'
LINUX6 = 'fd00:1::1'
PORT = '0000:00:05.0'
STATIC = f'{PORT},{GUEST}/24,gw={LINUX},{GUEST6}/64'

# HOST SIZES...: echo requests, each of which is to be answered.
PING = """
import os, select, socket, struct, sys, time
host = sys.argv[1]
six = ':' in host
near = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) if six else \\
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff
for number, size in enumerate(map(int, sys.argv[2:])):
    body = struct.pack('!HH', 0x4c4c, number) + os.urandom(size)
    head = struct.pack('!BBH', 128 if six else 8, 0, 0)
    if not six:
        head = struct.pack('!BBH', 8, 0, checksum(head + body))
    near.sendto(head + body, (host, 0))
    until, answered = time.monotonic() + 20, False
    while not answered and select.select([near], [], [], max(0, until - time.monotonic()))[0]:
        got = near.recv(70000)
        got = got if six else got[20:]
        answered = got[0] == (129 if six else 0) and got[4:] == body
    print(answered)
"""

# HOST PORT BYTES: sends bytes while it reads them back, half-closes, and compares.
ECHO = """
import os, socket, sys, threading
host, port, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
near = socket.create_connection((host, port), 30)
near.settimeout(60)
data, got = os.urandom(size), bytearray()
def read():
    while piece := near.recv(65536):
        got.extend(piece)
reader = threading.Thread(target=read)
reader.start()
near.sendall(data)
near.shutdown(socket.SHUT_WR)
reader.join()
print('same' if got == data else f'{len(got)} of {size}', *near.getsockname()[:2])
"""

# HOST PORT SIZES...: datagrams, each of which is to come back.
ASK = """
import os, socket, sys
host, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ':' in host else socket.AF_INET
near = socket.socket(family, socket.SOCK_DGRAM)
near.settimeout(20)
for size in map(int, sys.argv[3:]):
    data = os.urandom(size)
    near.sendto(data, (host, port))
    print(near.recv(70000) == data)
"""

# HOST PORT: what becomes of a connection to a closed port.
REFUSED = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
    print('connected')
except OSError as error:
    print(type(error).__name__)
"""

# PORT: takes a connection, says what it was sent until its end, and answers that.
ANSWER = """
import socket, sys
server = socket.create_server(('', int(sys.argv[1])))
print('ready', flush=True)
near, where = server.accept()
while piece := near.recv(65536):
    near.sendall(piece)
near.close()
print(where[0], flush=True)
"""

# HOST PORT COUNT: connections that are opened and left, to the end of its input.
LEFT_OPEN = """
import socket, sys
some = [socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
        for _ in range(int(sys.argv[3]))]
print('open', len(some), flush=True)
sys.stdin.read()
"""

# HOST PORT: bytes that nobody has read when a connection is reset.
RESET = """
import socket, struct, sys
near = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
near.sendall(b'some')
near.recv(4)
near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
near.close()
"""

# HOST PORT BYTES: sends to a reader that lags behind; says when all has gone.
FLOOD = """
import socket, sys
near = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
near.settimeout(60)
near.sendall(bytes(int(sys.argv[3])))
near.shutdown(socket.SHUT_WR)
print('sent', near.recv(1) == b'')
"""

# URL: what is there.
FETCH = """
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=120).read().decode())
"""


def free_port():
    """A TCP port of this host that nobody has."""
    with socket.create_server(('127.0.0.1', 0)) as server:
        return server.getsockname()[1]
