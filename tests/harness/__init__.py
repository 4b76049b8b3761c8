# SPDX-License-Identifier: BSD-3-Clause
"""Running Linuxless from the host's side.

machine.py  what to put into a virtual machine, and the QEMU command line for it
guest.py    one run of it: console, keyboard, monitor, deadline, exit status
bochs.py    one run of an ISO in Bochs
qmp.py      QEMU's machine protocol, for link changes, NMI and quit
tap.py      a port of several queues, and its other end
wire.py     the other end of a port's cable: frames in and out
frames.py   the frames that the tests send (needs scapy; the rest is standard library only)
l2fwd.py    what l2fwd and the examples made of it do to frames
gdb.py     the debugger's end, to change memory
variables.py  a program's variables, out of guest memory
"""

from .guest import Guest, GuestError
from .machine import Machine, Nic
from .wire import Flow, Wire, WireError, forward

__all__ = ['Flow', 'Guest', 'GuestError', 'Machine', 'Nic', 'Wire', 'WireError', 'forward']
